"""The hidden checks of 05_bidirectional. The contracts stand in docs/contract.md and in the notebook.

Distances and losses are worked out here, from the ids alone; the student's own labels are asked for in one question.
"""

import hashlib
import re

import torch
from torch import nn

from unrolled.checking.budget import within
from unrolled.checking.fixtures import Flat
from unrolled.checking.parity import close, gradients, precision, unchanged, values
from unrolled.checking.question import question
from unrolled.checking.structure import FUSED_RNN
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding


def _distances(x, space):
    """Steps to the nearest space, or to the place before the first or after the last step: (B, T)."""
    T, places = x.shape[-1], torch.arange(x.shape[-1])
    last = torch.where(x == space, places, -1).cummax(dim=-1).values
    following = torch.where(x == space, places, T).flip(-1).cummin(dim=-1).values.flip(-1)
    return torch.minimum(places - last, following - places)


# --- labels --------------------------------------------------------------------------------------------------

TEXTS_SPACE = 1  # the space's id in both texts of the notebook: the number that one would write down
OTHERS = range(2, 12)

# Steps of a row -> reference passes that FAST_IDS ids may cost in such rows; one of the two is enough. On short rows
# the reference needs 0.5, and all pairs of places 2 to 3.4; two passes over lists, the fastest loop over single ids, 20
# and more. On long rows it is 0.2 for the reference, 0.5 row by row, and 3.7 and more for that loop.
FAST_IDS, FAST = 2**16, {2: 7.0, 2048: 2.0}
REPEATS = 4


@question(
    "distance_labels",
    name="label_fn",
    marks={"values": 6, "edges": 4, "space": 2, "shape": 2, "inputs": 1, "speed": 3},
)
def distance_labels(function, draw):
    """Exact distances. Where edges are not asked for, every row begins and ends with a space: edges cost once."""
    for case in draw.cases(B=[1, 3], T=[7, 60]):
        x = _ids(case, case.B, case.T, TEXTS_SPACE, ends=True)
        yield values(function(x, TEXTS_SPACE), _distances(x, TEXTS_SPACE), case)
        yield values(function(x, TEXTS_SPACE), _distances(x, TEXTS_SPACE), case, note="called once more")
        yield _left_alone(function, x, case)
        yield _whole_numbers(function, x, case)
        yield _one_sequence(function, x, case)

    for case in draw.cases(B=[1, 4], T=[1, 2, 9], strided=False):
        for share, kind in ((0.0, "no space at all"), (0.3, "some spaces"), (1.0, "nothing but spaces")):
            x = _ids(case, case.B, case.T, TEXTS_SPACE, share=share)
            mine = function(x, TEXTS_SPACE)
            yield values(mine, _distances(x, TEXTS_SPACE), case, idea="edges", note=kind)

    for case in draw.cases(B=[3], T=[12], S=[0, 7], strided=False):
        yield _another_space(function, _ids(case, case.B, case.T, TEXTS_SPACE, ends=True), case)
    yield _fast(function, draw)


def _ids(case, B, T, space, share=0.25, ends=False):
    """Ids in which a share of the places has the space; with `ends`, the first and the last place of each row too."""
    letters = torch.tensor([i for i in [0, 1, *OTHERS] if i != space])
    x = letters[torch.randint(len(letters), (B, T), generator=case.generator)]
    is_space = torch.rand(B, T, generator=case.generator) < share
    if ends:
        is_space[:, 0] = is_space[:, -1] = True
        is_space[:, 1:5] = False  # so that distances of 2 and more occur in every row
    x = torch.where(is_space, space, x)
    return x if case.layout == "contiguous" else x.t().contiguous().t()


def _another_space(function, x, case):
    """With two ids exchanged, and the space among them, the student's own distances are the same."""
    other = torch.where(x == TEXTS_SPACE, case.S, torch.where(x == case.S, TEXTS_SPACE, x))
    before, after = function.subject.values(function(x, TEXTS_SPACE), function(other, case.S))
    where = f"B={case.B}, T={case.T}, the space is {case.S}"
    if not isinstance(before, torch.Tensor) or not isinstance(after, torch.Tensor):
        fault = after if isinstance(before, torch.Tensor) else before
        return Finding("space", 0, str(fault) if isinstance(fault, Problem) else "no tensor", where, observed=fault)
    if not close(after, before):
        says = f"the same words, written with {case.S} for the space, give other distances"
        return Finding("space", 0, says, where, observed=after)
    return Finding("space", 1, "any number may be the space", where)


