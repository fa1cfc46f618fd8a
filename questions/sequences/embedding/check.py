"""embed is held to the rows of the table."""

import torch

from unrolled.checking.parity import gradients, precision, readable, shape, values
from unrolled.checking.question import question
from unrolled.checking.structure import EMBEDDING


@question(
    "embedding",
    name="embed",
    marks={"values": 6, "gradients": 5, "shape": 2, "dtype": 1},
    forbids=EMBEDDING,
    builds_on={"one_hot": "one_hot"},
)
def embedding(function, draw):
    """Rows of the table, forwards and backwards, with a right `one_hot` in the place of the student's.

    Ids repeat, so that gradients have to add up. A second batch leaves the last ids out, so that the width cannot come
    from the batch. A table as wide as it is high, and ids that fit it, leave only numbers to be wrong. Numbers in the
    hundreds tell what is limited.
    """
    sizes = [
        dict(B=[1, 3], T=[1, 5], V=[4, 9], E=[3]),
        dict(B=[3], T=[3], V=[3], E=[3], strided=False),
        dict(B=[1, 2], T=[4], V=[1, 5], E=[1, 6], strided=False),
        dict(B=[2], T=[70], V=[130], E=[65], strided=False),
    ]
    for case in (case for size in sizes for case in draw.cases(**size)):
        W = case.normal(case.V, case.E)
        ids = case.tokens(case.B, case.T, vocabulary=case.V)
        yield from _looked_up(function, ids, W, case)
        if case.V > 2:
            few = case.tokens(case.B, case.T, vocabulary=case.V - 2)
            yield from _looked_up(function, few, W, case, "the last ids do not occur")
        yield gradients(function, _rows, {"ids": ids, "W": W}, {}, case)
    for case in draw.cases(T=[6], V=[5], E=[4], strided=False):
        W = case.normal(case.V, case.E)
        for axes in ((), (case.T,), (2, 1, case.T)):
            ids = case.tokens(*axes, vocabulary=case.V)
            yield from _looked_up(function, ids, W, case, f"ids {axes}")
            yield gradients(function, _rows, {"ids": ids, "W": W}, {}, case, note=f"ids {axes}")
        large = case.normal(case.V, case.E, scale=300.0)
        yield from _looked_up(function, case.tokens(case.T, vocabulary=case.V), large, case, "large numbers")
    for case in draw.cases(dtype=torch.float64, strided=False, B=[1, 2], T=[3], V=[5], E=[4, 5]):
        W = case.normal(case.V, case.E)
        for axes in ((case.T,), (case.B, case.T)):
            ids = case.tokens(*axes, vocabulary=case.V)
            yield precision(function(ids, W), _rows(ids, W), case, plain=function(ids, W.float()))


def _rows(ids, W):
    return W[ids]


def _looked_up(function, ids, W, case, note=""):
    """Values and shape of one result, and of the same call once more."""
    got, again = function.subject.values(function(ids, W), function(ids, W))
    expected = _rows(ids, W)
    yield values(got, expected, case, note=note, shaped="shape", again=again)
    yield values(again, expected, case, note=f"{note}, called once more".strip(", "), shaped="shape", again=got)
    yield shape(readable(got, expected.shape) if isinstance(got, list | tuple) else got, tuple(expected.shape), case)
