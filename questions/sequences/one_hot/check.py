"""one_hot is held to a table of zeros in which the ones are put one by one."""

import contextlib

import numpy as np
import torch

from unrolled.checking.parity import close, readable, shape, values
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import no_tensor, refused, told

REFUSALS = ("ValueError", "IndexError", "RuntimeError")


@question(
    "one_hot",
    name="one_hot",
    marks={"values": 5, "shape": 2, "dtype": 1, "edges": 3, "inputs": 1},
    forbids=frozenset({"one_hot"}),
)
def one_hot(function, draw):
    """Against a table of zeros filled in one by one, for ids of no axis and of up to three.

    A second batch leaves the last ids of the vocabulary out: whoever takes the width from the batch is wrong only
    there. V is asked for as it is, B != T. What fails for some shapes is asked at the others.
    """
    sizes = [
        dict(B=[1, 3], T=[1, 5], V=[4, 9]),
        dict(B=[2], T=[3], V=[1, 2], strided=False),
        dict(B=[2], T=[70], V=[130], strided=False),
    ]
    for case in (case for size in sizes for case in draw.cases(**size)):
        ids = case.tokens(case.B, case.T, vocabulary=case.V)
        yield from _rows(function, ids, case)
        yield _left_alone(function, ids, case)
        if case.V > 2:
            few = case.tokens(case.B, case.T, vocabulary=case.V - 2)
            yield from _rows(function, few, case, "the last ids do not occur")
            yield _left_alone(function, few, case)
    for case in draw.cases(T=[6, 70], V=[3], strided=False):
        for axes in ((), (case.T,), (2, 1, case.T)):
            ids = case.tokens(*axes, vocabulary=case.V)
            yield from _rows(function, ids, case, f"ids {axes}")
            yield _left_alone(function, ids, case)

    for V, axes, wrong in _NOT_THERE:
        yield _refusal(function, V, axes, wrong)
    for axes in ((0,), (2, 0), (0, 3)):
        yield from _nothing(function, axes)


# V, the shape of the ids, and the one among them that does not exist. A negative one counts from the end to torch.
_NOT_THERE = [
    *((4, (1, 3), 4), (4, (1, 3), -1), (1, (1, 3), 1), (5, (2, 3), 700)),
    *((4, (3,), 4), (4, (3,), -4), (6, (2, 1, 3), -6), (6, (2, 1, 3), 6)),
    *((130, (2, 70), 130), (130, (70,), -130), (3, (70, 2), 2**31)),
]


def _rows(function, ids, case, note=""):
    """Values, shape and dtype of one result, and of the same call once more."""
    expected = torch.zeros(*ids.shape, case.V).scatter_(-1, ids.unsqueeze(-1), 1.0)
    got, again = function.subject.values(function(ids, case.V), function(ids, case.V))
    yield values(got, expected, case, note=note, shaped="shape", again=again)
    yield values(again, expected, case, note=f"{note}, called once more".strip(", "), shaped="shape", again=got)
    read = _read(got, expected.shape)
    yield shape(got if isinstance(got, torch.Tensor) else read, tuple(expected.shape), case)
    if not isinstance(read, torch.Tensor):  # what cannot be read at all is told by the values
        yield Finding("dtype", 0, no_tensor(got), str(case), barred=True)
    elif read.dtype == torch.float32:
        yield Finding("dtype", 1, "float32", str(case))
    else:
        said = str(read.dtype).removeprefix("torch.")
        yield Finding("dtype", 0, f"the rows are {said}; a network computes with float32", str(case), observed=said)


def _read(got, axes):
    """The rows as a tensor, if they are one, an array, or a list of rows, tensors or plain numbers; else as it is."""
    got = torch.from_numpy(got) if isinstance(got, np.ndarray) else readable(got, axes)
    if isinstance(got, list):
        with contextlib.suppress(TypeError, ValueError):
            return torch.tensor(got)
    return got


def _left_alone(function, ids, case):
    placed = function.subject.put(ids)
    got, after = function.subject.values(function(placed, case.V), placed)
    if not close(after, ids):
        says = "the call changed ids in place; whoever passed them in still needs the old ones"
        return Finding("inputs", 0, says, str(case), observed=after)
    if isinstance(got, Problem):
        return Finding("inputs", 0, str(got), str(case), barred=True)
    return Finding("inputs", 1, "left as they were", str(case))


def _refusal(function, V, axes, wrong):
    """One id that does not exist is refused, where the same ids with 0 in its place are not."""
    ids = torch.zeros(axes, dtype=torch.int64)
    fine = ids.clone()
    ids.view(-1)[-2] = wrong
    got, control = function.subject.values(function(ids, V), function(fine, V))
    where = f"V={V}, ids {axes} with {wrong} among them"
    if not isinstance(_read(control, (*axes, V)), torch.Tensor):
        return Finding("edges", 0, f"without it, too: {no_tensor(control)}", where, barred=True)
    if refused(got, REFUSALS):
        return Finding("edges", 1, "what does not exist is refused, and nothing else", where)
    return Finding("edges", 0, f"an id outside 0 … V−1 {told(got, REFUSALS)}", where, observed=got)


def _nothing(function, axes):
    """No ids are no mistake: an empty tensor comes back, wherever some ids of as many axes give one."""
    some = torch.zeros([max(size, 2) for size in axes], dtype=torch.int64)
    got, control = function.subject.values(function(torch.zeros(axes, dtype=torch.int64), 4), function(some, 4))
    where = f"V=4, ids of shape {axes}"
    if isinstance(got, torch.Tensor):
        right = tuple(got.shape) == (*axes, 4)
        says = f"{(*axes, 4)} for no ids" if right else f"no ids give the shape {tuple(got.shape)}"
        yield Finding("edges", 1, "what does not exist is refused, and nothing else", where)
        yield Finding("shape", float(right), says, where)
    else:
        barred = not isinstance(control, torch.Tensor)
        yield Finding("edges", 0, f"no ids at all: {no_tensor(got)}", where, observed=got, barred=barred)
