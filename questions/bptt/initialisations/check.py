"""initial_W_hh is held to the spread of each kind of start, to lengths that are kept, and to the identity."""

import math

import torch

from unrolled.checking.parity import as_numbers, relative, shape
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding


@question(
    "initialisations",
    name="initial_W_hh",
    marks={"small": 1, "xavier": 1, "orthogonal": 2, "identity": 1, "refusal": 1},
)
def initialisations(function, draw):
    """The spread of what is drawn, over 40,000 numbers: within 6 %, where sqrt(2/H) is off by 41 %."""
    for case in draw.cases(dtype=torch.float64, strided=False, H=[50, 100]):
        for kind, spread in (("small", 0.01), ("xavier", 1 / math.sqrt(case.H))):
            yield _spread(function, kind, spread, case)
        yield _orthogonal(function, case)
        yield relative(function("identity", case.H), torch.eye(case.H, dtype=torch.float64), case, "identity")
    got = function("no such kind", 4).value()
    if isinstance(got, Problem) and got.kind in ("ValueError", "KeyError"):
        yield Finding("refusal", 1, f"refused: {got.message}")
    else:
        says = f"it ends in {got.kind}" if isinstance(got, Problem) else "it gives something all the same"
        yield Finding("refusal", 0, f"for a kind that does not exist, {says}", observed=says)


def _drawn(function, kind, case, times):
    """(times, H, H), or a finding that says what came instead."""
    fetched = [as_numbers(one) for one in function.subject.values(*[function(kind, case.H) for _ in range(times)])]
    for one in fetched:
        found = shape(one, (case.H, case.H), case, kind)
        if found.share < 1:
            return found
    if all(torch.equal(fetched[0], one) for one in fetched[1:]):
        return Finding(kind, 0, "every call gives the same numbers", str(case), observed="the same")
    return torch.stack(fetched).double()


def _spread(function, kind, spread, case):
    drawn = _drawn(function, kind, case, times=40_000 // case.H**2)
    if isinstance(drawn, Finding):
        return drawn
    found, mean = drawn.std().item(), drawn.mean().item()
    right = abs(found / spread - 1) < 0.06 and abs(mean) < 0.05 * spread
    says = f"a standard deviation of {found:.4f} and a mean of {mean:.5f}"
    return Finding(kind, float(right), says, str(case), observed=f"{found / spread:.1f}, {mean / spread:.1f}")


def _orthogonal(function, case):
    drawn = _drawn(function, "orthogonal", case, times=2)
    if isinstance(drawn, Finding):
        return drawn
    eye = torch.eye(case.H, dtype=torch.float64)
    off = (drawn.transpose(1, 2) @ drawn - eye).abs().max().item()
    full = (drawn.abs() > 1e-9).double().mean().item()
    if not off < 1e-6:
        return Finding("orthogonal", 0, f"its transpose times itself is off the identity by {off:.2g}", str(case),
                       observed=f"{off:.1g}")  # fmt: skip
    if full < 0.5:
        says = "nearly all of its numbers are 0: a random turn mixes all units"
        return Finding("orthogonal", 0, says, str(case), observed=says)
    return Finding("orthogonal", 1, "lengths are kept", str(case))
