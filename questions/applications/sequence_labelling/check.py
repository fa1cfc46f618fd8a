"""SequenceLabelingRNN is held to reading from left to right, tagging_loss to the mean over real words."""

import torch

from unrolled.checking.parity import same_gradients, values
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import PAD
from ..tagger import steps_that_feel, tagger_findings
from ..untrained import made_network, readable


@question(
    "sequence_labelling",
    name="SequenceLabelingRNN",
    marks={"shape": 2, "time": 3, "batch": 2, "gradients": 2, "loss": 4},
)
def sequence_labelling(network_class, draw):
    """A row of logits for each word, from left to right; and a loss that padding has no part in."""
    for case in draw.cases(B=[1, 4], T=[1, 8], V=[13], E=[5], H=[7], C=[6], strided=False):
        network = made_network(network_class, case, case.V, case.E, case.H, case.C)
        yield from tagger_findings(network, case, ("time",), _left_to_right)
    loss = network_class.subject.look_up("tagging_loss")
    for case in draw.cases(B=[1, 3], T=[1, 5], C=[4], strided=False):
        yield _loss(loss, case)


def _left_to_right(network, x, lengths, logits, case):
    if case.T > 1:
        yield readable("time", _time, network, case)


def _time(network, case):
    felt, step = steps_that_feel(network, case)
    says = ""
    if felt[:step].any():
        says = "a later word changes an earlier tag's logits: this network is to read from left to right"
    elif not felt[step]:
        says = "a word has no effect on its own logits"
    elif not felt[step + 1 :].any():
        says = "a word has an effect on its own logits only: nothing is carried to the next step"
    elif not felt[step:].all():
        says = "some steps after a word do not notice it"
    if says:
        return Finding("time", 0, says, str(case), observed=[says, felt.tolist()])
    return Finding("time", 1, "a word is felt at its own step and at later ones, and never before", str(case))


def _loss(function, case):
    """Against the mean over real words, and its gradient; logits are ours, so that the network has no part in it."""
    logits, tags = case.normal(case.B, case.T, case.C, scale=2.0), torch.randint(1, case.C, (case.B, case.T))
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
        return Finding("loss", 0, f"tagging_loss gives {kind}; it is to be one number", str(case), observed=str(kind))
    right = values(got.reshape(()), expected.detach(), case, idea="loss")
    if right.share < 1:
        return right
    gradient = function.subject.grad([called], [torch.ones(got.shape)], [there]).value()
    return same_gradients(["the logits"], gradient, [slope], case, idea="loss")
