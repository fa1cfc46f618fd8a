"""embed is held to the rows of the table, or to what the student's own one_hot makes of them."""

import torch

from unrolled.checking.parity import close, gradients, precision, shape, values
from unrolled.checking.question import question
from unrolled.checking.structure import EMBEDDING
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding


@question(
    "embedding",
    name="embed",
    marks={"values": 6, "gradients": 5, "shape": 2, "dtype": 1},
    forbids=EMBEDDING,
)
def embedding(function, draw):
    """Rows of the table, forwards and backwards; ids repeat, so that gradients have to add up.

    The student's own `one_hot` is taken as it is: rows that it leads to are right here, whatever they are. A second
    batch leaves the last ids out, so that the width cannot come from the batch.
    """
    ids, table = torch.tensor([[1, 0]]), torch.eye(2)
    got, own = function.subject.values(function(ids, table), function.subject.look_up("one_hot")(ids, 2))
    if isinstance(own, Problem) and isinstance(got, Problem) and (own.kind, own.message) == (got.kind, got.message):
        for idea in ("values", "gradients", "shape", "dtype"):
            yield Finding(idea, 0, f"your own one_hot cannot be run, write it first: {own}")
        return

    for case in draw.cases(B=[1, 3], T=[1, 5], V=[4, 9], E=[3]):
        W = case.normal(case.V, case.E)
        ids = case.tokens(case.B, case.T, vocabulary=case.V)
        few = case.tokens(case.B, case.T, vocabulary=case.V - 2)
        yield _looked_up(function, ids, W, case)
        yield _looked_up(function, few, W, case, "the last ids do not occur")
        yield shape(function(ids, W), (case.B, case.T, case.E), case)
        yield gradients(function, lambda ids, W: W[ids], {"ids": ids, "W": W}, {}, case)
    for case in draw.cases(T=[6], V=[5], E=[4], strided=False):
        W, ids = case.normal(case.V, case.E), case.tokens(case.T, vocabulary=case.V)
        yield _looked_up(function, ids, W, case)
        yield shape(function(ids, W), (case.T, case.E), case)
        yield _looked_up(function, ids.view(2, 1, 3), W, case, "ids (2, 1, 3)")
    for case in draw.cases(dtype=torch.float64, strided=False, B=[2], T=[3], V=[5], E=[4]):
        W, ids = case.normal(case.V, case.E), case.tokens(case.B, case.T, vocabulary=case.V)
        yield precision(function(ids, W), W[ids], case)


def _looked_up(function, ids, W, case, note=""):
    """The rows of W, or what the student's own one_hot makes of them."""
    own = function.subject.look_up("one_hot")(ids, case.V)
    got, rows = function.subject.values(function(ids, W), own)
    right = values(got, W[ids], case, note=note)
    if right.share == 1 or not isinstance(rows, torch.Tensor) or rows.shape[-1:] != W.shape[:1]:
        return right
    if close(rows.float(), torch.zeros(*ids.shape, case.V).scatter_(-1, ids.unsqueeze(-1), 1.0)):
        return right
    followed = values(got, rows.to(W.dtype) @ W, case, note=note)
    if followed.share == 1:
        return Finding("values", 1, "right for what your own one_hot gives", followed.case, observed=got)
    return right
