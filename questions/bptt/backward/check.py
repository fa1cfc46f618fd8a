"""VanillaRNN.backward is held to torch's autograd, or to what fits the student's own forward and loss."""

import torch

from unrolled.checking.parity import as_numbers
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..by_hand import IDEAS, TORCH, cannot_run, five, in_a_dictionary, same, what_counts
from ..reference import drawn_columns, drawn_start, drawn_targets, textbook, truth, weights_for
from ..shared import alike, better, in_place_of, one_number, pair, read, run_with_loss

MARKS = {"recurrent": 6, "input": 3, "output": 3, "biases": 3, "stale": 2, "again": 1}


@question(
    "backward",
    name="VanillaRNN",
    marks={"recurrent": 6, "input": 3, "output": 3, "biases": 3, "stale": 2, "again": 1},
    forbids=TORCH,
)
def backward(rnn_class, draw):
    """The five gradients against autograd, in float64, after a right forward and loss or after the student's own.

    Where the student's own are wrong, what counts is the slope of that loss, or the formulas applied to their own
    states: either shows that the way back is right. Seventy steps tell what ends on the way, and large gradients what
    was clipped too early.
    """
    right = in_place_of(rnn_class, "numpy_rnn_loss")
    ways = [lambda again: _gradients(right, again, True), lambda again: _gradients(rnn_class, again, False)]
    yield from better(MARKS, draw, *ways)


def _gradients(rnn_class, draw, rightly):
    """rightly: are forward and loss known to be right?"""
    sizes = [
        dict(T=[1, 9, 14], I=[1, 4], H=[5], O=[4]),
        dict(T=[2, 3], I=[2], H=[1], O=[2]),
        dict(T=[70], I=[2], H=[4], O=[3]),
        dict(T=[2], I=[3], H=[3], O=[5], times=[400]),  # logits below 700, where e has no end yet
    ]
    for case in (c for s in sizes for c in draw.cases(dtype=torch.float64, strided=False, **s)):
        large = "times" in case.sizes
        weights = weights_for(case, case.T)
        if large:
            weights |= {"W_hy": case.times * weights["W_hy"], "W_xh": weights["W_xh"] / 4, "W_hh": weights["W_hh"] / 4}
        rnn = rnn_class(case.I, case.H, case.O).load(**weights)
        inputs, start, targets = drawn_columns(case, case.I, case.T), drawn_start(case), drawn_targets(case)
        if large:
            targets = truth(weights, inputs, start)[0][:, :, 0].argmin(1).tolist()  # sure, and wrong at each step
        ran, own_loss = run_with_loss(rnn, inputs, start, targets)
        fetched, number, got, again = rnn.subject.values(
            ran, own_loss, rnn.method("backward", targets), rnn.method("backward", targets)
        )
        fault = "" if rightly else cannot_run(fetched, number)
        if fault:
            for idea in MARKS:
                yield Finding(idea, 0, fault, str(case), observed=fault, barred=idea != "recurrent")
            continue
        shapes = {f"d{name}": array.shape for name, array in weights.items()}
        true = truth(weights, inputs, start, targets)[3]
        read_so = in_a_dictionary(got, shapes)[0]
        expected = true if rightly else what_counts(rnn, weights, inputs, start, targets, fetched, number, read_so)
        if large and not rightly and not _is_right(fetched, number, weights, inputs, start, targets):
            continue  # differences of a wrong loss do not tell a slope as steep as these
        yield from five(got, expected, case, IDEAS, large)
        yield _once_more(got, again, case)
        if case.T > 1 and not large:
            yield _stale(rnn, weights, inputs, start, targets, case)


def _is_right(fetched, number, weights, inputs, start, targets):
    """Are these the right outputs, states and loss?"""
    outputs, states, loss, _ = truth(weights, inputs, start, targets)
    mine, one = pair(fetched), one_number(number)
    near = isinstance(one, torch.Tensor) and one.dim() == 0 and abs(float(one) - loss) < 1e-6 * (1 + loss)
    return near and alike(mine[0], outputs) and alike(mine[1], states)


