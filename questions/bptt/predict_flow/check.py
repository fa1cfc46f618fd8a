"""A prediction: four products of fifty matrices, by size. Any order counts."""

from unrolled.checking.prediction import committed_order
from unrolled.checking.question import question


@question("predict_flow", name="predict_flow", marks={"committed": 1})
def predict_flow(answer, draw):
    yield committed_order(answer, ["radius 0.8", "orthogonal", "radius 1.2", "norm 1.25"])
