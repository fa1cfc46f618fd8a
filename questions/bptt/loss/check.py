"""VanillaRNN.compute_loss and softmax are held to torch's cross-entropy and softmax."""

import numpy as np
import torch
import torch.nn.functional as F

from unrolled.checking.parity import relative
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..reference import drawn_columns, drawn_targets
from ..shared import alike, better, in_parts, in_place_of, one_number, read

MARKS = {"values": 4, "softmax": 2, "size": 2}


@question("loss", name="VanillaRNN", marks={"values": 4, "softmax": 2, "size": 2})
def loss(rnn_class, draw):
    """Two parts: the mean cross-entropy of drawn outputs, and the softmax of a column.

    forward is run first, as in use, a right one, and its result is not looked at. A log(p + 1e-8) passes: the right
    class is not that unlikely here. What is wrong for small logits is held to itself for large ones, and a loss that
    stands on a wrong softmax is tried with a right one.
    """
    rnn, column = in_place_of(rnn_class, "numpy_rnn_forward")(1, 1, 2), np.zeros((2, 1))
    parts = [rnn.method("softmax", column), rnn.method("compute_loss", [column], [0])]
    ways = [lambda again: _losses(in_place_of(rnn_class, "numpy_rnn_forward"), rnn_class, again)]
    ways.append(lambda again: _losses(rnn_class, rnn_class, again))
    yield from in_parts(parts, better(MARKS, draw, *ways))


def _losses(rnn_class, own_class, draw):
    sizes = [dict(T=[1, 7], O=[3, 6]), dict(T=[80], O=[4]), dict(T=[3], O=[1, 2])]
    cases = [c for s in sizes for c in draw.cases(dtype=torch.float64, strided=False, I=[2], H=[3], **s)]
    right_softmax = in_place_of(own_class, "numpy_rnn_softmax")
    drawn = [(case, _moderate(case), drawn_targets(case), drawn_columns(case, case.I, case.T)) for case in cases]

    # First all logits of everyday size, because what is wrong for them is held to itself for others.
    softmaxes = [_softmax(_run(rnn_class, case, xs), ys[0], case) for case, ys, _, xs in drawn]
    losses = [_loss(_run(rnn_class, case, xs), ys, wanted, case) for case, ys, wanted, xs in drawn if case.O > 1]
    good_softmax, good_losses = _all_right(softmaxes), _all_right(losses)
    with_softmax = rnn_class
    if not good_softmax and not good_losses:  # where one stands on the other, there is one fault
        tried = [_loss(_run(right_softmax, case, xs), ys, wanted, case) for case, ys, wanted, xs in drawn if case.O > 1]
        if _all_right(tried):
            losses, good_losses, with_softmax = tried, True, right_softmax
    yield from losses
    yield from softmaxes

    for case, ys, wanted, xs in drawn:
        far, shifts = ys.clone(), ((1000.0, "logits near 1000"), (-1000.0, "logits near -1000"))
        for t, target in enumerate(wanted):
            far[t, (target + 1) % case.O] -= 9000 if case.O > 2 else 0  # of two classes, nothing would be left to learn
        for shift, note in shifts:
            if case.O > 1:
                rnn = _run(with_softmax, case, xs)
                logits = far if good_losses else ys
                yield _large_loss(rnn, logits, shift, wanted, case, note, good_losses)
            yield _large_softmax(_run(rnn_class, case, xs), far[0] if good_softmax else ys[0], shift, case, note,
                                 good_softmax)  # fmt: skip


def _moderate(case):
    """Outputs (T, O, 1): never so that a class has less than about 1/300. With one step, the target may be the least
    likely by far: what cuts a loss off shows there."""
    return case.normal(case.T, case.O, 1).clamp(-2, 2)


def _run(rnn_class, case, inputs):
    """A network that has just read something, as when the loss is asked for in use."""
    rnn = rnn_class(case.I, case.H, case.O)
    rnn.method("forward", inputs)
    return rnn


def _all_right(findings):
    return all(finding.share == 1 for finding in findings)


def _loss(rnn, outputs, targets, case):
    expected = F.cross_entropy(outputs[:, :, 0], torch.tensor(targets))
    got = rnn.method("compute_loss", [y.numpy() for y in outputs], targets).value()
    finding = relative(one_number(got), expected, case, "values")
    if finding.share < 1 and case.T > 1 and alike(one_number(got), case.T * expected):
        finding.says = f"the sum over the steps, {case.T} times the mean ({finding.says})"
    if finding.share < 1 or case.T > 1:
        return finding
    sure = outputs.clone()
    sure[0, targets[0]] -= 9  # surer of something else than a cut at 7 would let it be; still no less than 1e-5
    expected = F.cross_entropy(sure[:, :, 0], torch.tensor(targets))
    got = one_number(rnn.method("compute_loss", [sure[0].numpy()], targets).value())
    if isinstance(got, torch.Tensor) and abs(float(got) - float(expected)) < 0.05 * float(expected):
        got = expected  # with a small number in the logarithm it is a little less
    tried = relative(got, expected, case, "values", "a wrong class by far the likeliest")
    return tried if tried.share < 1 else finding


def _softmax(rnn, column, case):
    expected = torch.softmax(column, dim=0)
    got, fault = read(rnn.method("softmax", column.numpy()), expected.shape)
    if fault:
        return Finding("softmax", 0, fault, str(case), observed=got.flatten())
    return relative(got, expected, case, "softmax")


def _large_loss(rnn, logits, shift, targets, case, note, right):
    """The loss of shifted logits is that of the logits themselves: the true one, or what the student's own gives."""
    calls = [rnn.method("compute_loss", [y.numpy() for y in ys], targets) for ys in (logits + shift, logits)]
    got, plain = (one_number(value) for value in rnn.subject.values(*calls))
    expected = F.cross_entropy(logits[:, :, 0], torch.tensor(targets)) if right else plain
    return _large(got, expected, case, note)


def _large_softmax(rnn, column, shift, case, note, right):
    calls = [rnn.method("softmax", y.numpy()) for y in (column + shift, column)]
    got, plain = (read(value, column.shape)[0] for value in rnn.subject.values(*calls))
    expected = torch.softmax(column, dim=0) if right else plain
    return _large(got, expected, case, note, "softmax, ")


def _large(got, expected, case, note, before=""):
    if not isinstance(expected, torch.Tensor):  # a crash for small numbers has cost its points there
        says = str(expected) if isinstance(expected, Problem) else "it gives no numbers for small logits either"
        return Finding("size", 0, says, f"{case}, {before}{note}", observed=expected, barred=True)
    return relative(got, expected, case, "size", before + note)