def _once_more(got, again, case):
    if isinstance(got, Problem) or got is None:
        return Finding("again", 0, "the first call gave nothing", str(case), observed=got, barred=True)
    if isinstance(again, Problem):
        return Finding("again", 0, f"a second call fails: {again}", str(case), observed=again)
    if not all(alike(a, b) or a is b is None for a, b in zip(_arrays(got), _arrays(again), strict=False)):
        says = "a second call gives something else than the first"
        seen = [as_numbers(array) for array in _arrays(again)]
        return Finding("again", 0, says, str(case), observed=seen)
    if not _arrays(got) or len(_arrays(got)) != len(_arrays(again)):
        return Finding("again", 0, "there is nothing to compare", str(case), observed="nothing", barred=True)
    return Finding("again", 1, "a second call gives the same", str(case))


def _arrays(got):
    """The arrays of a result in the order of their names, as far as there are some."""
    if isinstance(got, dict):
        return [got[name] for name in sorted(got, key=str)]
    return list(got) if isinstance(got, list | tuple) else []


def _stale(rnn, weights, inputs, start, targets, case):
    """forward again, no loss: backward refuses, or works from the new outputs. Mixing old and new is the fault.

    What it gives is compared with what it gives once the loss of the new outputs is there: a formula that is wrong has
    cost its points already.
    """
    others = [-x + 0.1 for x in inputs]
    ran, _ = run_with_loss(rnn, inputs, start, targets)
    before, _, got = rnn.subject.values(
        rnn.method("backward", targets), rnn.method("forward", others, start), rnn.method("backward", targets)
    )
    new_ran, _ = run_with_loss(rnn, others, start, targets)
    fresh, new = rnn.subject.values(rnn.method("backward", targets), new_ran)
    old = ran.value()
    if isinstance(got, Problem):
        if got.kind == "NotImplementedError":
            return Finding("stale", 0, str(got), str(case), observed=got)
        if isinstance(before, Problem) and isinstance(fresh, Problem):
            return Finding("stale", 0, f"it fails with a loss, too: {got}", str(case), observed=got, barred=True)
        return _refused(got, case)
    if not _arrays(got):
        says = "no refusal came, and no gradients: whoever goes on with this does not learn what is missing"
        if not _arrays(fresh):
            return Finding(
                "stale", 0, "it gives no gradients after a loss either", str(case), observed=says, barred=True
            )
        return Finding("stale", 0, says, str(case), observed="no refusal")
    if _all_alike(before, fresh):
        return Finding(
            "stale", 0, "its gradients do not depend on what was read", str(case), observed="none", barred=True
        )
    if _all_alike(got, fresh):
        return Finding("stale", 1, "it works from the last forward pass, whatever was called in between", str(case))
    says = "forward was called again and the loss was not: "
    seen = [as_numbers(array) for array in _arrays(got)]
    if _all_alike(got, before):
        says += "it gave the gradients of the forward pass before that, as if nothing had been read since"
    elif _mixed(weights, others, start, targets, old, new, got):
        says += "it gave gradients of new states and old probabilities"
    else:
        says += "it gave other gradients than once the loss is there, and no refusal"
    return Finding("stale", 0, says, str(case), observed=seen)


def _all_alike(a, b):
    a, b = _arrays(a), _arrays(b)
    return len(a) == len(b) and bool(a) and all(map(alike, a, b))


def _mixed(weights, inputs, start, targets, old, new, got):
    """Are these the formulas, with the new states and the old outputs?"""
    shape = (len(targets), len(weights["b_y"]), 1)
    outputs, states = read(pair(old)[0], shape)[0], read(pair(new)[1], (len(targets), len(weights["b_h"]), 1))[0]
    if not isinstance(outputs, torch.Tensor) or not isinstance(states, torch.Tensor) or not isinstance(got, dict):
        return False
    return same(got, textbook(weights, inputs, start, states, outputs, targets))


def _refused(got, case):
    if not got.message.strip():
        says = f"a {got.kind} without a word: say in it what is missing"
        return Finding("stale", 0, says, str(case), observed=says)
    named = any(word in got.message.lower() for word in ("loss", "prob", "forward"))
    if got.kind in UNINTENDED and (not named or len(got.message.split()) < 3):
        says = f"it ends in a {got.kind} that does not say what is missing: {got.message}"
        return Finding("stale", 0, says, str(case), observed=says)
    return Finding("stale", 1, f"refused: {got.message}", str(case))


UNINTENDED = {"TypeError", "AttributeError", "KeyError", "IndexError", "NameError", "UnboundLocalError"}
