"""ManualRNN is held to torch.nn.RNN with the same numbers in it."""

import torch

from unrolled.checking.parity import close, gradients, precision, readable, results, same_numbers, unchanged, values
from unrolled.checking.question import question
from unrolled.checking.structure import FUSED_RNN
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import FAR, given, scale_of, stacked, torch_rnn, without, zeros_among


@question(
    "manual_rnn",
    name="ManualRNN",
    marks={"values": 10, "hidden": 4, "gradients": 8, "chunks": 3, "parameters": 3, "inputs": 1, "dtype": 1},
    forbids=FUSED_RNN,
    builds_on={"ManualRNNCell": "rnn_cell"},
)
def manual_rnn(rnn_class, draw):
    """Layers and steps, with right cells in the place of the student's: a fault of the cell has cost already.

    Three layers tell "only two" and "upper layers shared" apart from right, a fourth one "up to three"; a sequence in
    two pieces tells whether the returned state is the one to go on from; eighty steps tell what ends on the way.
    """
    sizes = [
        dict(B=[1, 3], T=[1, 6], L=[1, 3], I=[4, 5], H=[5], strided=False),
        dict(B=[3], T=[4], L=[2], I=[4], H=[6]),
        dict(B=[1], T=[5], L=[4], I=[1], H=[1], strided=False),
        dict(B=[2], T=[80], L=[2], I=[3], H=[4], strided=False),
        dict(B=[70], T=[2], L=[1], I=[3], H=[4], strided=False),
    ]
    for case in (case for size in sizes for case in draw.cases(**size)):
        mine, names, odd, reference, drawn = _rnn(rnn_class, case)
        yield _parameters(mine, drawn, case)
        x = zeros_among(case.normal(case.B, case.T, case.I, scale=scale_of(case)))
        h0 = case.normal(case.L, case.B, case.H, scale=scale_of(case))
        found = [finding for start in (h0, None) for finding in _runs(mine, reference, x, start, case)]
        given_x = case.normal(case.B, case.T, case.I, scale=scale_of(case))  # zeros may be a bend of somebody's own
        inputs, near = {"x": given_x, "hidden": h0}, case.T <= FAR
        found.append(gradients(mine, reference, inputs, names, case, registered=False, own_slope=near))
        for finding in found:  # a layer without numbers of its own has cost its points as a parameter
            finding.barred |= bool(odd) and finding.idea != "values"
            yield finding
        yield unchanged(mine(x, h0), {"x": x, "hidden": h0}, case)
        if case.T > 1:
            yield _in_pieces(mine, x, h0, case)

    for case in draw.cases(dtype=torch.float64, strided=False, B=[2], T=[3], L=[1, 2], I=[4, 5], H=[5]):
        mine, _, _, reference, _ = _rnn(rnn_class, case)
        x, h0 = case.normal(case.B, case.T, case.I), case.normal(case.L, case.B, case.H)
        plain = rnn_class(case.I, case.H, case.L)
        for start in (h0, None):
            output, _ = results(mine(*given(x, start)), 2)
            single, _ = results(plain(*(part.float() for part in given(x, start))), 2)
            yield precision(output, reference(*given(x, start))[0].detach(), case, plain=single)


def _rnn(rnn_class, case):
    """What `same_numbers` says of the student's RNN; torch's with the same numbers; the numbers that were drawn."""
    reference = torch_rnn(case, case.I)
    drawn = {path: reference.get_parameter(name).detach().clone() for path, name in stacked(case.L).items()}
    mine = rnn_class(case.I, case.H, case.L)
    if case.dtype is torch.float64:
        mine = mine.method("double")
    return *same_numbers(mine, reference, stacked(case.L)), reference, drawn


def _runs(mine, reference, x, h0, case):
    output, hidden = results(mine(*given(x, h0)), 2)
    again, _ = results(mine(*given(x, h0)), 2)
    expected, last = (part.detach() for part in reference(*given(x, h0)))
    yield values(output, expected, case, note=without(h0), again=again)
    yield values(hidden, last, case, idea="hidden", note=without(h0), told="values")


