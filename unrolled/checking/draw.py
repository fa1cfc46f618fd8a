"""What a check draws: shapes, layouts and numbers, the same for the whole class.

Every number comes from a generator seeded by (salt, question, case), so that a regrade draws the same
and a student who does not know the salt cannot foresee it. Numbers are drawn so that faults cannot
cancel: no zero biases, no two equal weights, sums that stay where tanh is neither linear nor flat.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import nn

SMALLEST_BIAS = 0.2  # a bias nearer to zero than this could be left out unnoticed


def seed_of(*parts) -> int:
    """A 63-bit seed that depends on every part and on nothing else (not on the process, as hash() does)."""
    digest = hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


@dataclass
class Case:
    """One set of sizes, with its own generator. Sizes are attributes: case.B, case.H …"""

    sizes: dict[str, int]
    layout: str  # "contiguous", or "strided": the same numbers in a tensor that .view() refuses
    generator: torch.Generator
    dtype: torch.dtype = torch.float32

    def __getattr__(self, name: str) -> int:
        try:
            return self.__dict__["sizes"][name]
        except KeyError:
            raise AttributeError(name) from None

    def __str__(self) -> str:
        sizes = ", ".join(f"{name}={size}" for name, size in self.sizes.items())
        return sizes + (", not contiguous" if self.layout == "strided" else "")

    def normal(self, *shape: int, scale: float = 1.0) -> torch.Tensor:
        """Normal numbers of this case's dtype and layout."""
        numbers = torch.randn(shape, generator=self.generator, dtype=torch.float64) * scale
        return self._laid_out(numbers.to(self.dtype))

    def tokens(self, *shape: int, vocabulary: int) -> torch.Tensor:
        """Token ids in 0 … vocabulary − 1, int64; the first and the last id are always among them."""
        ids = torch.randint(vocabulary, shape, generator=self.generator)
        flat = ids.view(-1)
        flat[0] = vocabulary - 1
        if flat.numel() > 1:
            flat[-1] = 0
        return self._laid_out(ids)

    def like(self, reference: nn.Module) -> dict[str, torch.Tensor]:
        """Numbers for every parameter of a torch module, and put into it, so that both sides agree.

        Weights are normal with variance 1 / (their fan-in); biases lie between 0.2 and 0.8 on either side
        of zero. Returns name -> tensor.
        """
        numbers = {}
        for name, parameter in reference.named_parameters():
            if parameter.dim() > 1:
                drawn = torch.randn(*parameter.shape, generator=self.generator, dtype=torch.float64)
                drawn = drawn / math.sqrt(parameter.shape[-1])
            else:
                drawn = self.bias(*parameter.shape)
            numbers[name] = drawn.to(self.dtype)
        return _put_into(reference, numbers)

    def remembering(self, reference: nn.Module) -> dict[str, torch.Tensor]:
        """As `like`, for a recurrent torch module that is to read a hundred steps: what the first step brought still
        counts at the last one, in values and in gradients.

        Matrices from state to state are orthogonal, and sums stay small, so that no activation flattens. Feed it inputs
        of a scale of a tenth.
        """
        numbers = self.like(reference)
        for name, number in numbers.items():
            if "weight_hh" in name:
                blocks = [torch.linalg.qr(block.double())[0] for block in number.split(number.shape[1])]
                numbers[name] = torch.cat(blocks).to(self.dtype)
            elif number.dim() == 1:
                numbers[name] = number / 40
            else:
                numbers[name] = number / 2
        return _put_into(reference, numbers)

    def bias(self, *shape: int) -> torch.Tensor:
        """Numbers bounded away from zero, of both signs."""
        size = torch.rand(*shape, generator=self.generator, dtype=torch.float64) * 0.6 + SMALLEST_BIAS
        sign = torch.randint(2, shape, generator=self.generator) * 2 - 1
        return (size * sign).to(self.dtype)

    def _laid_out(self, tensor: torch.Tensor) -> torch.Tensor:
        if self.layout == "contiguous" or tensor.dim() < 2:
            return tensor
        return tensor.transpose(0, 1).contiguous().transpose(0, 1)


def _put_into(reference: nn.Module, numbers: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    with torch.no_grad():
        for name, parameter in reference.named_parameters():
            parameter.copy_(numbers[name])
    return numbers


class Draw:
    """The draws of one question. salt: a secret of the course; question: its id; budget: see Question."""

    def __init__(self, salt: str, question: str, budget: float | None = None) -> None:
        self.salt, self.question, self.budget = salt, question, budget
        self._series = 0

    def cases(self, dtype: torch.dtype = torch.float32, strided: bool = True, **sizes: list[int]) -> Iterator[Case]:
        """One case for each combination of the sizes (B=[1, 3], H=[6] …), in both memory layouts."""
        self._series += 1
        layouts = ["contiguous", "strided"] if strided else ["contiguous"]
        for layout, combination in itertools.product(layouts, itertools.product(*sizes.values())):
            named = dict(zip(sizes, combination, strict=True))
            seed = seed_of(self.salt, self.question, self._series, layout, *combination)
            yield Case(named, layout, torch.Generator().manual_seed(seed), dtype)
