"""CharRegressionBiRNN is held to what any such model must do: feel every character, and mix no rows."""

import torch

from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import Unreadable
from .network import Network, first_of, read, second_of
from .seen import Seen

FAR = 64  # characters, each another one
LONG, LARGE = 130, 60  # characters of one long word, and less than its largest distance
LOUD = (3.0, -3.0, 20.0, -20.0, 1000.0, -1000.0)  # what all weights are multiplied with
TRIES = 8  # networks, before "whatever the weights" is said


@question(
    "bi_rnn",
    name="CharRegressionBiRNN",
    marks={"directions": 8, "shape": 2, "unbatched": 2, "batch": 1, "hidden": 1, "gradients": 2},
    builds_on={"ManualBiRNN": "bi_rnn"},
)
def bi_rnn(model_class, draw):
    """What the model must do whatever it is built of: an nn.RNN, the student's own, gates, other names.

    Where the rows of a batch do not keep apart, one sequence by itself tells the rest.
    """
    told = False  # what an upper layer makes up for, one layer has told
    for case in draw.cases(V=[FAR + 2], E=[5, 1], H=[7, 1], L=[1, 2, 4], strided=False):
        if (case.E == 1) != (case.H == 1) or case.L > case.H:
            continue
        net = Network(model_class, case)
        apart = _rows_alone(net, case)
        net.rows = apart.share == 1 or apart.barred
        yield apart
        yield _sizes(net, case)
        for B, T in ((3, 6), (1, 6), (3, 1), (2, FAR)):
            yield _shape(net, case, B, T)
        for T in (6, 1):
            yield _one_sequence(net, case, T)
        if case.H > 1:
            if case.L == 1:
                yield _reaches_far(net, case)
            for T in (6, FAR) if case.L == 1 and net.rows else (6,):
                seen = Seen(net, T, told)
                told |= seen.directions().share < 1
                yield from (seen.directions(), seen.hidden(), seen.gradients())
            yield _states(net, case, seen.one_sided)


def _told(idea, says, praise, where, observed=None):
    return Finding(idea, float(not says), says or praise, str(where), observed=observed)


def _rows_alone(net, case):
    """A row gives the same among other rows and alone; and the same at every call."""
    x, others, model = net.ids(3, 6), net.ids(3, 6), net.made()
    others[1] = x[1]
    runs = [model(x), model(x), model(others), model(x[1:2].clone()), *[model(x[:, t : t + 1].clone()) for t in (2, 3)]]
    fetched = net.subject.values(*runs)
    try:
        out, again, among_others, *_ = (read(got, 3, 6) for got in fetched[:3])
    except Unreadable as fault:
        return Finding("batch", 0, str(fault), str(case), observed=fault.observed, barred=True)
    says = ""
    if not net.same(out, again):
        says = "two calls with the same characters differ: something is kept from one call to the next, or drawn"
    elif not net.same(out[1:2], among_others[1:2]) or (
        isinstance(first_of(fetched[3]), torch.Tensor) and not net.same(out[1:2], read(fetched[3], 1, 6))
    ):
        says = "a row gives something else if other rows stand beside it"
        steps = [read(got, 3, 1) for got in fetched[4:] if isinstance(first_of(got), torch.Tensor)]
        if all(net.same(out[:, t : t + 1], alone) for t, alone in zip((2, 3), steps, strict=False)):
            says += ", and a step the same without the steps around it: is the batch taken for the time?"
    return _told("batch", says, "every row as if it were alone", case, observed=[says, out])


def _sizes(net, case):
    says = "" if net.table else f"no table of {case.V} times {case.E} numbers among its parameters: "
    says += "are the sizes the arguments?" * bool(says)
    return _told("shape", says, f"a table of {case.V} times {case.E} numbers", case, observed=says)