def _in_pieces(mine, x, h0, case):
    """The whole sequence at once equals its two pieces, the second going on from the first's state.

    A stack that is wrong altogether is held to itself, where its state matters at all, in what can be read of it.
    """
    cut = case.T // 2
    whole, first = results(mine(x, h0), 2), results(mine(x[:, :cut].clone(), h0), 2)
    late = x[:, cut:].clone()
    second, fresh = results(mine(late, first[1]), 2), results(mine(late), 2)
    fetched = mine.subject.values(*whole, *first, *second, *fresh)
    state = (case.L, case.B, case.H)
    shapes = [(case.B, steps, case.H) for steps in (case.T, cut, case.T - cut, case.T - cut)]
    read = [readable(part, shape) for part, shape in zip(fetched, [s for t in shapes for s in (t, state)], strict=True)]
    output, hidden, begin, _, end, last, alone, last_alone = [
        part if isinstance(part, torch.Tensor) and tuple(part.shape) == shape else None
        for part, shape in zip(read, [s for t in shapes for s in (t, state)], strict=True)
    ]
    where = f"{case}, in two pieces of {cut} and {case.T - cut} steps"
    if output is None and hidden is None:
        return Finding("chunks", 0, "the whole cannot be read", where, barred=True)
    fault = next((part for part in fetched[2:6] if isinstance(part, Problem)), None)
    if fault is not None:
        return Finding("chunks", 0, f"the second piece fails: {fault}", where, observed=fault)
    pairs = [(hidden, last, last_alone)] if hidden is not None else []
    if output is not None:
        pairs += [(output[:, :cut], begin, None), (output[:, cut:], end, alone)]
    if not all(close(of_whole, part) for of_whole, part, _ in pairs):
        says = "two pieces, the second from the state that the first returned, do not give what the whole gives"
        return Finding("chunks", 0, says, where, observed=[part for _, part, _ in pairs])
    restarted = [(part, from_zeros) for _, part, from_zeros in pairs if from_zeros is not None]
    if restarted and all(close(part, from_zeros) for part, from_zeros in restarted):
        says = "the state that the first piece returned makes no difference to the second"
        return Finding("chunks", 0, says, where, observed=[part for _, part, _ in pairs])
    return Finding("chunks", 1, "two pieces give what the whole gives", where)


def _parameters(mine, drawn, case):
    """One cell for each layer, each with numbers of its own, all of them known to an optimizer, and no others."""
    length, named, *found = mine.subject.values(
        mine.get("cells").length(),
        mine.method("named_parameters").items(),
        *[mine.get(path) for path in drawn],
        *[mine.registered(path) for path in drawn],
    )
    if length != case.L:
        says = length if isinstance(length, Problem) else f"{length} cells for {case.L} layers; each layer has its own"
        return Finding("parameters", 0, f"cells: {says}", str(case), observed=length)
    for path, now, registered in zip(drawn, found[: len(drawn)], found[len(drawn) :], strict=True):
        if not close(now, drawn[path]):
            said = "it changes when another layer's is set: each layer needs a cell of its own"
            return Finding("parameters", 0, f"{path}: {said}", str(case), observed=now)
        if registered is not True:
            said = "not one of the module's parameters: a plain list hides cells from the optimizer"
            return Finding("parameters", 0, f"{path}: {said}", str(case), observed="not registered")
    named = dict(named) if isinstance(named, list) else {}
    more = sum(number.numel() for number in named.values()) - sum(number.numel() for number in drawn.values())
    if more > 0:
        extra = ", ".join(name for name in named if not name.startswith("cells.")) or "in the cells"
        says = (
            f"{more} numbers more than the cells need ({extra}); without a state it starts from zeros, not learned ones"
        )
        return Finding("parameters", 0, says, str(case), observed=more)
    return Finding("parameters", 1, "every layer has a cell of its own, all known to the optimizer", str(case))
