"""Marked is that something was committed before the experiment ran."""

from unrolled.checking.prediction import committed_number
from unrolled.checking.question import question


@question("predict_window", name="predict_window", marks={"committed": 1})
def predict_window(answer, draw):
    yield committed_number(answer, 0, 100)
