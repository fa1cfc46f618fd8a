"""A prediction: three networks, by what they remember of twenty steps. Any order counts."""

from unrolled.checking.prediction import committed_order
from unrolled.checking.question import question


@question("predict_memory", name="predict_memory", marks={"committed": 1})
def predict_memory(answer, draw):
    yield committed_order(answer, ["RNN", "LSTM", "open LSTM"])
