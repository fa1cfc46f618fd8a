"""BidirectionalRNN is held to feeling every word at every step, and no padding."""

import torch

from unrolled.checking.question import question
from unrolled.checking.verdict import Finding

from ..network import differ
from ..tagger import steps_that_feel, tagger_findings
from ..untrained import made_network, readable


@question(
    "bidirectional_tagger",
    name="BidirectionalRNN",
    marks={"shape": 1, "context": 4, "padding": 3, "batch": 1, "gradients": 2},
)
def bidirectional_tagger(network_class, draw):
    """Every word's logits depend on the words before and after it, and on no padding."""
    for case in draw.cases(B=[1, 4], T=[1, 8], V=[13], E=[5], H=[7], C=[6], strided=False):
        network = made_network(network_class, case, case.V, case.E, case.H, case.C)
        yield from tagger_findings(network, case, ("context", "padding"), _both_sides)


def _both_sides(network, x, lengths, logits, case):
    if case.T > 1:
        yield readable("context", _context, network, case)
    yield readable("padding", _padding_of_tags, network, x, lengths, logits, case)


def _context(network, case):
    felt, step = steps_that_feel(network, case)
    x = torch.stack([torch.randperm(case.V - 2, generator=case.generator)[: case.T] + 1 for _ in range(3)])
    logits, says = network.logits(x, shape=(3, case.T, case.C)), ""
    if not differ(logits[:, 1:], logits[:, :-1]):
        says = "every word of a sentence gets the same logits"
    elif not felt[step]:
        says = "a word has no effect on its own logits"
    elif not felt[step + 1 :].all():
        says = "a word has no effect on the logits after it" if not felt[step + 1 :].any() else "not all steps feel it"
    elif not felt[:step].all():
        says = "a word has no effect on the logits before it" if not felt[:step].any() else "not all steps feel it"
    if says:
        return Finding("context", 0, says, str(case), observed=[says, felt.tolist()])
    return Finding("context", 1, "a word is felt at every step, before and after it", str(case))


def _padding_of_tags(network, x, lengths, logits, case):
    for row, words in enumerate(lengths.tolist()):
        alone = network.logits(x[row : row + 1, :words], shape=(1, words, case.C))
        if differ(alone[0], logits[row, :words]):
            says = f"a row of {words} words gives something else alone than padded to {case.T}"
            return Finding("padding", 0, says, str(case), observed=[says, alone[0] - logits[row, :words]])
    return Finding("padding", 1, "every row as if it were alone", str(case))
