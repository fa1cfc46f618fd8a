"""ManualBiRNN is held to nn.RNN(bidirectional=True) with the same numbers in it."""

import torch
from torch import nn

from unrolled.checking.parity import (
    close,
    gradients,
    precision,
    readable,
    results,
    same_numbers,
    unchanged,
    values,
)
from unrolled.checking.question import question
from unrolled.checking.structure import FUSED_RNN
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import who_feels_what

CELL = {"W_ih": "weight_ih", "b_ih": "bias_ih", "W_hh": "weight_hh", "b_hh": "bias_hh"}
SIDES = {"forward_cells": "", "backward_cells": "_reverse"}
FAR = 20  # steps; longer sequences are drawn so that the first of them still counts at the last
TRIES = 4  # inputs, before a step counts as one that another does not feel


@question(
    "manual_bi_rnn",
    name="ManualBiRNN",
    marks={"values": 7, "hidden": 3, "directions": 2, "gradients": 5, "parameters": 3, "inputs": 1, "dtype": 1},
    forbids=FUSED_RNN,
)
def manual_bi_rnn(rnn_class, draw):
    """Layers, steps and directions equal nn.RNN(bidirectional=True), forwards and backwards.

    Three layers tell "only two" and "two stacks that never meet" apart from right, a fourth one "up to three"; eighty
    steps tell what ends on the way. One layer is asked by itself: what is wrong between layers does not concern it.
    """
    sizes = [
        dict(B=[3], T=[1, 6], L=[1, 3], I=[4], H=[5], strided=False),
        dict(B=[1, 2], T=[4], L=[2], I=[6], H=[6]),
        dict(B=[5], T=[3], L=[2], I=[5], H=[5], strided=False),
        dict(B=[70], T=[2], L=[1], I=[2], H=[3], strided=False),
        dict(B=[1], T=[5], L=[4], I=[1], H=[1], strided=False),
    ]
    far = draw.cases(dtype=_widest(rnn_class), strided=False, B=[2], T=[80], L=[1, 2], I=[3], H=[4])
    for case in (*(case for size in sizes for case in draw.cases(**size)), *far):
        mine, names, odd, reference, drawn = _rnn(rnn_class, case)
        told = _parameters(mine, drawn, odd, case)
        yield told
        unfit = told.share < 1 and bool(set(odd) - set(names))  # cells that cannot hold a layer's numbers
        scale = 0.1 if case.T > FAR else 1.0
        x = case.normal(case.B, case.T, case.I, scale=scale)
        h0 = case.normal(2 * case.L, case.B, case.H, scale=scale)
        for start in (h0, None):
            yield from _runs(mine, reference, _zeros_among(x), start, case, told.says if unfit else "")
        kept = unchanged(mine(x, h0), {"x": x, "hidden": h0}, case)
        yield kept
        for given in ({"x": x, "hidden": h0}, {"x": x}) if case.T >= 4 else ({"x": x, "hidden": h0},):
            note = "" if "hidden" in given else "without an initial state"
            found = gradients(
                mine, reference, given, _alone(names, reference), case, note=note, own_slope=case.T <= FAR
            )
            # Whoever writes over what was given spoils the gradients of that call as well; and eighty steps of
            # float32 leave too little of a gradient to be sure.
            found.barred |= unfit or ("hidden" in given and kept.share < 1)
            found.barred |= case.T > FAR and case.dtype is torch.float32
            yield found
        yield _in_proportion(mine, x, h0, case)
        if 1 < case.T <= FAR:
            yield _felt_everywhere(rnn_class, drawn, case)

    for case in draw.cases(dtype=torch.float64, strided=False, B=[2], T=[3], L=[1, 2], I=[4], H=[5]):
        mine, _, _, reference, _ = _rnn(rnn_class, case)
        x, h0 = case.normal(case.B, case.T, case.I), case.normal(2 * case.L, case.B, case.H)
        plain = rnn_class(case.I, case.H, case.L)
        for start in (h0, None):
            double = results(mine(*_given(x, start)), 2)
            single = results(plain(*(part.float() for part in _given(x, start))), 2)
            for got, expected, beside in zip(double, reference(*_given(x, start)), single, strict=True):
                yield precision(got, expected.detach(), case, plain=beside)


def _names(layers):
    """The student's paths -> the names of torch's parameters."""
    return {
        f"{side}.{layer}.{path}": f"{name}_l{layer}{end}"
        for layer in range(layers)
        for side, end in SIDES.items()
        for path, name in CELL.items()
    }


