"""Mutants of trainings: the trained network of the reference with one thing changed in it.

Another learning rate or other sizes make another recipe, which is as right if what it trains is good enough. So the
source of a training is left alone, and what it has trained is changed: weights drawn anew, results moved by a step, the
end of what is read left out. Each is a network that a check of what was learned has to find wanting.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import torch
from torch import nn

from unrolled.auditing.sizes import FEWEST, MOST


def networks(trained: object) -> Iterator[nn.Module]:
    """The networks that a training question's object is made of: itself, or those in a dictionary or a list."""
    if isinstance(trained, nn.Module):
        yield trained
    elif isinstance(trained, dict):
        yield from (part for value in trained.values() for part in networks(value))
    elif isinstance(trained, list | tuple):
        yield from (part for value in trained for part in networks(value))


def changes(question: str) -> dict[str, Callable[[nn.Module], Callable[[], bool]]]:
    """A few words -> what makes the change in a network. It gives back what tells, once the network has been called,
    whether there was anything to change."""
    k = random.Random(question).randint(FEWEST, MOST)
    return {
        "weights drawn anew": _drawn_anew,
        "no way from state to state": _forgetful,
        "results negated": lambda net: _results(net, lambda r: -r),
        "results a step late": lambda net: _results(
            net, lambda r: r.roll(1, 1) if r.dim() > 2 and len(r[0]) > 1 else None
        ),
        "results of the row above": lambda net: _results(
            net, lambda r: r.roll(1, 0) if r.dim() > 1 and len(r) > 1 else None
        ),
        "classes moved by one": lambda net: _results(net, lambda r: r.roll(1, -1) if r.shape[-1] > 1 else None),
        "noise on the results": lambda net: _results(net, lambda r: r + 3 * r.abs().mean() * torch.randn_like(r)),
        "always the same results": lambda net: _results(net, lambda r: r * 0),
        f"nothing read after {k} steps": lambda net: _inputs(net, k),
    }


def _drawn_anew(network: nn.Module) -> Callable[[], bool]:
    generator, met = torch.Generator().manual_seed(1), []
    with torch.no_grad():
        for weight in network.parameters():
            scale = weight.shape[-1] ** -0.5 if weight.dim() > 1 else 0.1
            weight.copy_(torch.randn(weight.shape, generator=generator) * scale)
            met.append(weight)
    return lambda: bool(met)


def _forgetful(network: nn.Module) -> Callable[[], bool]:
    met = []
    with torch.no_grad():
        for name, weight in network.named_parameters():
            square = weight.dim() == 2 and weight.shape[0] % weight.shape[1] == 0
            if square and any(part in name.lower() for part in ("_hh", "from_state", "recurrent", "hidden_to")):
                weight.zero_()
                met.append(name)
    return lambda: bool(met)


def _results(network: nn.Module, change: Callable[[torch.Tensor], torch.Tensor | None]) -> Callable[[], bool]:
    """Change what every call gives; of several results, the first."""
    forward, met = network.forward, []

    def changed(*args, **kwargs):
        result = forward(*args, **kwargs)
        first = result[0] if isinstance(result, tuple | list) else result
        new = change(first)
        if new is None:
            return result
        met.append(new.shape)
        return (new, *result[1:]) if isinstance(result, tuple | list) else new

    network.forward = changed
    return lambda: bool(met)


def _inputs(network: nn.Module, k: int) -> Callable[[], bool]:
    """Whatever stands after step k of the first argument is replaced by what stands at its beginning."""
    forward, met = network.forward, []

    def changed(x, *args, **kwargs):
        if isinstance(x, torch.Tensor) and x.dim() > 1 and x.shape[1] > k:
            met.append(x.shape)
            x = torch.cat([x[:, :k], x[:, :1].expand_as(x[:, k:])], dim=1)
        return forward(x, *args, **kwargs)

    network.forward = changed
    return lambda: bool(met)
