"""label_fn is held to the exact distances."""

import torch

from unrolled.checking.parity import as_numbers, close, values
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import distances

TEXTS_SPACE = 1  # the space's id in both texts of the notebook: the number that one would write down
OTHERS = range(2, 12)
LONGEST = 601  # steps of a row that is one word between two spaces: distances up to 300

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
    """Exact distances. Where edges are not asked for, every row begins and ends with a space: edges cost once.

    Edges are asked for in rows that the function gets right once a space stands before and after them.
    """
    sizes = [dict(B=[1, 3], T=[7, 60]), dict(B=[2], T=[LONGEST], strided=False)]
    for case in (case for size in sizes for case in draw.cases(**size)):
        x = _ids(case, case.B, case.T, TEXTS_SPACE, ends=True)
        if case.T == LONGEST:
            x[0, 1:-1] = OTHERS[0]
        expected = distances(x, TEXTS_SPACE)
        got, again = (_read(part, x) for part in function.subject.values(*[function(x, TEXTS_SPACE) for _ in "12"]))
        yield values(got, expected, case, shaped="shape", again=again)
        yield values(again, expected, case, note="called once more", shaped="shape", again=got)
        yield _left_alone(function, x, case)
        yield _whole_numbers(function, x, case)
        yield _one_sequence(function, x, case)

    for case in draw.cases(B=[1, 4], T=[1, 2, 9, 70], strided=False):
        for share, kind in ((0.0, "no space at all"), (0.3, "some spaces"), (1.0, "nothing but spaces")):
            yield _edges(function, _ids(case, case.B, case.T, TEXTS_SPACE, share=share), f"{case}, {kind}")

    for case in draw.cases(B=[3], T=[12], S=[0, 7, 64], strided=False):
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


def _read(got, x):
    """The numbers in what came back, also where it is no tensor or has another shape: that costs as its shape."""
    numbers = as_numbers(got)
    if not isinstance(numbers, torch.Tensor):
        return got
    return numbers.reshape(x.shape) if numbers.numel() == x.numel() else numbers


def _right(got, x):
    return isinstance(got, torch.Tensor) and close(got.double(), distances(x, TEXTS_SPACE).double())


def _left_alone(function, x, case):
    there = function.subject.put(x)
    result, after = function.subject.values(function(there, TEXTS_SPACE), there)
    if isinstance(result, Problem):
        return Finding("inputs", 0, str(result), str(case), observed=result, barred=True)
    if not (isinstance(after, torch.Tensor) and after.shape == x.shape and torch.equal(after, x)):
        says = "the call changed x in place; whoever passed it in still needs it"
        return Finding("inputs", 0, says, str(case), observed=after)
    return Finding("inputs", 1, "left as they were", str(case))


def _whole_numbers(function, x, case):
    got = function(x, TEXTS_SPACE).value()
    if not isinstance(got, torch.Tensor):
        told = not isinstance(_read(got, x), torch.Tensor)  # with nothing in it to be read, it costs as values
        return Finding("shape", 0, _no_tensor(got), str(case), observed=got, barred=told)
    if tuple(got.shape) != tuple(x.shape):
        says = f"{tuple(x.shape)} goes in, {tuple(got.shape)} comes out"
        return Finding("shape", 0, says, str(case), observed=got)
    if got.is_floating_point() or got.dtype == torch.bool:
        name = str(got.dtype).removeprefix("torch.")
        return Finding("shape", 0, f"{name} comes out; distances are whole numbers", str(case), observed=got)
    return Finding("shape", 1, f"{tuple(x.shape)} in and out, whole numbers", str(case))


def _no_tensor(got):
    if isinstance(got, Problem):
        return str(got)
    return f"a {getattr(got, 'type', None) or type(got).__name__} comes out; it should be a tensor"


def _one_sequence(function, x, case):
    """One sequence gives (T,), with the numbers that it has as a row, if those are right."""
    alone, rows = function.subject.values(function(x[0].clone(), TEXTS_SPACE), function(x, TEXTS_SPACE))
    where = f"{case}, one sequence of {x.shape[1]}"
    if not isinstance(alone, torch.Tensor):
        return Finding("shape", 0, _no_tensor(alone), where, observed=alone, barred=type(rows) is type(alone))
    if tuple(alone.shape) != (x.shape[1],):
        says = f"({x.shape[1]},) goes in, {tuple(alone.shape)} comes out"
        return Finding("shape", 0, says, where, observed=alone)
    if not _right(alone, x[0]) and _right(_read(rows, x), x):
        return Finding("shape", 0, "it gives other distances than as a row of a batch", where, observed=alone)
    return Finding("shape", 1, "one sequence as in a batch", where)


