"""Both taggers: a row of logits for each word, rows that do not mix, gradients that arrive."""

import torch
import torch.nn.functional as F

from unrolled.checking.verdict import Finding

from .network import FELT, Unreadable, differ
from .untrained import drawn_tokens, gradients_reach, ragged, readable, twice


def tagger_findings(network, case, ideas, look):
    """What both taggers have in common. look: the rest, as findings for `ideas`."""
    x, lengths = ragged(case)
    shape = (case.B, case.T, case.C)
    try:
        logits = network.logits(x, shape=shape)
    except Unreadable as fault:
        for idea in ("shape", *ideas, "batch", "gradients"):
            yield Finding(idea, 0, str(fault), str(case), observed=fault.observed)
        return
    yield readable("shape", _shape_of_tags, network, x, case)
    yield readable("batch", _rows_of_tags, network, case)
    yield from look(network, x, lengths, logits, case)
    if case.T > 1:
        yield readable("gradients", _gradients_of_tags, network, "context" in ideas, case)


def _shape_of_tags(network, x, case):
    """Also for a batch whose last columns are nothing but padding."""
    try:
        network.logits(F.pad(x, (0, 2)), shape=(case.B, case.T + 2, case.C))
    except Unreadable as fault:
        says = f"with two columns of nothing but padding: {fault}"
        return Finding("shape", 0, says, str(case), observed=fault.observed)
    return Finding("shape", 1, f"{(case.B, case.T, case.C)} for {case}", str(case))


def _rows_of_tags(network, case):
    x, shape = drawn_tokens(case, case.B, case.T), (case.B, case.T, case.C)
    fault = twice(network, (x,), shape)
    if fault:
        return Finding("batch", 0, fault, str(case), observed=fault)
    logits = network.logits(x, shape=shape)
    for row in range(case.B):
        alone = network.logits(x[row : row + 1], shape=(1, *shape[1:]))
        if differ(alone[0], logits[row]):
            says = f"row {row} gives something else alone: rows mix, or the batch is taken for the time"
            return Finding("batch", 0, says, str(case), observed=[says, alone - logits[row]])
    return Finding("batch", 1, "every row as if it were alone, and every call as the first", str(case))


def steps_that_feel(network, case):
    """Which steps notice another word in the middle of a sentence without padding: (T,) bools, and the step."""
    x = torch.stack([torch.randperm(case.V - 2, generator=case.generator)[: case.T] + 1 for _ in range(3)])
    shape, step, other = (3, case.T, case.C), case.T // 2, x.clone()
    other[:, step] = case.V - 1
    difference = network.logits(other, shape=shape) - network.logits(x, shape=shape)
    return difference.abs().amax(dim=(0, 2)) > FELT, step


def _gradients_of_tags(network, both, case):
    x = drawn_tokens(case, case.B, case.T, lowest=2)
    x[:, 0], x[:, -1] = case.V - 1, 1  # words that stand there and nowhere else
    logits = network.logits(x, shape=(case.B, case.T, case.C))
    places = [((slice(None), -1), case.V - 1), *([((slice(None), 0), 1)] if both else [])]
    return gradients_reach(network, (x,), logits, places, case)
