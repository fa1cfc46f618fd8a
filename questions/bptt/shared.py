"""How results of the student's code are read, and questions of several parts."""

import numpy as np
import torch

from unrolled.checking.draw import Draw
from unrolled.checking.parity import as_numbers, readable, relative
from unrolled.checking.subject import Handle, Problem
from unrolled.checking.verdict import Finding, settle

LETTERS = "abcdefg"


def in_place_of(own, kind):
    """The notebook's own class with right methods in the place of those that earlier questions ask for.

    It takes no name's place, so that what calls super() with a name finds its way.
    """
    return own.subject.fixture("stand_in", kind=kind, own=own)


def better(marks, draw, *judge):
    """The findings of the way of judging that earns most, each with the same draws; of equals, the first's.

    A later answer is judged with right earlier parts, and with the notebook's own: whoever keeps other things in a
    cache than the notebook speaks of is right with their own parts only.
    """
    best, most = [], -1.0
    for findings_of in judge:
        found = list(findings_of(Draw(draw.salt, draw.question, draw.budget)))
        points = settle(draw.question, marks, found).points
        if points > most:
            best, most = found, points
        if most == sum(marks.values()):
            break
    return best


def read(mine, shape):
    """(what can be read of a result as numbers of this shape, what is wrong with its shape or "")."""
    got = as_numbers(mine.value() if isinstance(mine, Handle) else mine)
    numbers = readable(got, shape)
    if isinstance(numbers, torch.Tensor) and tuple(numbers.shape) == tuple(shape) and numbers.shape != got.shape:
        return numbers, f"the result has shape {tuple(got.shape)}; it should be {tuple(shape)}"
    return numbers, ""


def one_number(got):
    """A fetched result without its axes, if it is one number in whatever shape."""
    got = as_numbers(got)
    return got.reshape(()) if isinstance(got, torch.Tensor) and got.numel() == 1 else got


def alike(a, b):
    """Are two results the same numbers, as far as they can be read?"""
    a, b = as_numbers(a), as_numbers(b)
    return isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor) and relative(a, b, None).share == 1


def run_with_loss(rnn, inputs, start, targets):
    """Handles on what the student's own forward and loss give, in the order of use."""
    ran = rnn.method("forward", inputs, start)
    return ran, rnn.method("compute_loss", ran[0], targets)


def by_name(got):
    """name -> fetched array of a fetched result; {} if it is no dictionary."""
    return got if isinstance(got, dict) else {}


def not_a_dictionary(got):
    if isinstance(got, dict):
        return ""
    if isinstance(got, Problem):
        return str(got)
    if got is None:
        return "nothing came back (None): the function has to end with return"
    return f"a {getattr(got, 'type', None) or type(got).__name__} came back; it should be a dictionary of arrays"


def pair(fetched):
    """The two parts of a fetched result; what came instead stands in for both."""
    return fetched if isinstance(fetched, tuple | list) and len(fetched) == 2 else (fetched, fetched)


def in_parts(calls, findings):
    """Findings of a question with several parts: one that is not written yet costs its own ideas, not the others'.

    calls: one of each part, tried first. Where all are unwritten the question is: Question.mark tells that by the
    NotImplementedErrors that were observed, which are taken for words here otherwise.
    """
    some = any(not _unwritten(value) for value in calls[0].subject.values(*calls))
    for finding in findings:
        if some and _unwritten(finding.observed):
            finding.says = "not answered yet: this part still raises NotImplementedError"
            finding.observed = finding.says
        yield finding


def _unwritten(value):
    return isinstance(value, Problem) and value.kind == "NotImplementedError"


def leaves_alone(call, given, case, idea="inputs"):
    """The call left its arguments as they were. given: name -> what was passed, in the call's order."""
    result, *after = call.subject.values(call, *call.arguments)
    if isinstance(result, Problem):
        return Finding(idea, 0, str(result), str(case), observed=result, barred=True)
    for (name, before), now in zip(given.items(), after, strict=False):
        if not _equal(now, before):
            says = f"the call changed {name} in place; whoever passed it in still needs the old one"
            return Finding(idea, 0, says, str(case), observed=as_numbers(now))
    return Finding(idea, 1, "left as they were", str(case))


def _equal(a, b):
    if isinstance(b, list | tuple):
        return isinstance(a, list | tuple) and len(a) == len(b) and all(map(_equal, a, b))
    if isinstance(b, dict):
        return isinstance(a, dict) and a.keys() == b.keys() and all(_equal(a[key], b[key]) for key in b)
    if isinstance(b, np.ndarray):
        return isinstance(a, np.ndarray) and np.array_equal(a, b)
    return a == b
