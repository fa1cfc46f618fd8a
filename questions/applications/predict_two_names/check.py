"""Marked is that something was committed before the experiment ran."""

from unrolled.checking.prediction import committed_number
from unrolled.checking.question import question


@question("predict_two_names", name="predict_two_names", marks={"committed": 1})
def predict_two_names(answer, draw):
    yield committed_number(answer, 0, 100)
