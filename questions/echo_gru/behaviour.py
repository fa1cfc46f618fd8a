"""What a trained network does, in words."""

import torch

from .network import log_probabilities
from .shared import CHANCE, FLOOR, MAX_DELAY, N, asked, drawn_letters, echo_of, text_of

UNDECIDED = 0.15  # the probability of the likeliest class, on average: 0.06 to 0.1 before training, 0.3 and more after


def behaviour_of(network, case, delays, length):
    """What the network does, in words: the same words for the same misconception, whatever its weights."""
    several = len(delays) > 1
    chosen = torch.tensor(list(delays)).repeat_interleave(180 // len(delays))
    letters = drawn_letters(case, len(chosen), length)
    logits = network.logits(letters, asked(chosen, several))
    best = logits.argmax(dim=-1)
    said = torch.where(best <= N, best, 0)
    if (said == 0).float().mean() > FLOOR:
        return "It says nothing but blanks"
    if log_probabilities(logits).log_softmax(-1).amax(-1).exp().mean() < UNDECIDED:
        return "It has no preference: at every step all classes are about equally likely, as before any training"
    off, share = _best_shift(said, letters, chosen)
    if several:
        gives = [_best_shift(said[chosen == d], letters[chosen == d], chosen[chosen == d]) for d in delays]
        if all(part > 0.5 for _, part in gives) and any(late for late, _ in gives):
            told = ", ".join(str(d + late) for d, (late, _) in zip(delays, gives, strict=True))
            return f"Asked for the delays 0 to {MAX_DELAY}, it gives the delays {told}"
    elif share > CHANCE and off:
        return f"The letters come out {abs(off)} step{'s' if abs(off) > 1 else ''} {'late' if off > 0 else 'early'}"
    unsaid = set(range(1, N + 1)) - set(said.flatten().tolist())
    if len(unsaid) >= 5 and unsaid == set(range(min(unsaid), N + 1)):
        return f"It never says one of the letters {text_of(torch.tensor([min(unsaid)]))} to z"
    return _partly(said, letters, chosen, share)


def _best_shift(said, letters, chosen):
    """(steps late, share right there): the delay at which most of what is said agrees with what was read."""
    length, shares = letters.shape[1], {}
    for off in range(-MAX_DELAY, length // 2):
        place = torch.arange(length) - (chosen + off).unsqueeze(1)
        there = (place >= 0) & (place < length)
        right = said == letters.gather(1, place.clamp(0, length - 1))
        shares[off] = (right & there).sum().item() / max(1, there.sum().item())
    best = max(shares, key=shares.get)
    return best, shares[best]


def _partly(said, letters, chosen, share):
    """Right in part, or not at all: which steps are right, and are there blanks in front?"""
    counted = torch.arange(letters.shape[1]) >= chosen.unsqueeze(1)
    right = (said == echo_of(letters, chosen)).float()
    by_step = [right[:, t][counted[:, t]].mean().item() for t in range(int(chosen.min()), letters.shape[1])]
    silent = (said[~counted] == 0).float().mean() > FLOOR if (~counted).any() else True
    if share < CHANCE and max(by_step) > FLOOR:
        return "It is right at a single step, and guesses at the others"
    if share < CHANCE:
        return "It waits in silence for the right time, and then guesses" if silent else "The letters are guessed"
    if by_step[0] > 0.9 and by_step[-1] < 0.5:
        return "It begins right, and fails later in the string"
    if by_step[0] < 0.5 and by_step[-1] > 0.9:
        return "It is right at the end of a string only"
    return "The delay is right, and some letters are not" if share > 0.5 else "Only a part of the letters is right"