def _edges(function, x, where):
    """The distances of a row of any kind, or those that the function gives for it between two spaces."""
    between = torch.nn.functional.pad(x, (1, 1), value=TEXTS_SPACE)
    fetched = function.subject.values(function(x, TEXTS_SPACE), function(between, TEXTS_SPACE))
    got, inside = _read(fetched[0], x), _read(fetched[1], between)
    if _right(got, x):
        return Finding("edges", 1, "the places just outside are boundaries", where)
    if not isinstance(got, torch.Tensor) or got.shape != x.shape:
        says = _no_tensor(fetched[0]) if got is fetched[0] else f"{tuple(got.shape)} for {tuple(x.shape)} ids"
        return Finding("edges", 0, says, where, observed=got, barred=not _right(inside, between))
    if not _right(inside, between):  # what is wrong there costs as values
        alike = isinstance(inside, torch.Tensor) and inside.shape == between.shape and close(got, inside[:, 1:-1])
        return Finding("edges", float(alike), "as between two spaces", where, observed=got, barred=not alike)
    b, t = (got != distances(x, TEXTS_SPACE)).nonzero()[0].tolist()
    says = f"[{b}, {t}] is {got[b, t].item():g}, and {inside[b, t + 1].item():g} if a space stands before the first "
    says += "and after the last id: the places just outside of the row are boundaries as well"
    return Finding("edges", 0, says, where, observed=got)


def _another_space(function, x, case):
    """With two ids exchanged, and the space among them, the student's own distances are the same."""
    other = torch.where(x == TEXTS_SPACE, case.S, torch.where(x == case.S, TEXTS_SPACE, x))
    fetched = function.subject.values(function(x, TEXTS_SPACE), function(other, case.S))
    before, after = (_read(got, x) for got in fetched)
    where = f"B={case.B}, T={case.T}, the space is {case.S}"
    if not isinstance(before, torch.Tensor) or not isinstance(after, torch.Tensor):
        told = not isinstance(before, torch.Tensor)
        return Finding("space", 0, _no_tensor(fetched[0 if told else 1]), where, observed=after, barred=told)
    if not close(after, before):
        says = f"the same words, written with {case.S} for the space, give other distances"
        return Finding("space", 0, says, where, observed=after)
    return Finding("space", 1, "any number may be the space", where)


def _fast(function, draw):
    """Fast on short rows or on long ones: no loop over single ids can be, whatever it does with each."""
    blind = [_does_not_look(function, draw, ends) for ends in (True, False)]
    if all(blind):
        return Finding("speed", 0, blind[0], observed=blind, barred=True)
    faults = []
    for T, most in FAST.items():
        (case,) = draw.cases(B=[FAST_IDS // T], T=[T], strided=False)
        subject = function.subject
        there = subject.put(_ids(case, case.B, case.T, TEXTS_SPACE, share=0.18))
        got = subject.values(function(there, TEXTS_SPACE).length())[0]  # warm, and does it come to an end at all?
        if isinstance(got, Problem):
            faults.append(f"{case}: {got}")
            continue
        subject.lap()
        for _ in range(REPEATS):
            function(there, TEXTS_SPACE)
        cost = subject.spent(function).value()
        if not isinstance(cost, dict):
            return Finding("speed", 0, f"the cost could not be measured: {cost}", str(case))
        if cost["passes"] / REPEATS <= most:
            return Finding("speed", 1, "whole rows or columns at a time")
    if len(faults) == len(FAST):
        return Finding("speed", 0, faults[0], observed=faults)
    says = "slow on short rows and on long ones: is there a loop over single characters?"
    return Finding("speed", 0, says, observed="slow")


def _does_not_look(function, draw, ends):
    """Why its speed means nothing: a distance has to do with what stands elsewhere in its row, right or wrong."""
    (case,) = draw.cases(B=[8], T=[40], strided=False)
    x = _ids(case, case.B, case.T, TEXTS_SPACE, share=0.1, ends=ends)
    other, middle = x.clone(), case.T // 2
    other[:, middle] = torch.where(x[:, middle] == TEXTS_SPACE, OTHERS[0], TEXTS_SPACE)
    fetched = function.subject.values(function(x, TEXTS_SPACE), function(other, TEXTS_SPACE))
    got, moved = (_read(part, x) for part in fetched)
    if not isinstance(got, torch.Tensor) or not isinstance(moved, torch.Tensor):
        return _no_tensor(next(part for part in fetched if not isinstance(_read(part, x), torch.Tensor)))
    if got.shape != x.shape or moved.shape != x.shape:
        return f"{tuple(got.shape)} for {tuple(x.shape)} ids"
    elsewhere = torch.arange(case.T) != middle
    if torch.equal(got[:, elsewhere], moved[:, elsewhere]):
        return "counts once a number depends on what stands elsewhere in its row"
    return ""