def _zeros_among(x):
    """The same input with two steps of zeros, one for every row and one for the first row alone: steps, too."""
    x = x.clone()
    if x.shape[1] > 2:
        x[:, 1], x[0, 2] = 0, 0
    return x


def _alone(names, reference):
    """The names of what only one cell holds: the gradients of a shared one are those of all its uses together."""
    held = {path: reference.get_parameter(name) for path, name in names.items()}
    return {path: names[path] for path in names if sum(torch.equal(held[path], one) for one in held.values()) == 1}


def _widest(rnn_class):
    """float64, if it can be: over eighty steps, float32 leaves too few digits. What it costs otherwise, dtype tells."""
    mine = rnn_class(1, 1, 1)
    mine.subject.values(*[mine.get(f"{side}.0").method("double") for side in SIDES])
    output = results(mine.method("double")(torch.zeros(1, 2, 1, dtype=torch.float64)), 2)[0].value()
    return torch.float64 if isinstance(output, torch.Tensor) and output.dtype is torch.float64 else torch.float32


def _given(x, h0):
    return (x,) if h0 is None else (x, h0)


def _rnn(rnn_class, case):
    """What `same_numbers` says of the student's RNN; torch's with the same numbers; the numbers that were drawn."""
    reference = nn.RNN(case.I, case.H, case.L, batch_first=True, bidirectional=True, dtype=case.dtype)
    (case.remembering if case.T > FAR else case.like)(reference)
    drawn = {path: reference.get_parameter(name).detach().clone() for path, name in _names(case.L).items()}
    mine = rnn_class(case.I, case.H, case.L)
    if case.dtype is torch.float64:
        mine = _double(mine, case)
    return *same_numbers(mine, reference, _names(case.L)), reference, drawn


def _double(mine, case):
    """In float64, with its cells, which a plain list would hide from it: that costs as gradients."""
    mine.subject.values(*[mine.get(f"{side}.{k}").method("double") for side in SIDES for k in range(case.L)])
    return mine.method("double")


def _runs(mine, reference, x, h0, case, unfit):
    """Output and last states. unfit: what keeps the reference's numbers from the student's cells, if anything."""
    output, hidden = results(mine(*_given(x, h0)), 2)
    again, _ = results(mine(*_given(x, h0)), 2)
    expected, last = (part.detach() for part in reference(*_given(x, h0)))
    note = "without an initial state" if h0 is None else ""
    found = [values(output, expected, case, note=note, again=again)]
    found.append(values(again, expected, case, note=f"{note}, called once more".strip(", "), again=output))
    states = values(hidden, last, case, idea="hidden", note=note, told="values")
    if found[0].share < 1 and states.share < 1:
        _follow(states, output.value(), hidden.value(), last)
    for finding in found if unfit else ():
        finding.says, finding.case = unfit, str(case)
    states.barred |= bool(unfit)
    yield from (*found, states)


def _follow(states, output, hidden, expected):
    """Wrong last states of a wrong output: right, if they are its ends; told by the output, if they are those of a half
    in another order, if they are wrong above the lowest layer only, or if both lack the same sequences."""
    hidden, (_, B, H) = readable(hidden, expected.shape), expected.shape
    if not isinstance(hidden, torch.Tensor) or hidden.dim() != 3:
        return
    halves = isinstance(output, torch.Tensor) and output.dim() == 3 and output.shape[2] == 2 * H
    if hidden.shape != expected.shape:
        states.barred |= halves and output.shape[0] == hidden.shape[1] != B
        return
    states.barred |= close(hidden[:2], expected[:2])
    if halves and output.shape[0] == B:
        ahead, back = output[..., :H], output[..., H:]
        states.barred |= close(hidden[-2], ahead[:, -1]) and close(hidden[-1], back[:, -1])
        if close(hidden[-2], ahead[:, -1]) and close(hidden[-1], back[:, 0]):
            states.share, states.says = 1, "the states at the ends of its own output"


def _parameters(mine, drawn, odd, case):
    """Each layer has a cell for each direction, with numbers of its own, and there is nothing else that counts. What
    an optimizer sees, gradients tell."""
    lengths = mine.subject.values(*[mine.get(side).length() for side in SIDES])
    for side, length in zip(SIDES, lengths, strict=True):
        if isinstance(length, Problem) or length != case.L:
            said = length if isinstance(length, Problem) else f"{length} cells for {case.L} layers"
            return Finding("parameters", 0, f"{side}: {said}", str(case), observed=length)
    for path, now in zip(odd, mine.subject.values(*[mine.get(path) for path in odd]), strict=True):
        if isinstance(now, torch.Tensor) and now.shape == drawn[path].shape:
            said = "it changes when another cell's is set: each layer needs a cell of its own for each direction"
        elif isinstance(now, torch.Tensor):
            said = f"its shape is {tuple(now.shape)}, and {tuple(drawn[path].shape)} is asked for"
            above = path.endswith("W_ih") and ".0." not in path
            said += ": above the first layer a cell reads both halves of the layer below, 2H numbers" * above
        else:
            said = str(now)
        return Finding("parameters", 0, f"{path}: {said}", str(case), observed=now)
    if more := _more(mine, case):
        says = f"{more} counts as well; without an initial state the first one is zeros, and not one that is learned"
        return Finding("parameters", 0, says, str(case), observed=more)
    return Finding("parameters", 1, "every layer has a cell of its own for each direction", str(case))


