"""The hidden checks of 02_manual_rnn. The contracts stand in docs/contract.md and in the notebook."""

import torch
from torch import nn

from unrolled.checking.parity import gradients, precision, shape, unchanged, values
from unrolled.checking.question import question
from unrolled.checking.structure import EMBEDDING, FUSED_RNN


@question(
    "manual_embedding",
    name="ManualEmbedding",
    marks={"values": 4, "gradients": 3, "shape": 1},
    forbids=EMBEDDING,
)
def manual_embedding(embedding_class, draw):
    """Looking up equals torch.nn.Embedding, forwards and backwards.

    A second batch leaves the last tokens of the vocabulary out: whoever counts the tokens of the batch
    instead of the rows of the table is wrong only there. Tokens repeat, so that gradients have to add up.
    """
    for case in draw.cases(B=[1, 3], T=[1, 5], V=[4, 9], E=[3]):
        reference = nn.Embedding(case.V, case.E, dtype=case.dtype)
        table = case.like(reference)["weight"]
        mine = embedding_class(case.V, case.E).load(weight=table)

        x = case.tokens(case.B, case.T, vocabulary=case.V)
        yield values(mine(x), reference(x).detach(), case)
        few = case.tokens(case.B, case.T, vocabulary=case.V - 2)
        yield values(mine(few), reference(few).detach(), case, note="tokens from the table's beginning only")
        yield values(mine(x), reference(x).detach(), case, note="called once more")
        yield shape(mine(x), (case.B, case.T, case.E), case)
        yield gradients(mine, reference, {"x": x}, {"weight": "weight"}, case)


CELL_PARAMETERS = {"W_ih": "weight_ih", "b_ih": "bias_ih", "W_hh": "weight_hh", "b_hh": "bias_hh"}


@question(
    "manual_rnn_cell",
    name="ManualRNNCell",
    marks={"values": 5, "gradients": 4, "shape": 1, "inputs": 1, "dtype": 1},
    forbids=FUSED_RNN,
)
def manual_rnn_cell(cell_class, draw):
    """One step equals torch.nn.RNNCell, forwards and backwards.

    Biases are drawn like the weights: zero biases would hide a missing one. I = H and I != H are both
    drawn: some mistakes show only in one. Gradients see what values cannot: a hidden state cut from the
    graph gives the right numbers and teaches nothing to earlier steps.
    """
    for case in draw.cases(B=[1, 3], I=[1, 4, 6], H=[6]):
        reference, mine = _cells(cell_class, case)
        x, h = case.normal(case.B, case.I), case.normal(case.B, case.H)

        yield values(mine(x, h), reference(x, h).detach(), case)
        yield values(mine(x, h), reference(x, h).detach(), case, note="called once more")
        yield shape(mine(x, h), (case.B, case.H), case)
        yield unchanged(mine(x, h, grad=False), {"x": x, "hidden": h}, case)
        yield gradients(mine, reference, {"x": x, "hidden": h}, CELL_PARAMETERS, case)

    for case in draw.cases(dtype=torch.float64, strided=False, B=[2], I=[4], H=[5]):
        reference, mine = _cells(cell_class, case)
        x, h = case.normal(case.B, case.I), case.normal(case.B, case.H)
        yield precision(mine(x, h), reference(x, h).detach(), case)


def _cells(cell_class, case):
    """A torch cell and the student's, in the case's dtype and with the same drawn parameters."""
    reference = nn.RNNCell(case.I, case.H, dtype=case.dtype)
    drawn = case.like(reference)
    mine = cell_class(case.I, case.H)
    if case.dtype is torch.float64:
        mine = mine.method("double")
    return reference, mine.load(**{path: drawn[name] for path, name in CELL_PARAMETERS.items()})
