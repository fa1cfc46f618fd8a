"""SentimentRNN is held to its own logits: for rows that are padded, alone, or in another order."""

import torch
import torch.nn.functional as F

from unrolled.checking.question import question
from unrolled.checking.verdict import Finding

from ..network import FELT, SAME, Unreadable, differ
from ..untrained import drawn_tokens, gradients_reach, made_network, ragged, readable, twice


@question(
    "sentiment",
    name="SentimentRNN",
    marks={"shape": 1, "padding": 5, "order": 2, "batch": 2, "gradients": 3},
)
def sentiment(network_class, draw):
    """One row of logits for each sentence, whatever network makes it: padding, order, rows, gradients."""
    for case in draw.cases(B=[1, 4], T=[1, 9], V=[13], E=[5], H=[7], C=[2, 3], strided=False):
        network = made_network(network_class, case, case.V, case.E, case.H, case.C)
        x, lengths = ragged(case)
        try:
            logits = network.logits(x, shape=(case.B, case.C))
        except Unreadable as fault:
            for idea in ("shape", "padding", "order", "batch", "gradients"):
                yield Finding(idea, 0, str(fault), str(case), observed=fault.observed)
            return
        yield Finding("shape", 1, f"{tuple(logits.shape)} for {case}", str(case))
        yield readable("padding", _padding_of_verdicts, network, x, lengths, logits, case)
        yield readable("batch", _rows_of_verdicts, network, case)
        if case.T > 1:
            yield readable("order", _order, network, case)
            yield readable("gradients", _gradients_of_verdicts, network, case)


def _padding_of_verdicts(network, x, lengths, logits, case):
    longer = network.logits(F.pad(x, (0, 3)), shape=logits.shape)
    if differ(longer, logits):
        says = "three more zeros behind all rows change the logits: is the last step of the tensor read?"
        return Finding("padding", 0, says, str(case), observed=[says, longer - logits])
    for row, words in enumerate(lengths.tolist()):
        alone = network.logits(x[row : row + 1, :words], shape=(1, case.C))
        if differ(alone[0], logits[row]):
            says = f"a row of {words} words gives something else alone than padded to {case.T}"
            return Finding("padding", 0, says, str(case), observed=[says, alone - logits[row]])
    return Finding("padding", 1, "every row as if it were alone", str(case))


def _rows_of_verdicts(network, case):
    """Rows of one length: no padding that could be to blame."""
    x = drawn_tokens(case, case.B, case.T)
    fault = twice(network, (x,), (case.B, case.C))
    if fault:
        return Finding("batch", 0, fault, str(case), observed=fault)
    logits = network.logits(x, shape=(case.B, case.C))
    for row in range(case.B):
        alone = network.logits(x[row : row + 1], shape=(1, case.C))
        if differ(alone[0], logits[row]):
            says = f"row {row} gives something else alone: rows mix, or the batch is taken for the time"
            return Finding("batch", 0, says, str(case), observed=[says, alone - logits[row]])
    return Finding("batch", 1, "every row as if it were alone, and every call as the first", str(case))


def _order(network, case):
    """Sentences of different words, three at once; another first word, and the words in another order."""
    x = torch.stack([torch.randperm(case.V - 2, generator=case.generator)[: case.T] + 1 for _ in range(3)])
    logits = network.logits(x, shape=(3, case.C))
    for place, which in ((0, "first"), (-1, "last")):
        other = x.clone()
        other[:, place] = case.V - 1
        if (network.logits(other, shape=(3, case.C)) - logits).abs().max() <= FELT:
            says = f"another {which} word changes nothing at the end"
            return Finding("order", 0, says, str(case), observed=says)
    moved = (network.logits(x.flip(1), shape=(3, case.C)) - logits).abs().max()
    if moved <= SAME:
        says = "the words in reverse order give the same logits"
        return Finding("order", 0, says, str(case), observed=says)
    return Finding("order", 1, "the first word and the last one count, and so does the order", str(case))


def _gradients_of_verdicts(network, case):
    x = drawn_tokens(case, case.B, case.T)
    x[:, 0] = case.V - 1  # a word that stands there and nowhere else
    logits = network.logits(x, shape=(case.B, case.C))
    return gradients_reach(network, (x,), logits, [((slice(None),), case.V - 1)], case)
