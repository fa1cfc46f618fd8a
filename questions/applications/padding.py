"""Zeros behind a row's end: they change nothing, however many there are and whatever stands in the other rows."""

import torch

from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from .network import Unreadable, differ
from .untrained import cut_to

FORGOTTEN = 1e-6  # share of the largest logit: after so many zeros, nothing of a row is left in a state that read them
MANY = 200


def padding(network, x, shape, case, rest=(), per_word=False, mixed=False):
    """x: (B, T) ids, rows of any lengths. shape(steps): of the logits. rest: what goes in beside x.

    per_word: logits belong to words; only those are compared. mixed: do rows mix? Then a row is only asked among copies
    of itself. A call that fails for padded rows alone costs here, a wrong shape or a row of one word where shapes are.
    """
    found, compared = None, False
    lengths = (x != 0).sum(dim=1).tolist()
    for row, words in enumerate(lengths):
        copies, beside = x[row : row + 1].expand_as(x), [r[row : row + 1].expand_as(r) for r in rest]
        try:
            alone = network.logits(cut_to(copies, words), *beside, shape=shape(words))
        except Unreadable as fault:
            found = found or Finding("padding", 0, str(fault), str(case), observed=fault.observed, barred=True)
            continue
        batches = [(cut_to(copies, words, case.T + more), beside, slice(None)) for more in (0, 3)]
        batches += [(x, rest, slice(row, row + 1))] * (not mixed)
        for batch, beside_it, rows in batches:
            try:
                padded = network.logits(batch, *beside_it, shape=shape(batch.shape[1]), places=_words(batch, per_word))
            except Unreadable as fault:
                barred = not isinstance(fault.observed, Problem)  # a wrong shape: told by shape
                says = f"with rows of {sorted(set(lengths))} words: {fault}"
                found = Finding("padding", 0, says, str(case), observed=fault.observed, barred=barred)
                if barred:
                    continue
                return found
            now, wanted, compared = padded[rows], alone[rows], compared or batch.shape[1] > words
            now = now[:, :words] if per_word else now
            if network.differ(now, wanted):
                says = f"a row of {words} gives something else alone than "
                zeros = batch.shape[1] - words
                says += "beside rows of other lengths" if batch is x else f"with {zeros} zeros behind it"
                if not per_word:
                    says += _why(network, copies, words, beside, shape)
                return Finding("padding", 0, says, str(case), observed=[says, now - wanted])
    if found and not compared:
        return found
    return Finding("padding", 1, "every row as if there were no zeros behind it", str(case))


def _words(batch, per_word):
    return batch != 0 if per_word else None


def _why(network, copies, words, beside, shape):
    """Which way the zeros get in, as far as it shows: after very many of them a state that has read them knows nothing
    of the row; a step behind its end does not mind how many there are; and who reads them first, from the right, does
    not mind a few more than very many, as a mean does."""
    many = cut_to(copies, words, MANY)
    other = torch.where(many == 1, 2, many.clamp(max=1))  # another word at each place
    try:
        here, there = network.several([[many, *beside], [other, *beside]], shape(MANY))
        alone, one, two, more = (
            network.logits(cut_to(copies, words, steps), *beside, shape=shape(steps))
            for steps in (words, words + 1, words + 2, MANY + 3)
        )
    except Unreadable:
        return ""
    if not (network.differ(alone, one) or network.differ(alone, here)):
        return "; among rows of its own length it does not: is one length taken for all?"
    if not differ(here, there, FORGOTTEN):
        return f"; with {MANY} of them nothing is left of it: a state is read behind the padding"
    if not network.differ(one, two):
        return "; one of them does the same as two: the step behind its end is read"
    if not network.differ(here, more):
        return "; what is read from right to left begins in the padding: it has to begin at the row's own last word"
    return "; padding has a weight: a place in a mean, a share in a softmax"
