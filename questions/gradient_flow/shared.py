"""How results of the student's code are read."""

import dataclasses

import torch

from unrolled.checking.draw import Case
from unrolled.checking.subject import Problem


class _Scaled(Case):
    """A case that draws larger numbers, or smaller ones."""

    by = 1.0

    def normal(self, *shape: int, scale: float = 1.0) -> torch.Tensor:
        return super().normal(*shape, scale=self.by * scale)


def _scaled(case: Case, by: float) -> Case:
    other = _Scaled(**{field.name: getattr(case, field.name) for field in dataclasses.fields(case)})
    other.by = by
    return other


def loud(case: Case) -> Case:
    """Gradients so large that a limit to them shows. For right values alone: slopes are not measured with such."""
    return _scaled(case, 300.0)


def quiet(case: Case) -> Case:
    """Gradients that stay small as they add up over many steps, where float32 has few digits left for their sum."""
    return _scaled(case, 0.02)


def zeros_among(x):
    """The same input with two steps of zeros, one for every row and one for the first row alone."""
    x = x.clone()
    if x.shape[1] > 2:
        x[:, 1], x[0, 2] = 0, 0
    return x


def pair(fetched):
    """(first, second) of a fetched result; what came instead stands in for both."""
    if isinstance(fetched, tuple | list) and len(fetched) == 2:
        return fetched
    return fetched, fetched


def first_problem(*fetched):
    """The first Problem among fetched values, or None."""
    return next((value for value in fetched if isinstance(value, Problem)), None)


def as_row(got):
    """A fetched row of numbers, whatever it is kept in, as float32; else as it came."""
    if isinstance(got, tuple | list) and got and all(isinstance(v, int | float | torch.Tensor) for v in got):
        if all(not isinstance(v, torch.Tensor) or v.numel() == 1 for v in got):
            return torch.tensor([float(v.detach() if isinstance(v, torch.Tensor) else v) for v in got])
        return got
    if isinstance(got, torch.Tensor):
        return got.detach().float()
    return torch.as_tensor(got).float() if type(got).__name__ == "ndarray" else got


def named(module):
    """Name -> tensor of the module's parameters; a Problem where there are none to ask for."""
    listed = module.method("named_parameters").items().value()
    return listed if isinstance(listed, Problem) else dict(listed)


def graded(module):
    """Has any parameter a .grad? None where that cannot be told."""
    names = named(module)
    if isinstance(names, Problem):
        return None
    grads = module.subject.values(*[module.method("get_parameter", name).get("grad") for name in names])
    return any(isinstance(g, torch.Tensor) for g in grads)
