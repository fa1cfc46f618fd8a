"""Which of a module's parameters is which weight? Found from outside, for modules whose parameters are their own.

One nn.Linear over [x, h] or two, plain parameters either way round: a recurrent layer may keep its weights as it
likes. To compare it with a reference, its parameters are first set to numbers that are all different. The states
that it then gives are a linear function of the state before, the input and 1, once the activation is undone; a
least-squares fit tells the weights, and each weight is a number that stands at one place among the parameters.

    state = Parameters(layer.state().value())
    layer.load_state(state.distinct())
    weights = recurrence(before, x, after)             # {"U": (H, H), "W": (H, I), "b": (H,)}
    placement = state.find(weights)                    # None if they are not among the parameters
    layer.load_state(placement.write(U=U, W=W, b=b))   # and from now on it computes with these

Gradients come back through `Placement.read`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

# What undoes an activation; the first under which the states are linear is taken.
INVERSES = {
    "tanh": lambda h: torch.where(h.abs() < 1, torch.atanh(h), torch.nan),
    "identity": lambda h: h,
    "sigmoid": lambda h: torch.where((h > 0) & (h < 1), torch.logit(h), torch.nan),
}
SMALLEST, LARGEST = 0.1, 0.6  # the sizes of the distinct numbers: tanh stays clear of its ends
NEAR = 1e-3  # a weight stands where the number is that it was seen to be, up to this
LINEAR = 1e-3  # a fit that is farther off than this somewhere was of something that is not linear


@dataclass(frozen=True)
class Placement:
    """Where each weight stands among a module's parameters. places: name -> indices into all of them in a row."""

    parameters: Parameters
    places: dict[str, torch.Tensor]

    def write(self, **weights: torch.Tensor) -> dict[str, torch.Tensor]:
        """A state to load: these weights at their places, and zeros where none is, such as in a second bias.

        A weight without a place is left out: the module has none like it, which its results will show.
        """
        flat = torch.zeros_like(self.parameters.flat)
        for name, place in self.places.items():
            flat[place] = weights[name].to(flat.dtype)
        return self.parameters.cut(flat)

    def read(self, tensors: Sequence[Any]) -> dict[str, torch.Tensor]:
        """The weights' share of tensors in the order of `names`: values, or gradients (None counts as nan)."""
        flat = self.parameters.join(tensors)
        return {name: flat[place] for name, place in self.places.items()}

    @property
    def names(self) -> list[str]:
        """The parameters in order, as `read` wants them."""
        return list(self.parameters.shapes)


class Parameters:
    """The floating-point numbers of a state_dict, in a row. keep: ends of names that are to stay as they are."""

    def __init__(self, state: dict[str, torch.Tensor], keep: tuple[str, ...] = ()) -> None:
        self._others = {n: t for n, t in state.items() if not t.is_floating_point() or n.endswith(keep or ("\0",))}
        own = {name: tensor for name, tensor in state.items() if name not in self._others}
        self.shapes = {name: tuple(tensor.shape) for name, tensor in own.items()}
        self.flat = torch.cat([torch.zeros(0, dtype=torch.float64), *[t.flatten().double() for t in own.values()]])

    @property
    def count(self) -> int:
        return len(self.flat)

    def cut(self, flat: torch.Tensor) -> dict[str, torch.Tensor]:
        """A state_dict again, in float32; a module in another dtype casts what it loads."""
        state, start = dict(self._others), 0
        for name, shape in self.shapes.items():
            size = torch.Size(shape).numel()
            state[name] = flat[start : start + size].view(shape).float()
            start += size
        return state

    def join(self, tensors: Sequence[Any]) -> torch.Tensor:
        """Tensors in the order of `shapes`, in a row; what is no tensor of its shape is nan."""
        pieces = []
        for shape, tensor in zip(self.shapes.values(), tensors, strict=True):
            fits = isinstance(tensor, torch.Tensor) and tuple(tensor.shape) == shape
            pieces.append(tensor.double() if fits else torch.full(shape, torch.nan, dtype=torch.float64))
        return torch.cat([torch.zeros(0, dtype=torch.float64), *[piece.flatten() for piece in pieces]])

    def numbers(self) -> torch.Tensor:
        """As many different numbers of both signs, none near zero, always the same."""
        sizes = torch.linspace(SMALLEST, LARGEST, max(self.count, 1), dtype=torch.float64)[: self.count]
        order = torch.randperm(self.count, generator=torch.Generator().manual_seed(1))
        signs = torch.tensor([1.0, -1.0, -1.0, 1.0, -1.0, 1.0, 1.0], dtype=torch.float64)
        return (sizes * signs.repeat(self.count // 7 + 1)[: self.count])[order]

    def distinct(self) -> dict[str, torch.Tensor]:
        """The state to load before weights are looked for."""
        return self.cut(self.numbers())

    def find(self, weights: dict[str, torch.Tensor]) -> Placement | None:
        """Where the weights stand that were seen while the distinct numbers were loaded; None if they do not."""
        numbers, near = self.numbers(), min((LARGEST - SMALLEST) / max(self.count, 1) / 4, NEAR)
        places, taken = {}, []
        for name, weight in weights.items():
            off = (weight.double().unsqueeze(-1) - numbers).abs()  # (..., count)
            if not self.count or not (off.amin(dim=-1) < near).all():
                return None
            places[name] = off.argmin(dim=-1)
            taken += places[name].flatten().tolist()
        return Placement(self, places) if len(set(taken)) == len(taken) else None

    def by_shape(self, **shapes: tuple[int, ...]) -> Placement | None:
        """A guess for a module that no fit was found for: the first place with the right shape for each weight.

        Looked for in the order given, either way round. Two weights with equally many rows may also stand side by
        side in one matrix. What has no place is left out; None if nothing has one.
        """
        start, left = 0, {}
        for name, shape in self.shapes.items():
            size = torch.Size(shape).numel()
            left[name] = torch.arange(start, start + size).view(shape)
            start += size
        places: dict[str, torch.Tensor] = {}
        for weight, shape in shapes.items():
            for name, index in left.items():
                if tuple(index.shape) == shape or tuple(index.shape) == shape[::-1]:
                    places[weight] = left.pop(name) if tuple(index.shape) == shape else left.pop(name).T
                    break
                if index.dim() == len(shape) == 2 and len(index) == shape[0] and index.shape[1] > shape[1]:
                    places[weight], left[name] = index[:, : shape[1]], index[:, shape[1] :]
                    break
        return Placement(self, places) if places else None


def recurrence(before: torch.Tensor, x: torch.Tensor, after: torch.Tensor) -> list[dict[str, torch.Tensor]]:
    """The weights with which after = activation(U before + W x + b), for each activation that this may be true of.

    before: (N, H), x: (N, I), after: (N, K), float32, N well above H + I + 1.
    """
    known = torch.cat([before.double(), x.double(), torch.ones(len(x), 1, dtype=torch.float64)], dim=1)
    found = []
    for inverse in INVERSES.values():
        wanted = inverse(after.double())
        if not torch.isfinite(wanted).all():
            continue
        fit = torch.linalg.lstsq(known, wanted, driver="gelsd").solution  # (H + I + 1, K); also where some are 0
        if (known @ fit - wanted).abs().max() < LINEAR * (1 + wanted.abs().max()):
            U, W, b = fit.T.split([before.shape[1], x.shape[1], 1], dim=1)
            found.append({"U": U, "W": W, "b": b.squeeze(1)})
    return found
