"""ManualGRUCell is held to torch.nn.GRUCell with the same numbers in it."""

import torch
from torch import nn

from unrolled.checking.parity import gradients, precision, readable, same_numbers, shape, unchanged, values
from unrolled.checking.question import question
from unrolled.checking.structure import FUSED_RNN
from unrolled.checking.verdict import Finding

from ..gradients import LOUD, grown

CELL_PARAMETERS = {"W_ih": "weight_ih", "b_ih": "bias_ih", "W_hh": "weight_hh", "b_hh": "bias_hh"}
FAR_OUT = 200.0


@question(
    "gru_cell",
    name="ManualGRUCell",
    marks={"values": 5, "gradients": 4, "shape": 1, "inputs": 2, "dtype": 2},
    forbids=FUSED_RNN,
)
def gru_cell(cell_class, draw):
    """One step equals torch.nn.GRUCell, forwards and backwards.

    With H > 1 and drawn biases, a reset gate that multiplies before the matrix, or spares the bias, gives other
    numbers. I = H and I != H, B = H and B != H, and ones are all drawn: some mistakes show only in one of them, and
    what goes wrong in one is asked in the others.
    """
    sizes = [
        dict(B=[1, 3], I=[1, 4, 6], H=[6]),
        dict(B=[1, 2], I=[1, 3], H=[1], strided=False),
        dict(B=[5], I=[5], H=[5, 7], strided=False),
        dict(B=[70], I=[66], H=[65], strided=False),
    ]
    for case in (case for size in sizes for case in draw.cases(**size)):
        reference, mine, names = _cells(cell_class, case)
        x, h = case.normal(case.B, case.I), case.normal(case.B, case.H)
        expected, first, again = reference(x, h).detach(), mine(x, h), mine(x, h)
        yield values(first, expected, case, shaped="shape", again=again)
        yield values(again, expected, case, note="called once more", shaped="shape", again=first)
        yield shape(mine(x, h), (case.B, case.H), case)
        yield unchanged(mine(x, h), {"x": x, "hidden": h}, case)
        yield gradients(mine, reference, {"x": x, "hidden": h}, names, case)
        if case.B == case.I:
            yield _loud(mine, x, h, case)
            for zero_x, zero_h in ((0 * x, h), (x, 0 * h)):
                note = "one of them all zeros"
                yield values(mine(zero_x, zero_h), reference(zero_x, zero_h).detach(), case, note=note, shaped="shape")
            yield _far_out(mine, reference, x, h, case)

    for dtype in (torch.float32, torch.float64):
        for case in draw.cases(dtype=dtype, strided=False, B=[2, 5], I=[4, 5], H=[5]):
            reference, mine, _ = _cells(cell_class, case)
            x, h = case.normal(case.B, case.I), case.normal(case.B, case.H)
            plain = cell_class(case.I, case.H)(x.float(), h.float())
            yield precision(mine(x, h), reference(x, h).detach(), case, plain=plain)


def _cells(cell_class, case):
    """A torch cell and the student's, in the case's dtype and with the same drawn parameters, and their names."""
    reference = nn.GRUCell(case.I, case.H, dtype=case.dtype)
    case.like(reference)
    mine = cell_class(case.I, case.H)
    if case.dtype is torch.float64:
        mine = mine.method("double")
    mine, names, _ = same_numbers(mine, reference, CELL_PARAMETERS)
    return reference, mine, names


def _far_out(mine, reference, x, h, case):
    """A memory much larger than a candidate can be, with matrices as much smaller, so that no gate is flat."""
    with torch.no_grad():
        reference.weight_hh.div_(FAR_OUT)
    mine, _, _ = same_numbers(mine, reference, CELL_PARAMETERS)
    got, expected = mine(x, FAR_OUT * h).value(), reference(x, FAR_OUT * h).detach()
    got = got / FAR_OUT if isinstance(got, torch.Tensor) else got  # measured by the memory: roundings are as large
    return values(got, expected / FAR_OUT, case, note="a large memory", shaped="shape")


def _loud(mine, x, h, case):
    """Gradients grow with what comes from behind: whoever clips them inside the cell clips what a trainer should."""
    placed = {"x": mine.subject.put(x, requires_grad=True), "hidden": mine.subject.put(h, requires_grad=True)}
    called, along = mine(*placed.values()), case.normal(case.B, case.H)
    got = readable(called.value(), along.shape)
    if not isinstance(got, torch.Tensor) or got.shape != along.shape:
        return Finding("gradients", 0, "what came back cannot be read", str(case), barred=True)
    wrt = placed | {path: mine.get(path) for path in CELL_PARAMETERS}
    quiet, loud = [mine.subject.grad([called], [c], list(wrt.values())).value() for c in (along, LOUD * along)]
    for name, small, large in zip(wrt, quiet, loud, strict=True) if isinstance(quiet, list) else ():
        if isinstance(small, torch.Tensor) and not grown(small, large):
            says = f"where gradients are large, that of {name} does not grow with them: is it clipped?"
            return Finding("gradients", 0, says, str(case), observed=large)
    return Finding("gradients", 1, "large ones too", str(case))
