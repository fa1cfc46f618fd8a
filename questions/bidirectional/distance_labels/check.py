"""label_fn is held to the exact distances."""

import torch

from unrolled.checking.parity import close, values
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import distances

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
        yield values(function(x, TEXTS_SPACE), distances(x, TEXTS_SPACE), case)
        yield values(function(x, TEXTS_SPACE), distances(x, TEXTS_SPACE), case, note="called once more")
        yield _left_alone(function, x, case)
        yield _whole_numbers(function, x, case)
        yield _one_sequence(function, x, case)

    for case in draw.cases(B=[1, 4], T=[1, 2, 9], strided=False):
        for share, kind in ((0.0, "no space at all"), (0.3, "some spaces"), (1.0, "nothing but spaces")):
            x = _ids(case, case.B, case.T, TEXTS_SPACE, share=share)
            mine = function(x, TEXTS_SPACE)
            yield values(mine, distances(x, TEXTS_SPACE), case, idea="edges", note=kind)

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
        return values(got, distances(x, TEXTS_SPACE), case, idea="shape")
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
        if not fault and (got.shape != x.shape or (got == distances(x, TEXTS_SPACE)).float().mean() < 0.5):
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