def _more(mine, case):
    """A parameter outside of the cells that makes a difference to the result, if there is one."""
    named = mine.method("named_parameters").items().value()
    others = {n: p for n, p in named if not n.startswith(tuple(SIDES))} if isinstance(named, list) else {}
    x = case.normal(case.B, case.T, case.I)
    for name, number in others.items():
        path = name.replace(".", "__")
        one, _, two, _ = mine.subject.values(
            results(mine(x), 2)[0],
            mine.load(**{path: number + 1}),
            results(mine(x), 2)[0],
            mine.load(**{path: number}),
        )
        if not close(one, two):
            return name
    return ""


def _in_proportion(mine, x, h0, case):
    """A loss a thousand times as large has gradients a thousand times as large: nothing is clipped on the way."""
    subject, start = mine.subject, mine.subject.put(h0, requires_grad=True)
    output, along = results(mine(x, start), 2)[0], case.normal(case.B, case.T, 2 * case.H)
    small, large = subject.values(*[subject.grad([output], [along * factor], [start]) for factor in (1, 1000)])
    parts = [part[0] if isinstance(part, list) else None for part in (small, large)]
    if not all(isinstance(part, torch.Tensor) for part in parts):
        return Finding("gradients", 0, "none to be compared", str(case), barred=True)
    if not close(parts[1] / 1000, parts[0]):
        says = "a loss that is 1000 times as large has gradients that are not: is something clipped in forward?"
        return Finding("gradients", 0, says, str(case), observed=parts)
    return Finding("gradients", 1, "in proportion to the loss", str(case))


def _felt_everywhere(rnn_class, drawn, case):
    """Another input at any step changes the output at every step, at least in one of several sequences; the last
    backward state is the output's first. In float64, in which a far step's part is not lost by rounding, if it can be.
    """
    felt = torch.zeros(case.T, case.T, dtype=torch.bool)  # (changed step, step of the output)
    for dtype in (torch.float64, torch.float32):
        mine = rnn_class(case.I, case.H, case.L)
        mine = _double(mine, case) if dtype is torch.float64 else mine
        mine.subject.values(*[mine.load(**{path.replace(".", "__"): number}) for path, number in drawn.items()])
        for _ in range(TRIES):
            x, h0 = case.normal(case.B, case.T, case.I).to(dtype), case.normal(2 * case.L, case.B, case.H).to(dtype)
            others = [x.clone() for _ in range(case.T)]
            for t, other in enumerate(others):
                other[:, t] += 1
            runs = [results(mine(given, h0), 2) for given in (x, *others)]
            hidden, *outputs = mine.subject.values(runs[0][1], *[run[0] for run in runs])
            outputs = [readable(output, (case.B, case.T, 2 * case.H)) for output in outputs]
            fault = next((o for o in outputs if not isinstance(o, torch.Tensor) or o.dim() != 3), None)
            if fault is not None or any(o.shape[:2] != x.shape[:2] for o in outputs):
                break
            felt |= torch.stack([(o - outputs[0]).abs().amax(dim=(0, 2)) > 0 for o in outputs[1:]])
        else:
            break
    else:
        said = str(fault) if isinstance(fault, Problem) else "there is no output of one state for each step"
        return Finding("directions", 0, said, str(case), observed=fault, barred=True)
    says = who_feels_what(felt)
    last = readable(hidden, (2 * case.L, case.B, case.H))
    known = isinstance(last, torch.Tensor) and last.shape == (2 * case.L, case.B, case.H)
    first = outputs[0][:, 0, case.H :]
    if not says and known and not close(last[-1], first) and close(last[-1], outputs[0][:, -1, case.H :]):
        says = "the last backward state is taken from the output's last step; the backward half ends at the first one"
    if says:
        return Finding("directions", 0, says, str(case), observed=[says, felt.tolist()])
    return Finding("directions", 1, "every step is felt at every step", str(case))
