"""The trained model is held to the echo at every delay, on strings that only this side knows."""

from unrolled.checking.question import question

from ..shared import MAX_DELAY
from ..trained import trained_findings


@question(
    "train_variable_echo",
    name="model",
    marks={"accuracy": 5, "delays": 4, "blanks": 1, "edges": 2, "network": 2, "budget": 4, "extras": 0},
    budget=160_000,
    builds_on={"VariableDelayGRUMemory": "delayed_letter_gru"},
)
def train_variable_echo(model, draw):
    """At every delay from 0 to 8, on strings of 20 letters; the average may not hide a delay that fails."""
    cost = model.subject.spent(model).value()
    (case,) = draw.cases(strided=False)
    edges = [(d + 1, d) for d in range(MAX_DELAY + 1)]
    yield from trained_findings(model, case, cost, draw.budget, range(MAX_DELAY + 1), lengths=[20], edges=edges)
