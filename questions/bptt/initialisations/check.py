"""initial_W_hh is held to the spread of each kind of start, to lengths that are kept, and to the identity."""

import math

import torch

from unrolled.checking.parity import as_numbers, relative
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import read


@question(
    "initialisations",
    name="initial_W_hh",
    marks={"small": 1, "xavier": 1, "orthogonal": 2, "identity": 1, "refusal": 1},
)
def initialisations(function, draw):
    """The spread of what is drawn, over 40,000 numbers: within 6 %, where sqrt(2/H) is off by 41 %.

    Numbers that are the same at every call cost the first of the random kinds that has them: a seed is one fault.
    """
    told: list[str] = []  # the kind whose numbers are known to be the same at every call
    for case in draw.cases(dtype=torch.float64, strided=False, H=[50, 100, 200]):
        for kind, spread in (("small", 0.01), ("xavier", 1 / math.sqrt(case.H))):
            yield from _spread(function, kind, spread, case, told)
        yield from _orthogonal(function, case, told)
    for case in draw.cases(dtype=torch.float64, strided=False, H=[1, 3, 65]):
        eye = torch.eye(case.H, dtype=torch.float64)
        numbers, fault = read(function("identity", case.H), eye.shape)
        found = relative(numbers, eye, case, "identity")
        yield Finding("identity", 0, fault, str(case), observed=numbers.flatten()) if fault else found
        if case.H > 1:
            yield from _orthogonal(function, case, told)
            continue
        for kind in ("small", "xavier", "orthogonal"):  # of one number, only that it is a matrix is asked
            alone, _ = _drawn(function, kind, case, times=1)
            if isinstance(alone, Finding):
                alone.barred = found.share < 1 or bool(fault)  # what is wrong with all of them is told once
                yield alone
    got = function("no such kind", 4).value()
    if isinstance(got, Problem) and got.kind in ("ValueError", "KeyError"):
        yield Finding("refusal", 1, f"refused: {got.message}")
    else:
        says = f"it ends in {got.kind}" if isinstance(got, Problem) else "it gives something all the same"
        yield Finding("refusal", 0, f"for a kind that does not exist, {says}", observed=says)


def _drawn(function, kind, case, times):
    """((times, H, H), or what is wrong with one of them; are they all the same?)."""
    fetched = function.subject.values(*[function(kind, case.H) for _ in range(times)])
    drawn = []
    for one in fetched:
        numbers, fault = read(one, (case.H, case.H))
        if fault or not isinstance(numbers, torch.Tensor) or tuple(numbers.shape) != (case.H, case.H):
            says = fault or str(one) if isinstance(one, Problem) or fault else _what_came(as_numbers(one), case)
            return Finding(kind, 0, says, str(case), observed=one if isinstance(one, Problem) else says), False
        drawn.append(numbers.double())
    return torch.stack(drawn), all(torch.equal(drawn[0], one) for one in drawn[1:])


def _what_came(got, case):
    if isinstance(got, torch.Tensor):
        return f"the result has shape {tuple(got.shape)}; it should be {(case.H, case.H)}"
    if got is None:
        return "nothing came back (None): the function has to end with return"
    return f"a {getattr(got, 'type', None) or type(got).__name__} came back; it should be an array"


def _always_the_same(kind, case, told):
    """One finding, for the first kind of which it is true."""
    if told and told[0] != kind:
        return []
    told[:] = [kind]
    says = "every call gives the same numbers: is a seed set inside?"
    return [Finding(kind, 0, says, str(case), observed=says)]


def _spread(function, kind, spread, case, told):
    times = max(2, 40_000 // case.H**2)
    drawn, same = _drawn(function, kind, case, times)
    if isinstance(drawn, Finding):
        yield drawn
        return
    found, mean = drawn.std().item(), drawn.mean().item()
    fewer = math.sqrt(times) if same and times > 2 else 1.0  # of one matrix alone the spread is not known as well
    if same:
        yield from _always_the_same(kind, case, told)
    right = abs(found / spread - 1) < 0.06 * fewer and abs(mean) < 0.05 * spread * fewer
    says = f"a standard deviation of {found:.4f} and a mean of {mean:.5f}"
    seen = torch.tensor([found / spread, mean / spread], dtype=torch.float64)
    yield Finding(kind, float(right), says, str(case), observed=seen)


def _orthogonal(function, case, told):
    drawn, same = _drawn(function, "orthogonal", case, times=2 if case.H > 3 else 5)
    if isinstance(drawn, Finding):
        yield drawn
        return
    if same:
        yield from _always_the_same("orthogonal", case, told)
    eye = torch.eye(case.H, dtype=torch.float64)
    off = torch.nan_to_num((drawn.transpose(1, 2) @ drawn - eye).abs(), nan=math.inf).max().item()
    full = (drawn.abs() > 1e-9).double().mean().item()
    if not off < 1e-5:  # float32 has 1e-6
        says = f"its transpose times itself is off the identity by {off:.2g}"
        yield Finding("orthogonal", 0, says, str(case), observed=drawn)
    elif full < 0.5:
        says = "nearly all of its numbers are 0: a random turn mixes all units"
        yield Finding("orthogonal", 0, says, str(case), observed=says)
    else:
        yield Finding("orthogonal", 1, "lengths are kept", str(case))
