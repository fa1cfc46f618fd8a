"""What another letter, row or delay changes in the logits."""

import torch

from unrolled.checking.parity import close
from unrolled.checking.verdict import Finding

from .network import log_probabilities
from .shared import N, drawn_letters

CHANGED, LATER, FELT = 2, 4, 1e-6


def with_another(letters, rows):
    """The same letters with another one at step CHANGED of some rows."""
    other = letters.clone()
    other[rows, CHANGED] = other[rows, CHANGED] % N + 1
    return other


def time_order(network, letters, delays, logits, case):
    """Another letter in row 0: earlier outputs stay, and those LATER steps on still notice it."""
    if not close(network.logits(letters, delays), logits):
        says = "two calls with the same letters differ, so that past and future cannot be told apart"
        return Finding("time", 0, says, str(case), observed="two calls differ")
    moved = network.logits(with_another(letters, slice(1)), delays)
    felt = (moved - logits).abs().amax(dim=2) > FELT  # (B, T)
    last = int(felt[0].nonzero().max()) - CHANGED if felt[0].any() else -1  # steps later, for the last time
    says = ""
    if close(logits[:, 1:], logits[:, :-1]):
        says = "every step of a string gives the same: is the last state used for all of them?"
    elif close(logits.sum(dim=1), torch.ones(case.B, logits.shape[2])):
        says = "each class adds up to 1 over the steps: is that a softmax along the wrong axis?"
    elif not close(moved[0, :CHANGED], logits[0, :CHANGED]):
        says = "a later letter changes an earlier output: nobody can know the future"
    elif not felt[0, CHANGED]:
        says = "a letter has no effect on the output of its own step"
    elif last == 0:
        says = "a letter has an effect at its own step only: nothing is carried to the next"
    elif last < LATER:
        says = f"{last + 1} steps later a letter has no effect any more"
    if says:
        return Finding("time", 0, says, str(case), observed=[says, felt.tolist()])
    return Finding("time", 1, f"a letter is felt {LATER} steps later, and never before it was read", str(case))


def rows_alone(network, letters, delays, logits, case):
    """Alone or among others, at the first call or later, in eval mode: always the same."""
    if not close(network.logits(letters, delays), logits):
        says = "two calls with the same letters differ: something is kept from one call to the next"
        return Finding("batch", 0, says, str(case), observed="kept")
    network.seed += 1
    drawn = not close(network.logits(letters, delays), logits)
    network.seed -= 1
    if drawn:
        says = "two calls with the same letters differ: in eval mode too, something is drawn anew at each call"
        return Finding("batch", 0, says, str(case), observed="drawn")
    for row in range(case.B):
        one = slice(row, row + 1)
        alone = network.logits(letters[one], None if delays is None else delays[one])
        if not close(alone, logits[one]):
            why = "the batch is taken for time" if delays is None else "one's delay serves others"
            says = f"row {row} gives something else alone than in the batch: rows mix, or {why}"
            return Finding("batch", 0, says, str(case), observed=logits[one])
    return Finding("batch", 1, "every row as if it were alone, and every call as the first", str(case))


def delay_chooses(network, case):
    """Each delay differs from the next; and what one changes in the log-probabilities depends on what was read."""
    letters, at = drawn_letters(case, 7, case.T), []
    for delay in range(case.D + 1):
        delays = torch.full((7,), delay)
        delays[-1] = case.D  # whoever measures delays by the longest of the batch pays for it under "batch" alone
        at.append(log_probabilities(network.logits(letters, delays))[:-1])  # (6, T, C)
    same = [d for d in range(case.D) if (at[d + 1] - at[d]).abs().max() <= FELT]
    if len(same) == case.D:
        return Finding("delays", 0, "the delay has no effect", str(case), observed="no effect")
    if same:
        says = f"delay {same[0]} and delay {same[0] + 1} give the same"
        return Finding("delays", 0, says, str(case), observed=same)
    difference = at[1] - at[case.D - 1]
    difference = difference - difference.mean(dim=-1, keepdim=True)  # softmax does not see a constant
    if (difference - difference[:1, :1]).abs().max() <= 1e-5:
        says = "another delay adds the same numbers to the logits whatever was read, so it cannot choose a letter"
        return Finding("delays", 0, says, str(case), observed="adds")
    return Finding("delays", 1, "the delay chooses", str(case))
