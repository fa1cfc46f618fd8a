"""Drawn ids, refusals, and what came back in a few words."""

import re

import torch

from unrolled.checking.subject import Problem


def refused(got, kinds):
    """Was it refused in one of the ways that the contract names? NotImplementedError is no RuntimeError here."""
    return isinstance(got, Problem) and got.kind in kinds


def told(got, kinds):
    """What came instead of a refusal, in a few words."""
    if isinstance(got, Problem):
        return f"ends in {got.kind}, which is not {' or '.join(kinds)}"
    return f"gives {short(got)}"


def short(value, most=60):
    if isinstance(value, Problem):
        return str(value)
    if isinstance(value, list | tuple):
        value = type(value)(part.tolist() if isinstance(part, torch.Tensor) else part for part in value)
    if isinstance(getattr(value, "type", None), str):
        return _kind(value)
    text = " ".join(repr(value.tolist() if isinstance(value, torch.Tensor) else value).split())
    text = re.sub(r"Opaque\(type='([^']*)'\)", r"a \1", text)  # what cannot travel, inside of what can
    return text if len(text) <= most else text[:most] + "…"


def integers(case, count, below):
    """`count` whole numbers in 0 … below − 1, drawn for this case."""
    return torch.randint(below, (count,), generator=case.generator).tolist()


def no_list(got):
    if isinstance(got, Problem):
        return str(got)
    if got is None:
        return "nothing came back (None): the function has to end with return"
    return f"{_kind(got)} came back; it should be a list"


def no_tensor(got):
    if isinstance(got, Problem):
        return str(got)
    if got is None:
        return "nothing came back (None): the function has to end with return"
    return f"{_kind(got)} came back; it should be one tensor"


def _kind(value):
    """ "a dict"; of what cannot travel (a generator, a set), only the name is known, which may be its function's."""
    name = getattr(value, "type", None)  # a tensor's .type is something else
    return f"something that is no list ({name})" if isinstance(name, str) else f"a {type(value).__name__}"
