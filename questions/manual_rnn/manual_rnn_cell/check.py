"""ManualRNNCell is held to torch.nn.RNNCell with the same numbers in it."""

import torch
from torch import nn

from unrolled.checking.parity import gradients, precision, same_numbers, shape, unchanged, values
from unrolled.checking.question import question
from unrolled.checking.structure import FUSED_RNN

from ..shared import CELL_PARAMETERS


@question(
    "manual_rnn_cell",
    name="ManualRNNCell",
    marks={"values": 5, "gradients": 4, "shape": 1, "inputs": 1, "dtype": 1},
    forbids=FUSED_RNN,
)
def manual_rnn_cell(cell_class, draw):
    """One step equals torch.nn.RNNCell, forwards and backwards.

    Biases are drawn like the weights: zero biases would hide a missing one. I = H and I != H, B = H and B != H, and
    ones are all drawn: some mistakes show only in one of them, and what goes wrong in one is asked in the others.
    Gradients see what values cannot: a hidden state cut from the graph gives the right numbers and teaches nothing to
    earlier steps.
    """
    sizes = [
        dict(B=[1, 3], I=[1, 4, 6], H=[6]),
        dict(B=[1, 2], I=[1, 3], H=[1], strided=False),
        dict(B=[5], I=[5], H=[5], strided=False),
        dict(B=[70], I=[66], H=[65], strided=False),
    ]
    for case in (case for size in sizes for case in draw.cases(**size)):
        reference, mine, names = _cells(cell_class, case)
        x, h = case.normal(case.B, case.I), case.normal(case.B, case.H)

        expected = reference(x, h).detach()
        first, again = mine(x, h), mine(x, h)
        yield values(first, expected, case, shaped="shape", again=again)
        yield values(again, expected, case, note="called once more", shaped="shape", again=first)
        yield shape(mine(x, h), (case.B, case.H), case)
        yield unchanged(mine(x, h), {"x": x, "hidden": h}, case)
        yield gradients(mine, reference, {"x": x, "hidden": h}, names, case)

    for dtype in (torch.float32, torch.float64):
        for case in draw.cases(dtype=dtype, strided=False, B=[2, 5], I=[4, 5], H=[5]):
            reference, mine, _ = _cells(cell_class, case)
            x, h = case.normal(case.B, case.I), case.normal(case.B, case.H)
            plain = cell_class(case.I, case.H)(x.float(), h.float())
            yield precision(mine(x, h), reference(x, h).detach(), case, plain=plain)


def _cells(cell_class, case):
    """A torch cell and the student's, in the case's dtype and with the same drawn parameters, and their names."""
    reference = nn.RNNCell(case.I, case.H, dtype=case.dtype)
    case.like(reference)
    mine = cell_class(case.I, case.H)
    if case.dtype is torch.float64:
        mine = mine.method("double")
    mine, names, _ = same_numbers(mine, reference, CELL_PARAMETERS)
    return reference, mine, names
