"""What can still be read of a result that has not the shape it should have.

One forgotten torch.stack, or one axis too many, is one fault. Whoever judges the numbers in it, or their gradients,
reads them through `as_tensor`, here and on the checks' side.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch


def as_tensor(result: Any, shape: Sequence[int]) -> torch.Tensor:
    """The tensor of this shape that a result holds: itself, without lost or added axes of one, a list of its rows, or
    the first part of a pair that has the shape. A tensor that cannot be read so is returned as it is.

    Raises TypeError where there is no tensor to be found.
    """
    shape = tuple(shape)
    if isinstance(result, torch.Tensor):
        bare = [size for size in result.shape if size != 1]
        fits = tuple(result.shape) != shape and bare == [size for size in shape if size != 1]
        return result.reshape(shape) if fits else result
    if isinstance(result, tuple | list) and result:
        parts = [part for part in result if isinstance(part, torch.Tensor)]
        whole = [part for part in parts if tuple(part.shape) == shape]
        if whole:
            return whole[0]
        alike = len(parts) == len(result) and all(part.shape == parts[0].shape for part in parts)
        for axis in range(len(shape)) if alike else ():
            rest = shape[:axis] + shape[axis + 1 :]
            if len(parts) == shape[axis] and tuple(parts[0].shape) == rest:
                return torch.stack(parts, dim=axis)
    raise TypeError(f"a {type(result).__name__} came back; it should be one tensor")
