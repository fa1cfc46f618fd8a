"""A prediction: it counts as soon as a number stands there."""

from unrolled.checking.prediction import committed_number
from unrolled.checking.question import question


@question("predict_behind", name="predict_behind", marks={"committed": 1})
def predict_behind(answer, draw):
    yield committed_number(answer, 0, 100)
