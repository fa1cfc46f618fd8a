"""Controls for the audit: ways to weaken every check at once, each of which the audit must notice."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from unittest import mock

import torch

from unrolled.checking import draw, parity, question, subject
from unrolled.marking import diagnosis

Weakening = Callable[[], contextlib.AbstractContextManager]

_cases, _run = draw.Draw.cases, question.run


def _no_bias(self, *shape: int):
    return torch.zeros(*shape, dtype=self.dtype)


def _draw_only(**fewer: int) -> Weakening:
    """Sizes by these names are drawn no larger than this."""

    def cases(self, dtype=torch.float32, strided=True, **sizes):
        sizes = {n: sorted({min(s, fewer.get(n, s)) for s in given}) for n, given in sizes.items()}
        return _cases(self, dtype, strided, **sizes)

    return lambda: mock.patch.object(draw.Draw, "cases", cases)


def _first_case_only(self, dtype=torch.float32, strided=True, **sizes):
    return _cases(self, dtype, False, **{name: given[:1] for name, given in sizes.items()})


def _never_strided(self, dtype=torch.float32, strided=True, **sizes):
    return _cases(self, dtype, False, **sizes)


def _never_double(self, dtype=torch.float32, strided=True, **sizes):
    return _cases(self, torch.float32, strided, **sizes)


def _all_weights_alike(self, reference):
    """Document 001's tests fill every parameter with one number."""
    numbers = {name: torch.full_like(p, 0.1, dtype=self.dtype) for name, p in reference.named_parameters()}
    with torch.no_grad():
        for name, parameter in reference.named_parameters():
            parameter.copy_(numbers[name])
    return numbers


def _drop(unwanted: Callable) -> Weakening:
    """Findings that `unwanted` says yes to are taken for right."""

    def run(*arguments) -> Iterator:
        for finding in _run(*arguments):
            if unwanted(finding):
                finding.share = 1
            yield finding

    @contextlib.contextmanager
    def weakened():
        with mock.patch.object(question, "run", run), mock.patch.object(diagnosis, "run", run):
            yield

    return weakened


def _without(idea: str) -> Weakening:
    return _drop(lambda finding: finding.idea == idea)


# Name -> what to enter to weaken the checking code so.
SABOTAGE: dict[str, Weakening] = {
    "gradients not compared": lambda: mock.patch.object(parity, "_gradient_fault", lambda got, expected: ""),
    "biases drawn as zero": lambda: mock.patch.object(draw.Case, "bias", _no_bias),
    "tolerance 10": lambda: mock.patch.dict(parity.TOLERANCE, dict.fromkeys(parity.TOLERANCE, 10.0)),
    "all weights alike": lambda: mock.patch.object(draw.Case, "like", _all_weights_alike),
    "the first shape only": lambda: mock.patch.object(draw.Draw, "cases", _first_case_only),
    "one layer": _draw_only(L=1),
    "one step": _draw_only(T=1),
    "a batch of one": _draw_only(B=1),
    "contiguous tensors only": lambda: mock.patch.object(draw.Draw, "cases", _never_strided),
    "float32 only": lambda: mock.patch.object(draw.Draw, "cases", _never_double),
    "called once": _drop(lambda finding: "once more" in finding.case),
    "with an initial state only": _drop(lambda finding: "without an initial state" in finding.case),
    "inputs not looked at again": _without("inputs"),
    "shapes not looked at": lambda: mock.patch.object(parity, "_shape_fault", lambda got, expected: ""),
}


_call, _definition = subject.Handle.__call__, question._marked_definition


def _under_no_grad(self, *args, grad: bool = True, **kwargs):
    return _call(self, *args, grad=False, **kwargs)


def _own_parts_only(asked, handle, salt, parts):
    return question._marked(asked, handle, salt, own_parts=True)


# Likewise for what one answer costs elsewhere, which `unrolled audit --blast` must notice.
BLAST_SABOTAGE: dict[str, Weakening] = {
    "called under no_grad": lambda: mock.patch.object(subject.Handle, "__call__", _under_no_grad),
    "no stand-ins": lambda: mock.patch.object(question, "_marked_definition", _own_parts_only),
    "own parts need not be right": lambda: mock.patch.object(question, "earns_values", lambda *_: True),
}
