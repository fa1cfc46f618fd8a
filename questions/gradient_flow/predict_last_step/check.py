"""A prediction: it counts as soon as one of the letters stands there."""

from unrolled.checking.prediction import committed_choice
from unrolled.checking.question import question


@question("predict_last_step", name="predict_last_step", marks={"committed": 1})
def predict_last_step(answer, draw):
    yield committed_choice(answer)
