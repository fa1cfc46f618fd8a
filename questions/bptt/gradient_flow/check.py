"""spectral_radius and simulate_gradient_flow are held to NumPy's eigenvalues and to a plain loop."""

import math

import numpy as np
import torch

from unrolled.checking.parity import as_numbers, relative
from unrolled.checking.question import question

from ..shared import in_parts


@question("gradient_flow", name="simulate_gradient_flow", marks={"radius": 2, "norms": 3, "states": 3})
def gradient_flow(function, draw):
    """Matrices with complex, negative and positive leading eigenvalues; products against plain loops."""
    radius = function.subject.look_up("spectral_radius")
    yield from in_parts([radius(np.eye(2)), function(np.eye(2), 1)], _flows(function, radius, draw))


def _flows(function, radius, draw):
    for case in draw.cases(dtype=torch.float64, strided=False, H=[2, 3, 8], N=[1, 12]):
        for sign in (+1, -1):
            W = (sign * case.normal(case.H, case.H) / math.sqrt(case.H)).numpy()
            yield _radius(radius, W, case, "a random matrix")
        turn = np.linalg.qr(case.normal(case.H, case.H).numpy())[0] @ np.diag(np.linspace(0.5, 1.5, case.H))
        yield _radius(radius, turn, case, "a scaled rotation")
        yield _radius(radius, -np.diag(np.linspace(0.2, 1.3, case.H)), case, "negative eigenvalues")

        W = case.normal(case.H, case.H, scale=1.1 / math.sqrt(case.H)).numpy()
        yield relative(function(W, case.N), _flow(W, case.N), case, "norms")
        states = [np.tanh(case.normal(case.H, 1).numpy()) for _ in range(case.N + 3)]
        note = f"with the last {case.N} of {case.N + 3} states"
        yield relative(function(W, case.N, states), _flow(W, case.N, states), case, "states", note)


def _radius(radius, W, case, note):
    got = as_numbers(radius(W).value())
    got = got.reshape(()) if isinstance(got, torch.Tensor) and got.numel() == 1 else got
    expected = torch.tensor(np.abs(np.linalg.eigvals(W)).max(), dtype=torch.float64)
    return relative(got, expected, case, "radius", note)


def _flow(W, steps, states=None):
    J, norms = np.eye(len(W)), [math.sqrt(len(W))]
    for n in range(steps):
        slope = np.diag(1 - states[-1 - n].ravel() ** 2) if states else np.eye(len(W))
        J = W.T @ slope @ J
        norms.append(float(np.sqrt((J**2).sum())))
    return torch.tensor(norms, dtype=torch.float64)