def _left_alone(function, x, case):
    there = function.subject.put(x)
    result, after = function.subject.values(function(there, TEXTS_SPACE), there)
    if isinstance(result, Problem):
        return Finding("inputs", 0, str(result), str(case), observed=result)
    if not (isinstance(after, torch.Tensor) and after.shape == x.shape and torch.equal(after, x)):
        says = "the call changed x in place; whoever passed it in still needs it"
        return Finding("inputs", 0, says, str(case), observed=after)
    return Finding("inputs", 1, "left as they were", str(case))


def _whole_numbers(function, x, case):
    got = function(x, TEXTS_SPACE).value()
    if not isinstance(got, torch.Tensor):
        return values(got, _distances(x, TEXTS_SPACE), case, idea="shape")
    if tuple(got.shape) != tuple(x.shape):
        says = f"{tuple(x.shape)} goes in, {tuple(got.shape)} comes out"
        return Finding("shape", 0, says, str(case), observed=says)
    if got.is_floating_point() or got.dtype == torch.bool:
        name = str(got.dtype).removeprefix("torch.")
        return Finding("shape", 0, f"{name} comes out; distances are whole numbers", str(case), observed=name)
    return Finding("shape", 1, f"{tuple(x.shape)} in and out, whole numbers", str(case))


def _one_sequence(function, x, case):
    """One sequence gives what it gives as a row of the student's own batch."""
    alone, rows = function.subject.values(function(x[0].clone(), TEXTS_SPACE), function(x, TEXTS_SPACE))
    where = f"{case}, one sequence of {x.shape[1]}"
    if not isinstance(alone, torch.Tensor):
        return Finding("shape", 0, str(alone), where, observed=alone)
    if tuple(alone.shape) != (x.shape[1],):
        says = f"({x.shape[1]},) goes in, {tuple(alone.shape)} comes out"
        return Finding("shape", 0, says, where, observed=says)
    if isinstance(rows, torch.Tensor) and rows.shape == x.shape and not close(alone, rows[0]):
        return Finding("shape", 0, "it gives other distances than as a row of a batch", where, observed=alone)
    return Finding("shape", 1, "one sequence as in a batch", where)


