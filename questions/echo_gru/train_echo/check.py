"""The trained model is held to the echo of strings that only this side knows."""

from unrolled.checking.question import question

from ..shared import DELAY
from ..trained import trained_findings


@question(
    "train_echo",
    name="model",
    marks={"accuracy": 7, "blanks": 2, "edges": 2, "network": 3, "budget": 4, "extras": 0},
    budget=160_000,
    builds_on={"GRUMemory": "letter_gru"},
)
def train_echo(model, draw):
    """Four steps late, on strings of 15 to 25 letters that only this side knows."""
    cost = model.subject.spent(model).value()
    (case,) = draw.cases(strided=False)
    yield from trained_findings(
        model, case, cost, draw.budget, [DELAY], lengths=range(15, 26), edges=[(n, DELAY) for n in (1, 2, 3, 4, 5, 5)]
    )
