"""VanillaRNN.forward is held to torch with the same weights."""

import numpy as np
import torch

from unrolled.checking.parity import as_numbers, relative
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..reference import drawn_columns, drawn_start, truth, weights_for
from ..shared import alike, leaves_alone, pair, read


@question(
    "forward",
    name="VanillaRNN",
    marks={"outputs": 3, "states": 2, "start": 2, "inputs": 1, "parameters": 1},
)
def forward(rnn_class, draw):
    """Outputs and states against torch, in float64.

    Without a given start, so that one that is ignored costs its own idea only; twice, because a state kept inside
    shows at the second call. I = H and I != H, sizes of 1, large outputs, and eighty steps whose first still counts.
    Where the numbers are wrong from a start of zeros, a given start is asked for its effect alone.
    """
    sizes = [
        dict(T=[1, 9], I=[1, 5], H=[5], O=[3]),
        dict(T=[3], I=[1, 2], H=[1], O=[1, 2]),
        dict(T=[80], I=[3], H=[6], O=[4]),
    ]
    cases = [case for size in sizes for case in draw.cases(dtype=torch.float64, strided=False, **size)]
    drawn = [_drawn(rnn_class, case) for case in cases]
    right = True
    for case, (rnn, weights, inputs, start) in zip(cases, drawn, strict=True):
        yield _sizes(rnn_class(case.I, case.H, case.O), case)
        expected = truth(weights, inputs, np.zeros((case.H, 1)))[:2]
        first = rnn.method("forward", inputs).value()
        for note, got in (("", first), ("called once more", rnn.method("forward", inputs).value())):
            for finding in _both(got, expected, case, note, first):
                right &= finding.share == 1
                yield finding
        yield leaves_alone(rnn.method("forward", inputs, start), {"inputs": inputs, "h_prev": start}, case)
    for case, ours in zip(cases, drawn, strict=True):
        yield from (_start if right else _some_start)(*ours, case)


def _drawn(rnn_class, case):
    """A network with drawn numbers in it, the numbers, inputs and a start. Matrices that lie the other way round in the
    student's network, which costs its points as a parameter, are loaded so."""
    weights, rnn = weights_for(case, case.T), rnn_class(case.I, case.H, case.O)
    if case.H == 1:
        weights["W_hy"] = 100 * weights["W_hy"]  # logits may be large
    found = rnn.subject.values(*[rnn.get(name) for name in weights])
    turned = [_lies_across(array, wanted) for array, wanted in zip(found[:3], weights.values(), strict=False)]
    turn = any(turned) and turned[0] == (case.I != case.H)
    given = {name: w.T.copy() if turn and name.startswith("W") else w for name, w in weights.items()}
    return rnn.load(**given), weights, drawn_columns(case, case.I, case.T), drawn_start(case)


def _lies_across(array, wanted):
    return isinstance(array, np.ndarray) and array.shape != wanted.shape and array.shape == wanted.T.shape


def _both(got, expected, case, note, first):
    """The two lists; one fault of their form costs once, and the numbers in them are read all the same."""
    outputs, states = got = pair(got)
    if isinstance(outputs, Problem):
        yield Finding("outputs", 0, str(outputs), _where(case, note), observed=outputs)
        yield Finding("states", 0, str(outputs), _where(case, note), observed=outputs, barred=True)
        return
    form = ""
    if got[0] is got[1]:
        form = f"two lists are asked for, outputs and states; {_what(outputs)} came back"
    elif not alike(outputs, expected[0]) and alike(outputs, expected[1]) and alike(states, expected[0]):
        form, outputs, states = "the outputs come first, then the states", states, outputs
    for idea, mine, wanted in (("outputs", outputs, expected[0]), ("states", states, expected[1])):
        numbers, fault = read(mine, wanted.shape)
        if form and idea == "outputs":
            seen = as_numbers(got[0])
            yield Finding(idea, 0, form, _where(case, note), observed=seen)
            continue
        finding = relative(numbers, wanted, case, idea, note)
        if fault and not form:
            finding = Finding(idea, 0, fault, _where(case, note), observed=as_numbers(mine))
            form = fault
        elif finding.share < 1 and note and not alike(pair(first)[idea == "states"], mine):
            finding.says = f"two calls with the same arguments give different numbers: {finding.says}"
        elif idea == "outputs" and finding.share < 1 and alike(numbers, torch.softmax(wanted, dim=1)):
            finding.says = f"these are probabilities: forward gives what comes before the softmax ({finding.says})"
        finding.barred = got[0] is got[1] and idea == "states"
        yield finding


def _where(case, note):
    return f"{case}, {note}" if note else str(case)


def _what(got):
    return "None" if got is None else f"a {getattr(got, 'type', None) or type(got).__name__}"


def _start(rnn, weights, inputs, start, case):
    """A given start, and the second of two pieces, against torch."""
    outputs, states, *_ = truth(weights, inputs, start)
    got = rnn.method("forward", inputs, start).value()
    yield _start_counts(got, outputs, states, case)
    if case.T > 1:
        cut = case.T // 2
        rnn.method("forward", inputs[:cut], start)
        second = rnn.method("forward", inputs[cut:], states[cut - 1].numpy()).value()
        yield _start_counts(second, outputs[cut:], states[cut:], case, "the second of two pieces")


def _start_counts(got, outputs, states, case, note="with a given state"):
    if isinstance(got, Problem):
        return Finding("start", 0, str(got), _where(case, note), observed=got)
    numbers = [read(part, wanted.shape)[0] for part, wanted in zip(pair(got), (outputs, states), strict=True)]
    first = relative(numbers[0], outputs, case, "start", note)
    return first if first.share < 1 else relative(numbers[1], states, case, "start", note)


def _some_start(rnn, weights, inputs, start, case):
    """Does a given state make a difference, and does another one make another?"""
    few = inputs[:3]
    calls = [rnn.method("forward", few, h) for h in (start, -start)] + [rnn.method("forward", few)]
    first, second, none = (pair(got) for got in rnn.subject.values(*calls))
    where = _where(case, "with a given state")
    if isinstance(none[0], Problem):
        yield Finding("start", 0, str(none[0]), where, observed=none[0], barred=True)
    elif isinstance(first[0], Problem):
        yield Finding("start", 0, str(first[0]), where, observed=first[0])
    elif alike(first[1], second[1]) and alike(first[0], second[0]):
        yield Finding("start", 0, "it makes no difference", where, observed=as_numbers(first[1]))
    else:
        yield Finding("start", 1, "it counts", where)


def _sizes(rnn, case):
    """The five parameters of a new network."""
    sizes = {"W_xh": (case.H, case.I), "W_hh": (case.H, case.H), "W_hy": (case.O, case.H)}
    sizes |= {"b_h": (case.H, 1), "b_y": (case.O, 1)}
    found = rnn.subject.values(*[rnn.get(name) for name in sizes])
    for (name, size), array in zip(sizes.items(), found, strict=True):
        if isinstance(array, Problem):
            return Finding("parameters", 0, str(array), str(case), observed=array)
        if not isinstance(array, np.ndarray) or array.shape != size:
            is_now = array.shape if isinstance(array, np.ndarray) else type(array).__name__
            says = f"{name} is {is_now}; it should be an array {size}"
            return Finding("parameters", 0, says, str(case), observed=says)
    return Finding("parameters", 1, "five arrays of the right shapes", str(case))
