"""Distances worked out from the ids, and results of the student's networks."""

import torch

from unrolled.checking.subject import Problem


def distances(x, space):
    """Steps to the nearest space, or to the place before the first or after the last step: (B, T)."""
    T, places = x.shape[-1], torch.arange(x.shape[-1])
    last = torch.where(x == space, places, -1).cummax(dim=-1).values
    following = torch.where(x == space, places, T).flip(-1).cummin(dim=-1).values.flip(-1)
    return torch.minimum(places - last, following - places)


def two_parts(fetched):
    """(output, hidden) of a fetched result; what came instead stands in for both."""
    if isinstance(fetched, tuple | list) and len(fetched) == 2:
        return fetched
    return fetched, fetched


def who_feels_what(felt):
    """What is wrong with (changed step, step of the result) -> felt?, in words; "" if all is felt."""
    T = len(felt)
    past, future = felt.triu(1), felt.tril(-1)
    ones = torch.ones(T, T, dtype=torch.bool)
    if not future.any() and not past.any():
        return "a step feels itself only"
    if not future.any():
        return "no step feels a later one: nothing comes from the right"
    if not past.any():
        return "no step feels an earlier one: nothing comes from the left"
    missing = (~felt & ones).nonzero().tolist()
    if missing:
        changed, step = missing[0]
        return f"another input at step {changed} does not change step {step} ({len(missing)} of {T * T} such pairs)"
    return ""


class Unreadable(Exception):
    """The network gives nothing that could be looked at; observed: the Problem if that is what came."""

    def __init__(self, message, got):
        super().__init__(message)
        self.observed = got if isinstance(got, Problem) else message


def predictions(fetched, B, T):
    """(B, T) numbers of what a call gave, in whatever shape they stand. Raises Unreadable."""
    out = fetched[0] if isinstance(fetched, tuple | list) and fetched else fetched
    if isinstance(out, Problem):
        raise Unreadable(str(out), out)
    if not isinstance(out, torch.Tensor):
        raise Unreadable(f"a {getattr(out, 'type', type(out).__name__)} came back in place of predictions", out)
    if out.numel() != B * T:
        raise Unreadable(f"the predictions have shape {tuple(out.shape)}; (B, T, 1) is {(B, T, 1)}", out)
    if not torch.isfinite(out).all():
        raise Unreadable("the predictions are not finite numbers", out)
    return out.reshape(B, T)
