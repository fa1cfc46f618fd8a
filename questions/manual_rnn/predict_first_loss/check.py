"""Marked is that something was committed before the experiment ran."""

from unrolled.checking.prediction import committed_number
from unrolled.checking.question import question


@question("predict_first_loss", name="predict_first_loss", marks={"committed": 1})
def predict_first_loss(answer, draw):
    yield committed_number(answer, 0, 100)
