"""Marked is that something was committed before the experiment ran."""

from unrolled.checking.prediction import committed_number
from unrolled.checking.question import question


@question("predict_latch", name="predict_latch", marks={"committed": 1})
def predict_latch(answer, draw):
    yield committed_number(answer, 0, 100)