def _shape(net, case, B, T):
    """(B, T, 1) of floats."""
    out, says = first_of(net.made()(net.ids(B, T)).value()), ""
    if not isinstance(out, torch.Tensor):
        says = str(out) if isinstance(out, Problem) else f"a {getattr(out, 'type', type(out).__name__)} came back"
    elif tuple(out.shape) != (B, T, 1):
        says = f"the predictions have shape {tuple(out.shape)}; (B, T, 1) is {(B, T, 1)}"
    elif not out.is_floating_point():
        says = f"the predictions are {out.dtype}; they should be floating-point numbers"
    return _told("shape", says, f"{(B, T, 1)} for {(B, T)} ids", f"{case}, x ({B}, {T})", observed=out)


def _reaches_far(net, case):
    """With large weights of either sign, predictions as large as a distance can be come out of one network or other."""
    largest = 0.0
    for _ in range(TRIES):
        loud = [{n: t * factor if t.is_floating_point() else t for n, t in net.state.items()} for factor in LOUD]
        for got in net.subject.values(*[net.made(state)(net.ids(4, T)) for state in loud for T in (LONG, 5)]):
            out = first_of(got)
            if not isinstance(out, torch.Tensor):
                return Finding("shape", 0, str(out), str(case), barred=True)
            largest = max(largest, torch.nan_to_num(out.double(), nan=0.0).abs().max().item())
        if largest > LARGE:
            return Finding("shape", 1, "as large as a distance can be", str(case))
        net = net.another()
    says = f"whatever the weights, the predictions stay within ±{largest:.3g}: in a word of {LONG} characters one has "
    return Finding("shape", 0, f"{says}the distance {LONG // 2}", str(case), observed=says)


def _one_sequence(net, case, T):
    """(T,) gives (T, 1), with the numbers that it has in a batch."""
    x, where = net.ids(3, T), f"{case}, one sequence ({T},)"
    rows, fetched = net.subject.values(net.made()(x), net.made()(x[0].clone()))
    batch, single = first_of(rows), first_of(fetched)
    if not isinstance(single, torch.Tensor):
        right = isinstance(batch, torch.Tensor) and tuple(batch.shape) == (3, T, 1)  # else it is told by the shape
        return Finding("unbatched", 0, str(single), where, barred=not right)
    says, states, in_batch = "", second_of(fetched), second_of(rows)
    if single.dim() == 3 or (single.dim() == 2 and single.shape[0] == 1 < T):
        says = f"({T},) goes in, {tuple(single.shape)} comes out; a batch that nobody gave should not come back"
    elif isinstance(batch, torch.Tensor) and net.rows and not _same_row(net, single, batch, T):
        says = "it gives other numbers than as a row of a batch"
    elif isinstance(states, torch.Tensor) and isinstance(in_batch, torch.Tensor) and in_batch.dim() == 3:
        wanted = (in_batch.shape[0], in_batch.shape[2])
        says = "" if tuple(states.shape) == wanted else f"its states have shape {tuple(states.shape)}, not {wanted}"
    return _told("unbatched", says, "the same numbers as in a batch", where, observed=[says, single])


def _same_row(net, single, batch, T):
    try:
        return net.same(read(single, 1, T), read(batch, 3, T)[:1])
    except Unreadable:
        return False


def _states(net, case, one_sided):
    """The states' shape. Those of one direction alone cost as directions."""
    x = net.ids(3, 6)
    states = second_of(net.made()(x if net.rows else x[0]).value())
    if states is None:
        return Finding("hidden", 0, "the states do not come back beside the predictions", str(case))
    wanted = (case.L if one_sided else 2 * case.L, *((3,) if net.rows else ()), case.H)
    parts = states if isinstance(states, tuple | list) else [states]  # gates keep a pair of them
    shapes = [tuple(s.shape) if isinstance(s, torch.Tensor) else s for s in parts]
    odd = next((s for s in shapes if s not in (wanted, (2 * case.L, *wanted[1:]))), None)
    says = f"states {odd}; (2L, B, H) is {(2 * case.L, *wanted[1:])}" if odd else ""
    return _told("hidden", says, f"states {wanted}", case, observed=shapes)
