"""spectral_radius and simulate_gradient_flow are held to NumPy's eigenvalues and to a plain loop."""

import math

import numpy as np
import torch

from unrolled.checking.parity import as_numbers, relative
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import alike, in_parts, one_number, read


@question("gradient_flow", name="simulate_gradient_flow", marks={"radius": 2, "norms": 3, "states": 3})
def gradient_flow(function, draw):
    """Matrices with complex, negative and positive leading eigenvalues; products against plain loops.

    Where the norms are wrong without states, those with states are held to the student's own: one slope for all steps
    is a slope in the matrix.
    """
    radius = function.subject.look_up("spectral_radius")
    yield from in_parts([radius(np.eye(2)), function(np.eye(2), 1)], _flows(function, radius, draw))


def _flows(function, radius, draw):
    sizes = [dict(H=[2, 3, 8], N=[1, 12]), dict(H=[1], N=[3]), dict(H=[6], N=[75]), dict(H=[64], N=[2])]
    cases = [case for size in sizes for case in draw.cases(dtype=torch.float64, strided=False, **size)]
    for case in cases:
        for times in (+1, -1, 90):
            W = (times * case.normal(case.H, case.H) / math.sqrt(case.H)).numpy()
            yield _radius(radius, W, case, "a random matrix" if abs(times) == 1 else "a random matrix of large numbers")
        yield _radius(radius, _turn(case) @ np.diag(np.linspace(0.5, 1.5, case.H)), case, "a scaled rotation")
        yield _radius(radius, -np.diag(np.linspace(0.2, 1.3, case.H)), case, "negative eigenvalues")

    matrices = [_turn(case) if case.N > 20 else _random(case, 1.1) for case in cases]
    norms = [_norms(function(W, case.N), W, case) for case, W in zip(cases, matrices, strict=True)]
    large = [_norms(function(W, 3), W, case, 3, "large numbers") for case in cases[:2] for W in [_random(case, 40)]]
    yield from norms + large
    right = all(finding.share == 1 for finding in norms + large)
    for case, W in zip(cases, matrices, strict=True):
        states = [np.tanh((0.1 if case.N > 20 else 1.0) * case.normal(case.H, 1).numpy()) for _ in range(case.N + 3)]
        if right:
            note = f"with the last {case.N} of {case.N + 3} states"
            yield _listed(function(W, case.N, states), _flow(W, case.N, states), case, "states", note)
        else:
            yield from _slopes(function, W, states, case)


def _random(case, size):
    return case.normal(case.H, case.H, scale=size / math.sqrt(case.H)).numpy()


def _turn(case):
    return np.linalg.qr(case.normal(case.H, case.H).numpy())[0]


def _radius(radius, W, case, note):
    expected = torch.tensor(np.abs(np.linalg.eigvals(W)).max(), dtype=torch.float64)
    return relative(one_number(radius(W).value()), expected, case, "radius", note)


def _norms(call, W, case, steps=0, note=""):
    return _listed(call, _flow(W, steps or case.N), case, "norms", note)


def _listed(call, expected, case, idea, note):
    """Numbers in a row, or in a column."""
    numbers, _ = read(call, expected.shape)
    finding = relative(numbers, expected, case, idea, note)
    if finding.share < 1 and isinstance(numbers, torch.Tensor) and numbers.dim() == 1 and len(numbers) != len(expected):
        steps = len(expected) - 1
        more = f"{steps} step{'s' if steps > 1 else ''}"
        finding.says = f"{len(numbers)} numbers for {more}; with the one before any step there are {len(expected)}"
    return finding


def _slopes(function, W, states, case):
    """The last states with one and the same column, against the student's own norms of a matrix that has its slope in
    it; at one step, against the last state alone."""
    last, other = states[-1], states[0]
    for steps, given, note in ((case.N, [last] * (case.N + 3), "the same state at each step"),
                               (1, [other, other, last], "the last state counts")):  # fmt: skip
        sloped = (1 - last**2) * W  # Wᵀ diag(s) is the transpose of diag(s) W
        calls = function(W, steps, given), function(sloped, steps)
        got, own = (as_numbers(value) for value in function.subject.values(*calls))
        if not isinstance(own, torch.Tensor) or own.dim() == 0:
            says = str(got) if isinstance(got, Problem) else "the norms without states are no numbers"
            yield Finding("states", 0, says, f"{case}, {note}", observed=got, barred=True)
        elif not isinstance(got, torch.Tensor) or got.dim() == 0:
            says = str(got) if isinstance(got, Problem) else "with states no numbers come back"
            yield Finding("states", 0, says, f"{case}, {note}", observed=got)
        elif alike(got[:2] if steps == 1 else got, own[:2] if steps == 1 else own):  # a third is a step too many
            yield Finding("states", 1, "each step has its slope", f"{case}, {note}")
        else:
            says = "not what your own norms of diag(1 - h²) W_hh are"
            yield Finding("states", 0, says, f"{case}, {note}", observed=got)


def _flow(W, steps, states=None):
    J, norms = np.eye(len(W)), [math.sqrt(len(W))]
    for n in range(steps):
        slope = np.diag(1 - states[-1 - n].ravel() ** 2) if states else np.eye(len(W))
        J = W.T @ slope @ J
        norms.append(float(np.sqrt((J**2).sum())))
    return torch.tensor(norms, dtype=torch.float64)
