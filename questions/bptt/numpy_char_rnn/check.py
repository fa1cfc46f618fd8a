"""CharRNN is held to what a right VanillaRNN gives: in its steps of training, and in what it writes."""

import torch

from unrolled.checking.parity import relative
from unrolled.checking.question import question
from unrolled.checking.verdict import Finding

from ..shared import LETTERS, in_parts, in_place_of, read
from .training import trains
from .writing import writes


@question(
    "numpy_char_rnn",
    name="CharRNN",
    marks={"encode": 1, "step": 4, "clip": 1, "norms": 2, "greedy": 3, "sampling": 1},
    builds_on={
        "VanillaRNN": "numpy_rnn",
        "clip_by_value": "clip_by_value",
        "clip_by_norm": "clip_by_norm",
    },
)
def numpy_char_rnn(model_class, draw):
    """With right networks and clipping in the place of the student's: their faults have cost already."""
    model, ids = model_class(2, 2), {"a": 0, "b": 1}
    parts = [model.method("encode_char", "a", ids), model.method("train_step", "a", "b", ids, 0.0)]
    parts.append(model.method("generate", "a", ids, {0: "a", 1: "b"}, 1, 1.0))
    yield from in_parts(parts, _characters(model_class, draw))


def _characters(model_class, draw):
    sizes = [dict(T=[6], V=[7], H=[6, 9]), dict(T=[70], V=[7], H=[6])]
    cases = [case for size in sizes for case in draw.cases(dtype=torch.float64, strided=False, **size)]
    ids = [_places(case) for case in cases]
    encoded = [
        _encoded(model_class(case.V, case.H), letter, of, case)
        for case, of in zip(cases, ids, strict=True)
        for letter in "ag"
    ]
    yield from encoded
    if any(finding.share < 1 for finding in encoded):
        model_class = in_place_of(model_class, "numpy_char_rnn_columns")  # a wrong column has cost its point
    for case, of in zip(cases, ids, strict=True):
        yield from trains(model_class, of, case)
    for case, of in zip(cases[:2], ids, strict=False):
        yield from writes(model_class, of, case)


def _places(case):
    order = torch.randperm(case.V, generator=case.generator).tolist()
    return {LETTERS[i]: place for place, i in enumerate(order)}


def _encoded(model, letter, ids, case):
    column = torch.zeros(case.V, 1, dtype=torch.float64)
    column[ids[letter]] = 1
    got, fault = read(model.method("encode_char", letter, ids), column.shape)
    if fault:
        return Finding("encode", 0, fault, f"{case}, {letter!r}", observed=got.flatten())
    return relative(got, column, case, "encode", repr(letter))
