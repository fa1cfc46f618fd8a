"""A prediction: it counts as soon as all three names have a place."""

from unrolled.checking.prediction import committed_order
from unrolled.checking.question import question


@question("predict_layers", name="predict_layers", marks={"committed": 1})
def predict_layers(answer, draw):
    yield committed_order(answer, ["wide", "two layers", "one layer"])
