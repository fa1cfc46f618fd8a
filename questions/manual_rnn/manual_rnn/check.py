"""ManualRNN is held to the student's own cells, called one by one."""

import torch
from torch import nn

from unrolled.checking.parity import close, precision, same_gradients, unchanged, values
from unrolled.checking.question import question
from unrolled.checking.structure import FUSED_RNN
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import CELL_PARAMETERS, pair


@question(
    "manual_rnn",
    name="ManualRNN",
    marks={"values": 10, "hidden": 4, "gradients": 8, "chunks": 3, "parameters": 3, "inputs": 1, "dtype": 1},
    forbids=FUSED_RNN,
)
def manual_rnn(rnn_class, draw):
    """Layers and steps, against an unrolling of the student's own cells: a fault of the cell has cost already.

    Three layers tell "only two" and "upper layers shared" apart from right; a sequence in two pieces tells
    whether the returned state is the one to go on from.
    """
    sizes = [
        dict(B=[1, 3], T=[1, 6], L=[1, 3], I=[4, 5], H=[5], strided=False),
        dict(B=[3], T=[4], L=[2], I=[4], H=[6]),
    ]
    for case in (case for size in sizes for case in draw.cases(**size)):
        mine, drawn = _rnn(rnn_class, case)
        yield _parameters(mine, drawn, case)
        x, h0 = case.normal(case.B, case.T, case.I), case.normal(case.L, case.B, case.H)
        yield from _rnn_runs(mine, x, h0, case, note="")
        yield from _rnn_runs(mine, x, None, case, note="without an initial state")
        yield unchanged(mine(x, h0, grad=False), {"x": x, "hidden": h0}, case)
        yield _rnn_gradients(mine, x, h0, case)
        if case.T > 1:
            yield from _rnn_in_chunks(mine, x, h0, case)

    for case in draw.cases(dtype=torch.float64, strided=False, B=[2], T=[3], L=[2], I=[4], H=[5]):
        mine, _ = _rnn(rnn_class, case)
        x = case.normal(case.B, case.T, case.I)
        top, _ = _unrolled(mine, mine.subject.put(x), None, case)
        fetched, *steps = mine.subject.values(mine(x), *top)
        output, _ = pair(fetched)
        if _usable(steps):
            yield precision(output, torch.stack(steps, dim=1), case)
        else:
            yield Finding("dtype", 0, "your own cell does not run in float64, so this cannot be tried", str(case))


def _rnn(rnn_class, case):
    """The student's RNN with drawn numbers in every cell, and those numbers: path -> tensor."""
    drawn = {}
    for layer in range(case.L):
        numbers = case.like(nn.RNNCell(case.I if layer == 0 else case.H, case.H, dtype=case.dtype))
        drawn |= {f"cells.{layer}.{path}": numbers[name] for path, name in CELL_PARAMETERS.items()}
    mine = rnn_class(case.I, case.H, case.L)
    if case.dtype is torch.float64:
        mine = mine.method("double")
    return mine.load(**{path.replace(".", "__"): number for path, number in drawn.items()}), drawn


def _unrolled(rnn, x, h0, case):
    """Handles on the states of the student's own cells, called one by one: (top layer by step, last by layer)."""
    start = [h0.method("select", 0, layer) if h0 else None for layer in range(case.L)]
    states = [s or rnn.subject.put(torch.zeros(case.B, case.H, dtype=case.dtype)) for s in start]
    top = []
    for t in range(case.T):
        below = x.method("select", 1, t)  # (B, I)
        for layer in range(case.L):
            states[layer] = below = rnn.get(f"cells.{layer}")(below, states[layer])  # (B, H)
        top.append(below)
    return top, states


def _usable(fetched):
    return all(isinstance(value, torch.Tensor) and value.dim() == 2 for value in fetched)


