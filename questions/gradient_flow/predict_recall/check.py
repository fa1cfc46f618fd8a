"""A prediction: it counts as soon as one of the letters stands there."""

from unrolled.checking.prediction import committed_choice
from unrolled.checking.question import question


@question("predict_recall", name="predict_recall", marks={"committed": 1})
def predict_recall(answer, draw):
    yield committed_choice(answer)
