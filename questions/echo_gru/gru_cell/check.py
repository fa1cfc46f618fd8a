"""ManualGRUCell is held to torch.nn.GRUCell with the same numbers in it."""

import torch
from torch import nn

from unrolled.checking.parity import gradients, precision, shape, unchanged, values
from unrolled.checking.question import question
from unrolled.checking.structure import FUSED_RNN

CELL_PARAMETERS = {"W_ih": "weight_ih", "b_ih": "bias_ih", "W_hh": "weight_hh", "b_hh": "bias_hh"}


@question(
    "gru_cell",
    name="ManualGRUCell",
    marks={"values": 8, "gradients": 6, "shape": 2, "inputs": 2, "dtype": 2},
    forbids=FUSED_RNN,
)
def gru_cell(cell_class, draw):
    """One step equals torch.nn.GRUCell, forwards and backwards.

    With H > 1 and drawn biases, a reset gate that multiplies before the matrix, or spares the bias, gives other
    numbers; I = H and I != H are both drawn.
    """
    for case in draw.cases(B=[1, 3], I=[1, 4, 6], H=[6]):
        reference, mine = _cells(cell_class, case)
        x, h = case.normal(case.B, case.I), case.normal(case.B, case.H)
        yield values(mine(x, h), reference(x, h).detach(), case)
        yield values(mine(x, h), reference(x, h).detach(), case, note="called once more")
        yield shape(mine(x, h), (case.B, case.H), case)
        yield unchanged(mine(x, h, grad=False), {"x": x, "hidden": h}, case)
        yield gradients(mine, reference, {"x": x, "hidden": h}, CELL_PARAMETERS, case)

    for dtype in (torch.float32, torch.float64):
        for case in draw.cases(dtype=dtype, strided=False, B=[2], I=[4], H=[5]):
            reference, mine = _cells(cell_class, case)
            x, h = case.normal(case.B, case.I), case.normal(case.B, case.H)
            yield precision(mine(x, h), reference(x, h).detach(), case)


def _cells(cell_class, case):
    """A torch cell and the student's, in the case's dtype and with the same drawn parameters."""
    reference = nn.GRUCell(case.I, case.H, dtype=case.dtype)
    drawn = case.like(reference)
    mine = cell_class(case.I, case.H)
    if case.dtype is torch.float64:
        mine = mine.method("double")
    return reference, mine.load(**{path: drawn[name] for path, name in CELL_PARAMETERS.items()})
