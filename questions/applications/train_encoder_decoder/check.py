"""translator is held to numbers in words that were not there to learn from."""

import math
import random

import torch

from unrolled.checking.draw import seed_of
from unrolled.checking.question import question
from unrolled.checking.sequential import estimate
from unrolled.checking.verdict import Finding

from ..network import speak
from ..shared import padded
from ..trained import gate, trained_findings

_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
)
ONES, TENS = _WORDS.split()[:20], _WORDS.split()[20:]
NUMBER_WORDS = ["<pad>", "<start>", "<end>", *ONES, *TENS, "hundred", "thousand", "and"]
DIGITS = ["<pad>", *"0123456789"]


def in_words(n):
    if n < 20:
        return [ONES[n]]
    if n < 100:
        return [TENS[n // 10 - 2], *([ONES[n % 10]] if n % 10 else [])]
    if n < 1000:
        return [ONES[n // 100], "hundred", *(["and", *in_words(n % 100)] if n % 100 else [])]
    rest = n % 1000
    return [ONES[n // 1000], "thousand", *(["and"] if 0 < rest < 100 else []), *(in_words(rest) if rest else [])]


_rng = random.Random(0)
_SMALL, _LARGE = _rng.sample(range(1000), 1000), _rng.sample(range(1000, 10_000), 9000)
TRAIN_NUMBERS, VALID_NUMBERS = _SMALL[:400] + _LARGE[:1600], _SMALL[400:500] + _LARGE[1600:1900]
HELD_OUT_NUMBERS = _SMALL[500:] + _LARGE[1900:]

# Translations without a mistake: the reference 0.96, the naive ways (the commonest words, the nearest known number) 0.
TRANSLATED, BY_LENGTH = 0.80, 0.70


@question(
    "train_encoder_decoder",
    name="translator",
    marks={"accuracy": 3, "digits": 1, "network": 1, "budget": 1},
    budget=40_000,
    builds_on={"EncoderDecoder": "translator"},
)
def train_encoder_decoder(model, draw):
    """On numbers that were not there to learn from; the network reads its own words, which pass through here."""
    cost = model.subject.spent(model).value()
    (case,) = draw.cases(strided=False)

    def judge(network):
        rng = random.Random(seed_of(draw.salt, draw.question, "numbers"))
        kinds = []

        def right(digits):
            pool = [n for n in HELD_OUT_NUMBERS if digits in (None, len(str(n)))]
            numbers = rng.sample(pool, 150)
            source = padded([[DIGITS.index(digit) for digit in str(n)] for n in numbers])
            spoken, _ = speak(network, source, 12, len(NUMBER_WORDS))
            wanted = [[NUMBER_WORDS.index(word) for word in in_words(n)] for n in numbers]
            kinds.append(_kind_of_speaker(spoken, wanted))
            return torch.tensor([float(a == b) for a, b in zip(spoken, wanted, strict=True)])

        every = estimate(lambda: right(None), TRANSLATED, most=3000)
        says = f"{every.share:.1%} of {every.strings:,} numbers without a mistake"
        yield gate("accuracy", every, TRANSLATED, says, kinds[0])
        by_digits = {d: estimate(lambda d=d: right(d), BY_LENGTH, most=1500) for d in (3, 4)}
        failing = [d for d, found in by_digits.items() if not found.above(BY_LENGTH)]
        told = ", ".join(f"{d} digits: {found.share:.0%}" for d, found in by_digits.items())
        yield Finding("digits", float(not failing), told, observed=[kinds[0], len(failing)])

    yield from trained_findings(model, case, cost, draw.budget, ("accuracy", "digits", "network", "budget"), judge)


def _kind_of_speaker(spoken, wanted):
    """What is wrong with its translations, in words."""
    pairs = list(zip(spoken, wanted, strict=True))
    first = sum(s[:1] == w[:1] for s, w in pairs) / len(pairs)
    if len(set(map(tuple, spoken))) == 1:
        return "Whatever the number, it says the same"
    if sum(len(s) == 12 for s in spoken) / len(pairs) > 0.7:
        return "It does not stop talking" + (", though the first word is right" if first > 0.8 else "")
    if sum(not s for s in spoken) / len(pairs) > 0.5:
        return "It says END at once"
    if sum(s[:1] != w[:1] and s[-1:] == w[-1:] for s, w in pairs) / len(pairs) > 0.5:
        return "The last word is right, and the first is not"
    share = sum(s == w for s, w in pairs) / len(pairs)
    if share > 0.5:
        return "Most numbers are right"
    if first > 0.8:
        places = [sum(x == y for x, y in zip(s, w, strict=False)) / len(w) for s, w in pairs]
        return f"It begins right; {math.floor(10 * sum(places) / len(places)) * 10}% of the words are in their place"
    return f"The words are mostly wrong, the first one too ({math.floor(10 * first) * 10}% right)"
