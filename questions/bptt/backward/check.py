"""VanillaRNN.backward is held to torch's autograd, or to what fits the student's own forward and loss."""

import torch

from unrolled.checking.parity import as_numbers, relative
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..by_hand import IDEAS, TORCH, cannot_run, same, what_counts
from ..reference import drawn_columns, drawn_start, drawn_targets, loaded
from ..shared import by_name, not_a_dictionary, run_with_loss


@question(
    "backward",
    name="VanillaRNN",
    marks={"recurrent": 6, "input": 3, "output": 3, "biases": 3, "stale": 2, "again": 1},
    forbids=TORCH,
)
def backward(rnn_class, draw):
    """The five gradients against autograd, in float64.

    Where the student's own forward or loss is wrong, what counts is the slope of that loss, or the formulas applied
    to their own states: either shows that the way back is right.
    """
    for case in draw.cases(dtype=torch.float64, strided=False, T=[1, 9, 14], I=[1, 4], H=[5], O=[4]):
        rnn, weights = loaded(rnn_class(case.I, case.H, case.O), case)
        inputs, start, targets = drawn_columns(case, case.I, case.T), drawn_start(case), drawn_targets(case)
        ran, own_loss = run_with_loss(rnn, inputs, start, targets)
        fetched, number, got, again = rnn.subject.values(
            ran, own_loss, rnn.method("backward", targets), rnn.method("backward", targets)
        )
        fault = cannot_run(fetched, number)
        if fault:
            yield from (Finding(idea, 0, fault, str(case), observed=fault) for idea in dict.fromkeys(IDEAS.values()))
        else:
            expected = what_counts(rnn, weights, inputs, start, targets, fetched, number, by_name(got))
            yield from _five(got, expected, case)
            yield _once_more(got, again, case)
        if case.T > 1:
            yield _stale(rnn, weights, inputs, start, targets, case)


def _five(got, expected, case):
    fault = not_a_dictionary(got)
    for name, idea in IDEAS.items():
        if fault:
            yield Finding(idea, 0, fault, str(case), observed=fault)
        elif name not in got:
            yield Finding(idea, 0, f"there is no {name} in the dictionary", str(case), observed=f"no {name}")
        else:
            yield relative(got[name], expected[name], case, idea, name)


def _once_more(got, again, case):
    first, second = by_name(got), by_name(again)
    names = [name for name in IDEAS if name in first]
    if names and all(
        isinstance(as_numbers(first[name]), torch.Tensor)
        and relative(second.get(name), as_numbers(first[name]), case).share == 1
        for name in names
    ):
        return Finding("again", 1, "a second call gives the same", str(case))
    says = str(again) if isinstance(again, Problem) else "a second call gives something else than the first"
    return Finding("again", 0, says, str(case), observed=again if isinstance(again, Problem) else "differs")


def _stale(rnn, weights, inputs, start, targets, case):
    """forward again, no loss: backward refuses, or works from the new outputs. Mixing old and new is the fault."""
    others = [-x for x in inputs]
    run_with_loss(rnn, inputs, start, targets)
    fetched, got = rnn.subject.values(rnn.method("forward", others, start), rnn.method("backward", targets))
    if isinstance(got, Problem):
        if got.kind == "NotImplementedError":
            return Finding("stale", 0, str(got), str(case), observed=got)
        if not got.message.strip():
            says = f"a {got.kind} without a word: say in it what is missing"
            return Finding("stale", 0, says, str(case), observed=says)
        named = any(word in got.message.lower() for word in ("loss", "prob", "forward"))
        if got.kind in UNINTENDED and (not named or len(got.message.split()) < 3):
            says = f"it ends in a {got.kind} that does not say what is missing: {got.message}"
            return Finding("stale", 0, says, str(case), observed=got.kind)
        return Finding("stale", 1, f"refused: {got.message}", str(case))
    if not isinstance(got, dict):
        says = "no refusal came, and no gradients: whoever goes on with this does not learn what is missing"
        return Finding("stale", 0, says, str(case), observed="no refusal")
    loss = rnn.method("compute_loss", rnn.method("forward", others, start)[0], targets).value()
    expected = what_counts(rnn, weights, others, start, targets, fetched, loss, by_name(got))
    if same(got, expected):
        return Finding("stale", 1, "it works from the last forward pass, whatever was called in between", str(case))
    says = "forward was called again and the loss was not: it gave gradients of new states and old probabilities"
    return Finding("stale", 0, says, str(case), observed="stale")


UNINTENDED = {"TypeError", "AttributeError", "KeyError", "IndexError", "NameError", "UnboundLocalError"}
