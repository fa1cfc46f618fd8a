"""How results of the student's code are read."""

import torch

from unrolled.checking.subject import Problem


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


def graded(module):
    """Has any parameter a .grad? None where that cannot be told."""
    named = module.method("named_parameters").items().value()
    if isinstance(named, Problem):
        return None
    grads = module.subject.values(*[module.method("get_parameter", name).get("grad") for name, _ in named])
    return any(isinstance(g, torch.Tensor) for g in grads)
