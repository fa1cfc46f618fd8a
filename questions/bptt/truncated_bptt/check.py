"""TruncatedRNN.backward is held to autograd with a state that is cut before every k-th step."""

import torch

from unrolled.checking.parity import as_numbers
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..by_hand import IDEAS, TORCH, cannot_run, five, in_a_dictionary, same, telling, what_counts
from ..reference import drawn_columns, drawn_start, drawn_targets, textbook, truth, weights_for
from ..shared import alike, better, by_name, in_place_of, pair, read, run_with_loss

MARKS = {"pieces": 4, "whole": 2, "carried": 1}


@question(
    "truncated_bptt", name="TruncatedRNN", marks={"pieces": 4, "whole": 2, "carried": 1}, forbids=TORCH
)  # fmt: skip
def truncated_bptt(rnn_class, draw):
    """Against autograd with the state detached before every k-th step, or the student's own backward on the pieces.

    Once with a right VanillaRNN beneath it, and with the student's own where that does not earn everything.
    """
    ways = [lambda again: _standing(rnn_class, again), lambda again: _truncated(rnn_class, again, False)]
    yield from better(MARKS, draw, *ways)


def _standing(rnn_class, draw):
    """With right methods for super(), and for the name VanillaRNN."""
    subject = rnn_class.subject
    subject.stand_in("VanillaRNN", "numpy_rnn")
    try:
        yield from _truncated(in_place_of(rnn_class, "truncated_rnn"), draw, True)
    finally:
        subject.own()


def _truncated(rnn_class, draw, rightly):
    """rightly: is what lies beneath known to be right?"""
    own_class = rnn_class.subject.look_up("VanillaRNN")
    sizes = [
        dict(T=[9], k=[1, 3, 4, 9, 12], I=[3], H=[5], O=[4]),
        dict(T=[1, 3], k=[1, 2], I=[1], H=[1], O=[2]),
        dict(T=[75], k=[7, 32, 64, 70, 75, 90], I=[2], H=[4], O=[3]),
        dict(T=[3], k=[1, 2], I=[2], H=[4], O=[3], times=[1000]),  # large inputs have large gradients
    ]
    cases = [c for s in sizes for c in draw.cases(dtype=torch.float64, strided=False, **s)]
    for case in cases:
        weights = weights_for(case, case.T)
        inputs, start, targets = drawn_columns(case, case.I, case.T), drawn_start(case), drawn_targets(case)
        if "times" in case.sizes:
            inputs, weights = [case.times * x for x in inputs], weights | {"W_xh": weights["W_xh"] / case.times}
        rnn = rnn_class(case.I, case.H, case.O, case.k).load(**weights)
        own = own_class(case.I, case.H, case.O).load(**weights)
        theirs, mine = run_with_loss(own, inputs, start, targets), run_with_loss(rnn, inputs, start, targets)
        grads = rnn.method("backward", targets)
        idea = "pieces" if case.k < case.T else "whole"
        own_ran, own_loss, ran, loss, got = rnn.subject.values(*theirs, *mine, grads)
        fault = "" if rightly else cannot_run(own_ran, own_loss)
        if fault:
            yield from (Finding(i, 0, fault, str(case), observed=fault, barred=i != idea) for i in ("carried", idea))
            continue
        carried = _carried(ran, own_ran, case)
        yield carried
        ideas = dict.fromkeys(IDEAS, idea)
        if carried.share < 1:
            # Another state has other gradients: those of the formulas for what it holds are right.
            expected = _of_its_states(weights, inputs, start, targets, ran, case) or truth(
                weights, inputs, start, targets, case.k)[3]  # fmt: skip
            found = list(five(got, expected, case, ideas))
            for finding in found:
                finding.barred |= finding.share < 1 and isinstance(got, dict)
            yield from found
            continue
        true = truth(weights, inputs, start, targets, case.k)[3]
        names = in_a_dictionary(got, {f"d{name}": array.shape for name, array in weights.items()})[0]
        expected = true
        if not rightly:
            expected = what_counts(rnn, weights, inputs, start, targets, ran, loss, names, case.k)
            if not same(names, expected):
                expected = _by_pieces(own, inputs, start, targets, own_ran, case, names) or expected
        for finding in five(got, expected, case, ideas):
            if finding.share < 1 and not finding.says.startswith("all five"):
                finding.says += _where_it_ends(names, weights, inputs, start, targets, case)
            if finding.share < 1 and case.k == case.T:
                finding.idea = "pieces"  # a cut that is in the wrong place; without one it may be right
            yield finding


def _carried(ran, own, case):
    """Outputs and states are those of the VanillaRNN beneath."""
    fetched, theirs = pair(ran), pair(own)
    if isinstance(fetched[0], Problem):
        return Finding("carried", 0, str(fetched[0]), str(case), observed=fetched[0])
    for got, expected in zip(fetched, theirs, strict=True):
        wanted = as_numbers(expected)
        if not isinstance(wanted, torch.Tensor):
            return Finding("carried", 1, "not asked: your own forward gives no arrays, which has cost its points", "")
        numbers = read(got, wanted.shape)[0]
        if not alike(numbers, wanted):
            seen = numbers if isinstance(numbers, torch.Tensor) else "no numbers"
            at = _first_off(numbers, wanted)
            says = "outputs and states differ from those of VanillaRNN" + (f", from step {at} on" if at else "")
            return Finding("carried", 0, says, str(case), observed=seen)
    return Finding("carried", 1, "outputs and states are those of your VanillaRNN", str(case))


def _first_off(numbers, wanted):
    if not isinstance(numbers, torch.Tensor) or numbers.shape != wanted.shape:
        return 0
    off = (numbers.double() - wanted.double()).abs().flatten(1).amax(1) > 1e-6
    return int(off.nonzero()[0]) if off.any() else 0


def _of_its_states(weights, inputs, start, targets, ran, case):
    outputs = read(pair(ran)[0], (case.T, case.O, 1))[0]
    states = read(pair(ran)[1], (case.T, case.H, 1))[0]
    if not all(
        isinstance(part, torch.Tensor) and part.dim() == 3 and len(part) == case.T for part in (outputs, states)
    ):
        return None
    return textbook(weights, inputs, start, states, outputs, targets, case.k)


def _where_it_ends(got, weights, inputs, start, targets, case):
    """What else the gradients are, where that is plain: those without a cut, or those of the last piece alone."""
    if case.k < case.T and same(got, truth(weights, inputs, start, targets)[3]):
        return "; this is the full gradient, which was cut nowhere"
    return ""


def _by_pieces(own, inputs, start, targets, own_ran, case, got):
    """The student's own full backward on one piece after the other, weighed by its length; None if that is no measure.

    A backward without a way through time is the same on the pieces as on the whole, and one of zeros is none.
    """
    k, total = case.k, {}
    states = read(pair(own_ran)[1], (case.T, case.H, 1))[0]
    if not isinstance(states, torch.Tensor) or tuple(states.shape) != (case.T, case.H, 1):
        return None
    for at in range(0, len(targets), k):
        piece = slice(at, at + k)
        run_with_loss(own, inputs[piece], states[at - 1].numpy() if at else start, targets[piece])
        part = own.method("backward", targets[piece]).value()
        for name in IDEAS:
            d = as_numbers(by_name(part).get(name))
            if not isinstance(d, torch.Tensor):
                return None
            total[name] = total.get(name, 0) + d * (len(targets[piece]) / len(targets))
    return total if telling(total) and same(got, total) else None
