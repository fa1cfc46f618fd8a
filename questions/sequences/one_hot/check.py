"""one_hot is held to a table of zeros in which the ones are put one by one."""

import torch

from unrolled.checking.parity import close, shape, values
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import no_list, refused, told


@question(
    "one_hot",
    name="one_hot",
    marks={"values": 5, "shape": 2, "dtype": 1, "edges": 3, "inputs": 1},
    forbids=frozenset({"one_hot"}),
)
def one_hot(function, draw):
    """Against a table of zeros filled in one by one, for ids of any shape.

    A second batch leaves the last ids of the vocabulary out: whoever takes the width from the batch is wrong only
    there. V is asked for as it is, B != T.
    """
    for case in draw.cases(B=[1, 3], T=[1, 5], V=[4, 9]):
        ids = case.tokens(case.B, case.T, vocabulary=case.V)
        few = case.tokens(case.B, case.T, vocabulary=case.V - 2)
        yield from _rows(function, ids, case)
        yield from _rows(function, few, case, "the last ids do not occur")
        yield _left_alone(function, ids, case)
    for case in draw.cases(T=[6], V=[3], strided=False):
        yield from _rows(function, case.tokens(case.T, vocabulary=case.V), case)
        yield from _rows(function, case.tokens(2, 1, case.T, vocabulary=case.V), case, "ids (2, 1, T)")

    kinds = ("ValueError", "IndexError", "RuntimeError")
    for V, wrong in ((4, 4), (4, -1), (1, 1), (5, 700)):
        got = function(torch.tensor([[0, wrong, 0]]), V).value()
        fine = refused(got, kinds)
        says = "what does not exist is refused" if fine else f"an id outside 0 … V−1 {told(got, kinds)}"
        yield Finding("edges", float(fine), says, f"V={V}, ids [[0, {wrong}, 0]]", observed=got)
    for empty in ((0,), (2, 0)):
        got = function(torch.zeros(empty, dtype=torch.int64), 4).value()
        where, fine = f"V=4, ids of shape {empty}", isinstance(got, torch.Tensor)
        says = "what does not exist is refused, and nothing else"
        yield Finding("edges", float(fine), says if fine else no_list(got), where, observed=got)
        if fine:
            right = tuple(got.shape) == (*empty, 4)
            says = f"{(*empty, 4)} for no ids" if right else f"no ids give the shape {tuple(got.shape)}"
            yield Finding("shape", float(right), says, where)


def _rows(function, ids, case, note=""):
    """Values, shape and dtype of one result."""
    expected = torch.zeros(*ids.shape, case.V).scatter_(-1, ids.unsqueeze(-1), 1.0)
    got = function(ids, case.V).value()
    yield values(got, expected, case, note=note)
    yield shape(got, tuple(expected.shape), case)
    if isinstance(got, torch.Tensor) and got.dtype == torch.float32:
        yield Finding("dtype", 1, "float32", str(case))
    else:
        said = str(got.dtype).removeprefix("torch.") if isinstance(got, torch.Tensor) else "no tensor at all"
        yield Finding("dtype", 0, f"the rows are {said}; a network computes with float32", str(case), observed=said)


def _left_alone(function, ids, case):
    placed = function.subject.put(ids)
    got, after = function.subject.values(function(placed, case.V), placed)
    if isinstance(got, Problem):
        return Finding("inputs", 0, str(got), str(case))
    if not close(after, ids):
        says = "the call changed ids in place; whoever passed them in still needs the old ones"
        return Finding("inputs", 0, says, str(case), observed=after)
    return Finding("inputs", 1, "left as they were", str(case))
