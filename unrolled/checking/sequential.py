"""How good is a model, as surely as needed: draw until the answer belongs to the model and not to the draw.

A share of right letters over a hundred strings is itself random. A fixed number of strings wastes time on clear
models and tosses a coin on those near the threshold. So strings are drawn in rounds, and it ends when the
threshold lies SURE standard errors away; who is still undecided after MOST strings gets the benefit of the doubt.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch

SURE = 4.0  # standard errors: a wrong verdict once in some 30,000
MOST = 20_000  # strings; the standard error is then about 0.0003 for a share near 0.99


@dataclass(frozen=True)
class Estimate:
    """share: the mean; error: its standard error; strings: how many were drawn."""

    share: float
    error: float
    strings: int

    def decided(self, threshold: float) -> bool:
        return abs(self.share - threshold) > SURE * self.error

    def above(self, threshold: float) -> bool:
        """Above the threshold, or too near to it to say that it is below."""
        return self.share > threshold or not self.decided(threshold)


def estimate(draw: Callable[[], torch.Tensor], threshold: float, rounds: int = 2, most: int = MOST) -> Estimate:
    """Draw rounds of per-string shares, float tensors (strings,), until the threshold is out of reach.

    rounds: at least so many.
    """
    shares = torch.cat([draw() for _ in range(rounds)]).double()
    while True:
        n = len(shares)
        # One more string that is half wrong: without it, a few perfect strings would claim to be certain.
        error = max(shares.std().item(), 0.5 / math.sqrt(n)) / math.sqrt(n)
        now = Estimate(shares.mean().item(), error, n)
        if now.decided(threshold) or n >= most:
            return now
        shares = torch.cat([shares, draw().double()])
