"""Marked is that something was committed before the experiment ran."""

from unrolled.checking.prediction import committed_number
from unrolled.checking.question import question


@question("predict_fading", name="predict_fading", marks={"committed": 1})
def predict_fading(answer, draw):
    yield committed_number(answer, -1, 1)
