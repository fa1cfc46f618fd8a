"""TruncatedRNN.backward is held to autograd with a state that is cut before every k-th step."""

import torch

from unrolled.checking.parity import as_numbers, relative
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..by_hand import IDEAS, TORCH, cannot_run, same, what_counts
from ..reference import drawn_columns, drawn_start, drawn_targets, loaded
from ..shared import by_name, not_a_dictionary, pair, run_with_loss


@question(
    "truncated_bptt", name="TruncatedRNN", marks={"pieces": 6, "whole": 2, "carried": 2}, forbids=TORCH
)  # fmt: skip
def truncated_bptt(rnn_class, draw):
    """Against autograd with the state detached before every k-th step, or the student's own backward on the pieces."""
    own_class = rnn_class.subject.look_up("VanillaRNN")
    for case in draw.cases(dtype=torch.float64, strided=False, T=[9], k=[1, 3, 4, 9, 12], I=[3], H=[5], O=[4]):
        rnn, weights = loaded(rnn_class(case.I, case.H, case.O, case.k), case)
        inputs, start, targets = drawn_columns(case, case.I, case.T), drawn_start(case), drawn_targets(case)
        own = own_class(case.I, case.H, case.O).load(**weights)
        theirs, mine = run_with_loss(own, inputs, start, targets), run_with_loss(rnn, inputs, start, targets)
        grads = rnn.method("backward", targets)
        idea = "pieces" if case.k < case.T else "whole"
        own_ran, own_loss, ran, loss, got = rnn.subject.values(*theirs, *mine, grads)
        fault = cannot_run(own_ran, own_loss)
        if fault:
            yield from (Finding(i, 0, fault, str(case), observed=fault) for i in ("carried", idea))
            continue
        yield _carried(ran, own_ran, case)
        true = what_counts(rnn, weights, inputs, start, targets, ran, loss, by_name(got), case.k)
        expected = true if same(by_name(got), true) else _by_pieces(own, inputs, start, targets, own_ran, case.k, true)
        fault = not_a_dictionary(got)
        if fault:
            yield Finding(idea, 0, fault, str(case), observed=got if isinstance(got, Problem) else fault)
            continue
        for name in IDEAS:
            yield relative(got.get(name), expected[name], case, idea, name)


def _carried(ran, own, case):
    """Outputs and states are those of the student's own VanillaRNN."""
    for got, expected in zip(pair(ran), pair(own), strict=True):
        wanted = as_numbers(expected)
        if not isinstance(wanted, torch.Tensor):
            return Finding("carried", 1, "not asked: your own forward gives no arrays, which has cost its points", "")
        found = relative(got, wanted, case, "carried")
        if found.share < 1:
            return found
    return Finding("carried", 1, "outputs and states are those of your VanillaRNN", str(case))


def _by_pieces(own, inputs, start, targets, own_ran, k, otherwise):
    """The student's own full backward on one piece after the other, weighed by its length."""
    states, total = as_numbers(pair(own_ran)[1]), {}
    if not isinstance(states, torch.Tensor):
        return otherwise
    for at in range(0, len(targets), k):
        piece = slice(at, at + k)
        run_with_loss(own, inputs[piece], states[at - 1].numpy() if at else start, targets[piece])
        part = own.method("backward", targets[piece]).value()
        for name in IDEAS:
            d = as_numbers(by_name(part).get(name))
            if not isinstance(d, torch.Tensor):
                return otherwise
            total[name] = total.get(name, 0) + d * (len(targets[piece]) / len(targets))
    return total
