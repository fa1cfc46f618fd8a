"""Both taggers: a row of logits for each word, rows that do not mix, and which words each row of logits depends on."""

import torch.nn.functional as F

from unrolled.checking.verdict import Finding

from .network import FELT, SAME
from .slopes import Words, limited, slopes
from .untrained import batches, drawn_tokens, felt, made_network, no_word_twice, places_of, shaped, silent, tried


def tagger_findings(network_class, draw, idea, both, padding=None):
    """What both taggers have in common. idea: what it costs where a word is not felt, or where it must not be.

    both: does a word reach the steps before it too? padding: how padding is asked, or None.
    """
    sizes = [
        dict(B=[1, 3], T=[1, 8], V=[13], E=[5], H=[7], C=[6]),
        dict(B=[5], T=[6], V=[11], E=[4], H=[5], C=[4]),
        dict(B=[3], T=[4], V=[9], E=[1], H=[1], C=[1]),
        dict(B=[3], T=[70], V=[40], E=[5], H=[8], C=[4]),
    ]
    for case in (case for size in sizes for case in draw.cases(**size, strided=False)):
        numbers = (case.V, case.E, case.H, case.C)
        yield from batches(
            network_class, case, numbers, lambda steps, case=case: (case.B, steps, case.C), padding, per_word=True
        )
        if case.H > 1:
            x = F.pad(drawn_tokens(case, case.B, case.T), (0, 2))
            network = made_network(network_class, case, [x[:, : case.T]], *numbers)
            note = "two columns of nothing but padding more"
            yield shaped(network, [x], (case.B, case.T + 2, case.C), case, note)

    for far in (False, True):
        steps = dict(B=[4], T=[70], V=[300]) if far else dict(B=[7], T=[8], V=[70])
        for case in draw.cases(**steps, E=[5], H=[7], C=[6], strided=False):
            yield from _words(network_class, case, idea, both, far)


def _words(network_class, case, idea, both, far):
    shape, places = (case.B, case.T, case.C), places_of(case, case.T)

    def make():
        x = no_word_twice(case, case.B, case.T, case.V)
        return made_network(network_class, case, [x], case.V, case.E, case.H, case.C, far=far), [x]

    yield shaped(*make(), shape, case)
    context = tried(lambda: _context(make, case, idea, both, places, shape), idea, case)
    yield context
    ends = [(slice(None), -1), (slice(None), 0)][: 1 + both]
    words = [Words(0, case.V, places, ends)]
    yield tried(lambda: slopes(make, shape, words, case, excused=context.share < 1), "gradients", case)
    if not far:
        yield tried(lambda: limited(make, shape, case.C, case), "gradients", case)


def _context(make, case, idea, both, places, shape):
    def reached(effects, dtype):
        return all((effects[i, 0 if both else p :] > FELT[dtype]).all() for i, p in enumerate(places))

    effects, network, ids = felt(make, 0, places, case.V - 1, shape, reached)  # (P, T): where, and at which step
    says = ""
    for row, place in zip(effects, places, strict=True):
        alive = ~silent(row, network.dtype) if both else ~silent(row[place:], network.dtype)
        before, after = (alive[:place], alive[place + 1 :]) if both else (alive[:0], alive[1:])
        own = bool(alive[place if both else 0])
        if not both and (row[:place] > SAME[network.dtype]).any():
            says = "a later word changes an earlier tag's logits: this network is to read from left to right"
        elif not own:
            says = "a word has no effect on its own logits"
        elif not after.all() and not after.any():
            says = "a word has no effect on the logits after it: nothing is carried from step to step"
        elif not before.all() and not before.any():
            says = "a word has no effect on the logits before it"
        elif not (before.all() and after.all()):
            step = (~alive).nonzero()[-1].item() + (0 if both else place)
            says = f"a word at step {place} is not felt at step {step}"
        if says:
            return Finding(idea, 0, says, str(case), observed=[says, effects])
    logits = network.logits(*ids, shape=shape)
    if not network.differ(logits[:, 1:], logits[:, :-1]):
        says = "every word of a sentence gets the same logits"
        return Finding(idea, 0, says, str(case), observed=[says, logits])
    how = "at every step, before it and after it" if both else "at its own step and at later ones, and never before"
    return Finding(idea, 1, f"a word is felt {how}", str(case))
