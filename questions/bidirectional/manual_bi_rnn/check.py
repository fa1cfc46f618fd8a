"""ManualBiRNN is held to nn.RNN(bidirectional=True) with the same numbers in it."""

import torch
from torch import nn

from unrolled.checking.parity import close, gradients, precision, unchanged, values
from unrolled.checking.question import question
from unrolled.checking.structure import FUSED_RNN
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding
from unrolled.desk.fixtures import Flat

from ..shared import two_parts, who_feels_what

CELL = {"W_ih": "weight_ih", "b_ih": "bias_ih", "W_hh": "weight_hh", "b_hh": "bias_hh"}
SIDES = {"forward_cells": "", "backward_cells": "_reverse"}


@question(
    "manual_bi_rnn",
    name="ManualBiRNN",
    marks={"values": 8, "hidden": 3, "directions": 2, "gradients": 6, "parameters": 3, "inputs": 1, "dtype": 1},
    forbids=FUSED_RNN,
)
def manual_bi_rnn(rnn_class, draw):
    """Layers, steps and directions equal nn.RNN(bidirectional=True), forwards and backwards.

    Three layers tell "only two" and "two stacks that never meet" apart from right. Outputs and states stand in one
    row for the gradients, so that a state that is cut off shows as well.
    """
    sizes = [
        dict(B=[3], T=[1, 6], L=[1, 3], I=[4], H=[5], strided=False),
        dict(B=[1, 2], T=[4], L=[2], I=[6], H=[6]),
    ]
    for case in (case for size in sizes for case in draw.cases(**size)):
        reference, mine, drawn = _pair_of_rnns(rnn_class, case)
        yield _cells_of_their_own(mine, drawn, case)
        x, h0 = case.normal(case.B, case.T, case.I), case.normal(2 * case.L, case.B, case.H)
        for start, note in ((h0, ""), (None, "without an initial state")):
            given = (x,) if start is None else (x, start)
            output, hidden = two_parts(mine(*given).value())
            expected_output, expected_hidden = reference(*given)
            yield values(output, expected_output.detach(), case, note=note)
            yield values(hidden, expected_hidden.detach(), case, idea="hidden", note=note)
        yield values(two_parts(mine(x, h0).value())[0], reference(x, h0)[0].detach(), case, note="called once more")
        yield unchanged(mine(x, h0, grad=False), {"x": x, "hidden": h0}, case)
        if case.L == 2:
            names = {f"module.{path}": f"module.{name}" for path, name in _names(case.L).items()}
            flat = mine.subject.fixture("flat", module=mine)
            yield gradients(flat, Flat(reference), {"x": x, "hidden": h0}, names, case)
        if case.T > 1:
            yield _felt_everywhere(mine, x, case)

    for case in draw.cases(dtype=torch.float64, strided=False, B=[2], T=[3], L=[2], I=[4], H=[5]):
        reference, mine, _ = _pair_of_rnns(rnn_class, case)
        x = case.normal(case.B, case.T, case.I)
        yield precision(two_parts(mine(x).value())[0], reference(x)[0].detach(), case)


def _names(layers):
    """The student's paths -> the names of torch's parameters."""
    return {
        f"{side}.{layer}.{path}": f"{name}_l{layer}{end}"
        for layer in range(layers)
        for side, end in SIDES.items()
        for path, name in CELL.items()
    }


def _pair_of_rnns(rnn_class, case):
    """A torch RNN and the student's, with the same drawn numbers; and those numbers by the student's paths."""
    reference = nn.RNN(case.I, case.H, case.L, batch_first=True, bidirectional=True, dtype=case.dtype)
    numbers = case.like(reference)
    drawn = {path: numbers[name] for path, name in _names(case.L).items()}
    mine = rnn_class(case.I, case.H, case.L)
    if case.dtype is torch.float64:
        mine = mine.method("double")
    return reference, mine.load(**{path.replace(".", "__"): number for path, number in drawn.items()}), drawn


def _cells_of_their_own(rnn, drawn, case):
    """Each layer has a cell for each direction, with numbers of its own. What an optimizer sees, gradients tell."""
    found = rnn.subject.values(*[rnn.get(side).length() for side in SIDES], *[rnn.get(path) for path in drawn])
    for side, length in zip(SIDES, found, strict=False):
        if isinstance(length, Problem) or length != case.L:
            said = length if isinstance(length, Problem) else f"{length} cells for {case.L} layers"
            return Finding("parameters", 0, f"{side}: {said}", str(case), observed=length)
    for path, now in zip(drawn, found[len(SIDES) :], strict=False):
        if not close(now, drawn[path]):
            said = "it changes when another cell's is set: each layer needs a cell of its own for each direction"
            return Finding("parameters", 0, f"{path}: {said}", str(case), observed=now)
    return Finding("parameters", 1, "every layer has a cell of its own for each direction", str(case))


def _felt_everywhere(rnn, x, case):
    """Another input at any step changes the output at every step; the last backward state is the output's first."""
    moved = []
    for t in range(case.T):
        other = x.clone()
        other[:, t] += 1
        moved.append(rnn(other, grad=False))
    fetched, *others = rnn.subject.values(rnn(x, grad=False), *moved)
    output, hidden = two_parts(fetched)
    outputs = [two_parts(other)[0] for other in others]
    fault = next((o for o in (output, *outputs) if not isinstance(o, torch.Tensor) or o.dim() != 3), None)
    if fault is not None or any(o.shape != output.shape for o in outputs) or output.shape[1] != case.T:
        said = str(fault) if isinstance(fault, Problem) else "there is no output of one state for each step"
        return Finding("directions", 0, said, str(case), observed=fault)
    felt = torch.stack([(o - output).abs().amax(dim=(0, 2)) > 0 for o in outputs])  # (changed step, step of output)
    says = who_feels_what(felt)
    known = isinstance(hidden, torch.Tensor) and hidden.shape == (2 * case.L, case.B, case.H)
    if not says and known and not close(hidden[-1], output[:, 0, case.H :]):
        says = "the last backward state is not the backward half of the output's first step"
    if says:
        return Finding("directions", 0, says, str(case), observed=[says, felt.tolist()])
    return Finding("directions", 1, "every step is felt at every step", str(case))