def _fast(function, draw):
    """Fast on short rows or on long ones: no loop over single ids can be, whatever it does with each."""
    for T, most in FAST.items():
        (case,) = draw.cases(B=[FAST_IDS // T], T=[T], strided=False)
        x = _ids(case, case.B, case.T, TEXTS_SPACE, share=0.18)
        subject, there = function.subject, function.subject.put(x)
        got = function(there, TEXTS_SPACE).value()
        fault = str(got) if isinstance(got, Problem) else "" if isinstance(got, torch.Tensor) else "no tensor came back"
        if not fault and (got.shape != x.shape or (got == _distances(x, TEXTS_SPACE)).float().mean() < 0.5):
            fault = "counts once most of the distances are right"
        if fault:
            return Finding("speed", 0, fault, str(case), observed=got if isinstance(got, Problem) else None)
        subject.lap()
        for _ in range(REPEATS):
            function(there, TEXTS_SPACE, grad=False)
        cost = subject.spent(function).value()
        if not isinstance(cost, dict):
            return Finding("speed", 0, f"the cost could not be measured: {cost}", str(case))
        if cost["passes"] / REPEATS <= most:
            return Finding("speed", 1, "whole rows or columns at a time")
    says = "slow on short rows and on long ones: is there a loop over single characters?"
    return Finding("speed", 0, says, observed="slow")


# --- by hand -------------------------------------------------------------------------------------------------

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
            output, hidden = _two(mine(*given).value())
            expected_output, expected_hidden = reference(*given)
            yield values(output, expected_output.detach(), case, note=note)
            yield values(hidden, expected_hidden.detach(), case, idea="hidden", note=note)
        yield values(_two(mine(x, h0).value())[0], reference(x, h0)[0].detach(), case, note="called once more")
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
        yield precision(_two(mine(x).value())[0], reference(x)[0].detach(), case)


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


def _two(fetched):
    """(output, hidden) of a fetched result; what came instead stands in for both."""
    if isinstance(fetched, tuple | list) and len(fetched) == 2:
        return fetched
    return fetched, fetched


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
    output, hidden = _two(fetched)
    outputs = [_two(other)[0] for other in others]
    fault = next((o for o in (output, *outputs) if not isinstance(o, torch.Tensor) or o.dim() != 3), None)
    if fault is not None or any(o.shape != output.shape for o in outputs) or output.shape[1] != case.T:
        said = str(fault) if isinstance(fault, Problem) else "there is no output of one state for each step"
        return Finding("directions", 0, said, str(case), observed=fault)
    felt = torch.stack([(o - output).abs().amax(dim=(0, 2)) > 0 for o in outputs])  # (changed step, step of output)
    says = _who_feels_what(felt)
    known = isinstance(hidden, torch.Tensor) and hidden.shape == (2 * case.L, case.B, case.H)
    if not says and known and not close(hidden[-1], output[:, 0, case.H :]):
        says = "the last backward state is not the backward half of the output's first step"
    if says:
        return Finding("directions", 0, says, str(case), observed=[says, felt.tolist()])
    return Finding("directions", 1, "every step is felt at every step", str(case))


def _who_feels_what(felt):
    """What is wrong with (changed step, step of the result) -> felt?, in words; "" if all is felt."""
    T = len(felt)
    past, future = felt.triu(1), felt.tril(-1)
    ones = torch.ones(T, T, dtype=torch.bool)
    if not future.any() and not past.any():
        return "a step feels itself only"
    if not future.any():
        return "no step feels a later one: nothing comes from the right"
    if not past.any():
        return "no step feels an earlier one: nothing comes from the left"
    missing = (~felt & ones).nonzero().tolist()
    if missing:
        changed, step = missing[0]
        return f"another input at step {changed} does not change step {step} ({len(missing)} of {T * T} such pairs)"
    return ""


# --- the model -----------------------------------------------------------------------------------------------

FELT = 1e-7


class Unreadable(Exception):
    """The network gives nothing that could be looked at; observed: the Problem if that is what came."""

    def __init__(self, message, got):
        super().__init__(message)
        self.observed = got if isinstance(got, Problem) else message


@question(
    "bi_rnn",
    name="CharRegressionBiRNN",
    marks={"shape": 3, "unbatched": 3, "directions": 4, "batch": 2, "hidden": 2, "gradients": 2},
)
def bi_rnn(model_class, draw):
    """What the model must do whatever it is built of: an nn.RNN, the student's own, gates, other names."""
    for case in draw.cases(B=[1, 3], T=[1, 6], V=[11], E=[5], H=[6], L=[1, 2], strided=False):
        seed = int(torch.randint(2**31, (), generator=case.generator))
        model_class.subject.seed(seed)
        model = model_class(case.V, case.E, case.H, case.L)
        model.method("eval")
        state = _stirred(model, case)
        x = torch.stack([torch.randperm(case.V, generator=case.generator)[: case.T] for _ in range(case.B)])
        try:
            out = _predictions(model(x).value(), case.B, case.T)
        except Unreadable as fault:
            for idea in ("shape", "unbatched", "directions", "batch", "hidden", "gradients"):
                yield Finding(idea, 0, str(fault), str(case), observed=fault.observed)
            continue
        for idea, look in (
            ("shape", _model_shape),
            ("unbatched", _unbatched),
            ("directions", _both_ways),
            ("batch", _rows_alone),
            ("hidden", _states),
            ("gradients", _reached),
        ):
            if case.T > 1 or idea in ("shape", "unbatched"):
                try:
                    yield look(model, x, out, state, case)
                except Unreadable as fault:
                    yield Finding(idea, 0, str(fault), str(case), observed=fault.observed)


def _predictions(fetched, B, T):
    """(B, T) numbers of what a call gave, in whatever shape they stand. Raises Unreadable."""
    out = fetched[0] if isinstance(fetched, tuple | list) and fetched else fetched
    if isinstance(out, Problem):
        raise Unreadable(str(out), out)
    if not isinstance(out, torch.Tensor):
        raise Unreadable(f"a {getattr(out, 'type', type(out).__name__)} came back in place of predictions", out)
    if out.numel() != B * T:
        raise Unreadable(f"the predictions have shape {tuple(out.shape)}; (B, T, 1) is {(B, T, 1)}", out)
    if not torch.isfinite(out).all():
        raise Unreadable("the predictions are not finite numbers", out)
    return out.reshape(B, T)


def _stirred(model, case):
    """Move every parameter, so that nothing is hidden by a start at zero; returns the state, {} if there is none."""
    state = model.state().value()
    if not isinstance(state, dict) or not state:
        return {}
    mine = model.subject.values(*[model.registered(name) for name in state])
    moved = {
        name: tensor + case.normal(tensor.numel(), scale=tensor.shape[-1:].numel() ** -0.5).view(tensor.shape)
        for (name, tensor), yes in zip(state.items(), mine, strict=True)
        if yes is True and tensor.is_floating_point()
    }
    model.load_state(state | moved)
    return state | moved


def _model_shape(model, x, out, state, case):
    fetched = model(x).value()
    first = _two(fetched)[0] if isinstance(fetched, tuple | list) else fetched
    says = ""
    if tuple(first.shape) != (case.B, case.T, 1):
        says = f"the predictions have shape {tuple(first.shape)}; (B, T, 1) is {(case.B, case.T, 1)}"
    elif not first.is_floating_point():
        says = f"the predictions are {first.dtype}; they should be floating-point numbers"
    elif not _table(state, case):
        says = f"no table of {case.V} times {case.E} numbers among its parameters: are the sizes the arguments?"
    elif not _reaches_far(model, state, case):
        says = "whatever the weights, the predictions stay within (−1, 1): a distance of 5 could not be said"
    if says:
        return Finding("shape", 0, says, str(case), observed=says)
    return Finding("shape", 1, f"{tuple(first.shape)} for {case}", str(case))


def _table(state, case):
    """The name of the embedding's table, (V, E) or (E, V); "" if there is none."""
    return next((n for n, t in state.items() if sorted(t.shape) == sorted((case.V, case.E))), "")


def _reaches_far(model, state, case):
    """With large weights of either sign, predictions larger than 1.5 come out."""
    x, largest = torch.randint(case.V, (8, 5), generator=case.generator), 0.0
    for factor in (20.0, -20.0):
        model.load_state({n: t * factor if t.is_floating_point() else t for n, t in state.items()})
        largest = max(largest, _predictions(model(x).value(), 8, 5).abs().max().item())
    model.load_state(state)
    return largest > 1.5


def _unbatched(model, x, out, state, case):
    fetched = model(x[0].clone()).value()
    where = f"{case}, one sequence ({case.T},)"
    if isinstance(fetched, Problem):
        return Finding("unbatched", 0, str(fetched), where, observed=fetched)
    single, states = _two(fetched) if isinstance(fetched, tuple | list) else (fetched, None)
    got = _predictions(single, 1, case.T)[0]
    says = ""
    if single.dim() == 3 or (single.dim() == 2 and single.shape[0] == 1 < case.T):
        says = f"({case.T},) goes in, {tuple(single.shape)} comes out; a batch that nobody gave should not come back"
    elif not close(got, out[0]):
        says = "it gives other numbers than as a row of a batch"
    elif isinstance(states, torch.Tensor) and tuple(states.shape) != (2 * case.L, case.H):
        says = f"its states have shape {tuple(states.shape)}; (2L, H) is {(2 * case.L, case.H)}"
    if says:
        return Finding("unbatched", 0, says, where, observed=[says, got])
    return Finding("unbatched", 1, "the same numbers as in a batch", where)


def _both_ways(model, x, out, state, case):
    """Every prediction feels every character; and steps differ."""
    rows = []
    for s in range(case.T):
        other = x.clone()
        other[:, s] = (other[:, s] + 1) % case.V
        rows.append(model(other, grad=False))
    moved = [_predictions(got, case.B, case.T) for got in model.subject.values(*rows)]
    felt = torch.stack([(other - out).abs().amax(dim=0) > FELT for other in moved])  # (character, prediction)
    says = _who_feels_what(felt)
    if close(out[:, 1:], out[:, :-1]):
        says = "every step of a sequence gives the same: is the last state used for all of them?"
    if says:
        return Finding("directions", 0, says, str(case), observed=[says, felt.tolist()])
    return Finding("directions", 1, "every prediction feels every character", str(case))


def _rows_alone(model, x, out, state, case):
    again = _predictions(model(x).value(), case.B, case.T)
    if not close(again, out):
        says = "two calls with the same characters differ: something is kept from one call to the next, or drawn"
        return Finding("batch", 0, says, str(case), observed=says)
    alone = model.subject.values(*[model(x[b : b + 1].clone()) for b in range(case.B)])
    for b, got in enumerate(alone):
        if not close(_predictions(got, 1, case.T)[0], out[b]):
            says = f"row {b} gives something else alone than in the batch: is the batch taken for the time?"
            return Finding("batch", 0, says, str(case), observed=[b, got])
    return Finding("batch", 1, "every row as if it were alone", str(case))


def _states(model, x, out, state, case):
    """The states that come back have the right shape and are this sequence's; those that are given have an effect."""
    result = model(x)
    other = model((x + 1) % case.V)
    fetched, after_other = model.subject.values(result, other)
    if not (isinstance(fetched, tuple | list) and len(fetched) == 2):
        says = "the states do not come back beside the predictions"
        return Finding("hidden", 0, says, str(case), observed=says)
    states = fetched[1] if isinstance(fetched[1], tuple | list) else [fetched[1]]  # gates keep a pair of them
    shapes = [tuple(s.shape) if isinstance(s, torch.Tensor) else s for s in states]
    wanted = (2 * case.L, case.B, case.H)
    says = "" if set(map(str, shapes)) == {str(wanted)} else f"states {shapes[0]}; (2L, B, H) is {wanted}"
    if not says and close(fetched[1], _two(after_other)[1]):
        says = "the states that come back are the same whatever was read"
    if not says:
        starts = [result[1]]
        if isinstance(fetched[1], torch.Tensor):
            for k in range(2 * case.L):
                one = torch.zeros(wanted)
                one[k] = case.normal(case.B, case.H)
                starts.append(model.subject.put(one))
        moved = model.subject.values(*[model(x, start) for start in starts])
        for k, got in enumerate(moved):
            if close(_predictions(got, case.B, case.T), out):
                which = "the states that it returned" if k == 0 else f"initial state {k - 1}"
                says = f"{which}, given to it, has no effect"
                break
    if says:
        return Finding("hidden", 0, says, str(case), observed=says)
    return Finding("hidden", 1, f"states {wanted}, used and returned", str(case))


def _reached(model, x, out, state, case):
    """A loss on all predictions reaches every parameter; one on a single step reaches every character's row."""
    subject, names = model.subject, [n for n, t in state.items() if t.is_floating_point()]
    registered = subject.values(*[model.registered(name) for name in names]) if names else []
    names = [name for name, yes in zip(names, registered, strict=True) if yes is True]
    if not names:
        return Finding("gradients", 0, "there are no parameters that an optimizer would find", str(case))
    one = x[:1].clone()
    result = model(x)
    single = model(one)
    pair = isinstance(result.value(), tuple | list)
    all_steps, one_step = (result[0], single[0]) if pair else (result, single)
    shapes = [o.shape for o in subject.values(all_steps, one_step)]
    cotangent = torch.zeros(shapes[1])
    cotangent.view(-1)[case.T // 2] = 1.0
    table = _table(state, case)
    wrt = [model.get(name) for name in names]
    got, rows = subject.values(
        subject.grad([all_steps], [case.normal(*shapes[0])], wrt),
        subject.grad([one_step], [cotangent], [model.get(table)]) if table else subject.put([None]),
    )
    if isinstance(got, Problem):
        return Finding("gradients", 0, str(got), str(case), observed=got)
    missing = [n for n, g in zip(names, got, strict=True) if not (isinstance(g, torch.Tensor) and g.abs().max() > 0)]
    says = f"no gradient reaches {', '.join(missing[:3])}: cut off, or never used" if missing else ""
    if not says and table and isinstance(rows, list) and isinstance(rows[0], torch.Tensor):
        row = rows[0] if rows[0].shape[0] == case.V else rows[0].t()
        cut = [t for t in range(case.T) if row[one[0, t]].abs().max() == 0]
        if cut:
            says = f"a loss at step {case.T // 2} gives no gradient to the character at step {cut[0]}"
    if says:
        return Finding("gradients", 0, says, str(case), observed=[says, missing])
    return Finding("gradients", 1, f"every parameter gets one ({len(names)}), and every character", str(case))


# --- trained networks ----------------------------------------------------------------------------------------

# Mean squared errors on held-out windows of 256. On tiny Shakespeare and on the stand-in: always saying the mean 7.1
# and 4.8; one direction 2.2 to 2.7; both directions, one layer, 1.0 to 1.3; the reference (two layers) 0.02 to 0.25.
BI, UNI, RATIO = 1.1, 3.8, 0.65
WINDOWS, STEPS = 256, 256
NOT_YET = "counts once bi_model is below its limit"

# SHA-256 of the last tenth of tiny Shakespeare.
SHAKESPEARE = "c54f3753a4e6e3c3d1759212815a7caf826e68a33021b25312984400bed40a1f"


@question(
    "train_bi_rnn",
    name="bi_model",
    marks={"bi": 6, "ratio": 4, "uni": 3, "network": 2, "budget": 3},
    budget=160_000,
)
def train_bi_rnn(bi_model, draw):
    """Both networks on the same held-out windows, which only this side draws, with distances of its own."""
    subject = bi_model.subject
    cost = subject.spent(bi_model).value()
    uni_model = subject.look_up("uni_model")
    (case,) = draw.cases(strided=False)
    ids, chars = subject.values(subject.look_up("val_ids"), subject.look_up("chars"))
    if not (isinstance(ids, torch.Tensor) and isinstance(chars, list) and " " in chars and len(ids) > 10 * STEPS):
        says = "the notebook's val_ids or chars are gone: run the cells that make them"
        yield from (Finding(idea, 0, says) for idea in ("bi", "ratio", "uni", "network", "budget"))
        return
    starts = torch.randint(len(ids) - STEPS + 1, (WINDOWS, 1), generator=case.generator)
    x = ids.long()[starts + torch.arange(STEPS)]
    y = _distances(x, chars.index(" ")).float()
    flag = "" if _known_text(ids, chars) else "val_ids is not the held-out text that the notebook's cells make"

    both, one = _judged(bi_model, x, y), _judged(uni_model, x, y)
    loss, uni_loss = both["loss"], one["loss"]
    good, trained = loss < BI, uni_loss < UNI
    network = _by_its_weights(bi_model, x, y, case) if good else Finding("network", 0, NOT_YET)
    if good and network.share < 1:  # then it is not the network that knows the distances
        good, both["says"], both["observed"] = False, network.says, network.observed
    yield Finding(
        "bi", float(good), both["says"], observed=both["observed"], margin=loss / BI if good else None, flag=flag
    )
    if not (trained and good):
        why = NOT_YET if trained else "counts once uni_model has been trained"
        yield Finding("ratio", 0, why, observed=both["observed"] if trained else one["observed"])
    else:
        share = loss / uni_loss
        says = f"bi_model's loss is {share:.2f} of uni_model's"
        yield Finding("ratio", float(share < RATIO), says, observed=round(share, 1), margin=min(1, share / RATIO))
    margin = uni_loss / UNI if trained else None
    yield Finding("uni", float(trained), one["says"], observed=one["observed"], margin=margin)
    yield network
    yield within(cost, draw.budget) if good else Finding("budget", 0, NOT_YET)


def _known_text(ids, chars):
    """Is this the held-out tenth of one of the two texts that the notebook may have?"""
    try:
        text = "".join(chars[i] for i in ids.tolist())
    except (IndexError, TypeError):
        return False
    return hashlib.sha256(text.encode()).hexdigest() == SHAKESPEARE or text == _stand_in_held_out()


def _stand_in_held_out():
    """The last tenth of Python's own help pages, cleaned as the notebook does it."""
    from pydoc_data.topics import topics

    lines = (
        " ".join(w for w in line.split() if len(w) <= 20) for n in sorted(topics) for line in topics[n].splitlines()
    )
    text = "\n".join(line for line in lines if re.search("[A-Za-z]", line))
    return text[int(0.9 * len(text)) :]


def _judged(model, x, y):
    """The loss of a network, and what it does, in words: the same words for the same mistake, whatever its weights."""
    subject, was = model.subject, model.get("training").value()
    model.method("eval")
    try:
        out = _called(model, x)
    except Unreadable as fault:
        return dict(loss=float("inf"), says=str(fault), observed=fault.observed)
    finally:
        model.method("train" if was is True else "eval")
        subject.values()
    loss = ((out - y) ** 2).mean().item()
    behaviour = _behaviour(model, x, out, y)
    return dict(loss=loss, says=f"mean squared error {loss:.2f} on held-out text. {behaviour}", observed=behaviour)


def _called(model, x):
    return _predictions(model(model.beside(x), grad=False).value(), *x.shape).float()


def _behaviour(model, x, out, y):
    mean = ((y - y.mean()) ** 2).mean().item()
    loss = ((out - y) ** 2).mean().item()
    if loss > 100 * mean:
        return "Its numbers are far from any distance"
    if out.std() < 0.15:
        return "It says about the same everywhere"
    by_shift = {s: _alike(out[:, 8:-8], y[:, 8 + s : y.shape[1] - 8 + s]) for s in range(-4, 5)}
    best = max(by_shift, key=by_shift.get)
    if best and by_shift[best] > by_shift[0] + 0.1 and by_shift[best] > 0.6:
        steps = f"{abs(best)} step{'s' * (abs(best) > 1)}"
        return f"It says the distance of the place {steps} {'later' if best > 0 else 'before'}"
    slope = (((out - out.mean()) * (y - y.mean())).mean() / y.var()).item()
    if by_shift[0] > 0.8 and (abs(slope - 1) > 0.35 or abs(out.mean() - y.mean()) > 0.7):
        return "Its numbers rise and fall with the distances, and are another quantity"
    if by_shift[0] < -0.3:
        return "It says little where the distance is large, and much where it is small"
    other = x.clone()
    other[:, x.shape[1] // 2 :] = x.flip(0)[:, x.shape[1] // 2 :]
    ahead = (_called(model, other) - out)[:, : x.shape[1] // 2].abs().max()
    if ahead < 1e-6:
        return "What comes after a character has no effect on its prediction" if loss < mean else "It only looks back"
    if loss > 0.9 * mean:
        return "That is no better than always saying the mean"
    return "It follows the distances" if loss < BI else "It follows the distances from afar"


def _alike(a, b):
    """Correlation."""
    a, b = a - a.mean(), b - b.mean()
    return ((a * b).mean() / (a.std() * b.std() + 1e-9)).item()


def _by_its_weights(model, x, y, case):
    """With other numbers in the place of the weights, the distances must be gone: a filter against code that counts."""
    state = model.state().value()
    if isinstance(state, Problem) or not isinstance(state, dict) or not state:
        return Finding("network", 0, "the model has no weights that could have learned this", observed="no weights")
    drawn = {
        name: case.normal(t.numel(), scale=0.3).view(t.shape).to(t.dtype) if t.is_floating_point() else t
        for name, t in state.items()
    }
    try:
        model.load_state(drawn).value()
        loss = ((_called(model, x[:32]) - y[:32]) ** 2).mean().item()
    except Unreadable as fault:
        return Finding("network", 0, str(fault), observed=fault.observed)
    finally:
        model.load_state(state).value()
    if loss < BI:
        says = (
            f"with other weights its loss is still {loss:.2f}: the distances come from code, not from what was learned"
        )
        return Finding("network", 0, says, observed="code")
    return Finding("network", 1, f"with other weights its loss is {loss:.1f}")