def _rnn_runs(rnn, x, h0, case, note):
    put_x = rnn.subject.put(x)
    top, last = _unrolled(rnn, put_x, rnn.subject.put(h0) if h0 is not None else None, case)
    result = rnn(x, h0) if h0 is not None else rnn(x)
    fetched, *steps = rnn.subject.values(result, *top, *last)
    if not _usable(steps):
        fault = next(step for step in steps if not isinstance(step, torch.Tensor) or step.dim() != 2)
        said = str(fault) if isinstance(fault, Problem) else "its result is not (B, H)"
        yield Finding("values", 0, f"your own ManualRNNCell cannot be run here, mend it first: {said}", str(case))
        yield Finding("hidden", 0, "your own ManualRNNCell cannot be run here", str(case))
        return
    output, hidden = pair(fetched)
    yield values(output, torch.stack(steps[: case.T], dim=1), case, note=note)
    yield values(hidden, torch.stack(steps[case.T :]), case, idea="hidden", note=note)


def _rnn_in_chunks(rnn, x, h0, case):
    """The whole sequence at once equals its two pieces, the second going on from the first's state."""
    cut = case.T // 2
    top, last = _unrolled(rnn, rnn.subject.put(x), rnn.subject.put(h0), case)
    first = rnn(x[:, :cut].clone(), h0)
    second = rnn(x[:, cut:].clone(), first[1])
    steps, a, b = rnn.subject.values(*top, *last), first.value(), second.value()
    if not _usable(steps):
        yield Finding("chunks", 0, "your own ManualRNNCell cannot be run here", str(case))
        return
    (early, _), (late, hidden) = pair(a), pair(b)
    note = f"in two pieces of {cut} and {case.T - cut} steps"
    yield values(early, torch.stack(steps[:cut], dim=1), case, idea="chunks", note=note)
    yield values(late, torch.stack(steps[cut : case.T], dim=1), case, idea="chunks", note=note)
    yield values(hidden, torch.stack(steps[case.T :]), case, idea="chunks", note=note)


def _rnn_gradients(rnn, x, h0, case):
    subject = rnn.subject
    put_x, put_h = subject.put(x, requires_grad=True), subject.put(h0, requires_grad=True)
    parameters = [f"cells.{layer}.{name}" for layer in range(case.L) for name in CELL_PARAMETERS]
    wrt = [put_x, put_h, *[rnn.get(path) for path in parameters]]
    along_output, along_hidden = case.normal(case.B, case.T, case.H), case.normal(case.L, case.B, case.H)

    result = rnn(put_x, put_h)
    mine = subject.grad([result[0], result[1]], [along_output, along_hidden], wrt)
    top, last = _unrolled(rnn, put_x, put_h, case)
    cotangents = [*along_output.unbind(1), *along_hidden.unbind(0)]
    own = subject.grad([*top, *last], cotangents, wrt)
    got, expected = subject.values(mine, own)
    if isinstance(expected, Problem):
        return Finding("gradients", 0, f"your own cells give none here: {expected}", str(case))
    return same_gradients(["x", "hidden", *parameters], got, expected, case)


def _parameters(rnn, drawn, case):
    """One cell for each layer, each with numbers of its own, all of them known to an optimizer."""
    length, *found = rnn.subject.values(
        rnn.get("cells").length(), *[rnn.get(path) for path in drawn], *[rnn.registered(path) for path in drawn]
    )
    if isinstance(length, Problem) or length != case.L:
        said = length if isinstance(length, Problem) else f"{length} cells for {case.L} layers"
        return Finding("parameters", 0, f"cells: {said}", str(case))
    for path, now, registered in zip(drawn, found[: len(drawn)], found[len(drawn) :], strict=True):
        if not close(now, drawn[path]):
            said = "it changes when another layer's is set: each layer needs a cell of its own"
            return Finding("parameters", 0, f"{path}: {said}", str(case), observed=now)
        if registered is not True:
            said = "not one of the module's parameters: a plain list hides cells from the optimizer"
            return Finding("parameters", 0, f"{path}: {said}", str(case), observed="not registered")
    return Finding("parameters", 1, "every layer has a cell of its own, all known to the optimizer", str(case))
