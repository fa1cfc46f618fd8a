"""SequenceLabelingRNN is held to reading from left to right, tagging_loss to the mean over real words."""

import torch

from unrolled.checking.parity import same_gradients, values
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import PAD
from ..tagger import tagger_findings


@question(
    "sequence_labelling",
    name="SequenceLabelingRNN",
    marks={"shape": 1, "time": 3, "batch": 2, "gradients": 2, "loss": 3},
)
def sequence_labelling(network_class, draw):
    """A row of logits for each word, from left to right; and a loss that padding has no part in.

    Logits of a hundred and more make a loss that no limit may cut; they are float64, so that any formula can show it.
    """
    yield from tagger_findings(network_class, draw, "time", both=False)
    loss = network_class.subject.look_up("tagging_loss")
    for case in draw.cases(B=[1, 3], T=[1, 5], C=[4], size=[2], strided=False):
        yield _loss(loss, case)
    for case in draw.cases(torch.float64, B=[4], T=[70], C=[6], size=[2, 80], strided=False):
        yield _loss(loss, case)


def _loss(function, case):
    """Against the mean over real words, and its gradient; logits are ours, so that the network has no part in it."""
    logits = case.normal(case.B, case.T, case.C, scale=case.size)
    tags = torch.randint(1, case.C, (case.B, case.T), generator=case.generator)
    lengths = torch.randint(1, case.T + 1, (case.B,), generator=case.generator)
    lengths[0] = case.T
    if case.B > 1 and case.T > 1:
        lengths[1] = 1
    tags[torch.arange(case.T) >= lengths.unsqueeze(1)] = PAD
    mine = logits.clone().requires_grad_()
    expected = -(mine.log_softmax(-1).gather(2, tags.unsqueeze(2)).squeeze(2) * (tags != PAD)).sum() / lengths.sum()
    (slope,) = torch.autograd.grad(expected, mine)

    there = function.subject.put(logits, requires_grad=True)
    called = function(there, tags)
    got = called.value()
    if isinstance(got, Problem):
        return Finding("loss", 0, str(got), str(case), observed=got)
    if not isinstance(got, torch.Tensor) or got.numel() != 1:
        kind = f"a tensor of shape {tuple(got.shape)}" if isinstance(got, torch.Tensor) else f"a {type(got).__name__}"
        kind = "nothing (None)" if got is None else kind
        return Finding("loss", 0, f"tagging_loss gives {kind}; it is to be one number", str(case), observed=str(kind))
    right = values(got.reshape(()).float(), expected.detach().float(), case, idea="loss")
    if right.share < 1:
        return right
    large = torch.full(got.shape, 100.0, dtype=got.dtype)  # a gradient that was clipped on its way is not this large
    gradient = function.subject.grad([called], [large], [there]).value()
    if isinstance(gradient, list) and isinstance(gradient[0], torch.Tensor):
        gradient = [gradient[0].float()]
    return same_gradients(["the logits"], gradient, [100 * slope.float()], case, idea="loss")
