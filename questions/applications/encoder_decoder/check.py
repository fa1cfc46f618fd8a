"""EncoderDecoder is held to its own logits: which tokens they depend on, and what they translate to."""

import torch

from unrolled.checking.question import question
from unrolled.checking.verdict import Finding

from ..network import FELT, SAME
from ..padding import padding
from ..shared import END
from ..slopes import Words, limited, slopes
from ..untrained import batches, felt, made_network, no_word_twice, places_of, shaped, silent, tried, unfelt
from .translation import Translation


@question(
    "encoder_decoder",
    name="EncoderDecoder",
    marks={"shape": 1, "teacher": 4, "source": 2, "padding": 1, "gradients": 1, "translate": 3},
)
def encoder_decoder(network_class, draw):
    """Who knows what: step t of the decoder knows the source and the true tokens before t, and nothing else."""
    lost = set()
    for finding in _forward(network_class, draw):
        lost |= {finding.idea} if finding.share < 1 and not finding.barred else set()
        yield finding
    yield from Translation(network_class, draw, follows=not lost & {"shape", "teacher", "source"}).findings()


def _forward(network_class, draw):
    """V counts the characters of the source, W the words of the target."""
    sizes = [
        dict(B=[1, 3], T=[1, 5], U=[6], V=[11], W=[13], H=[8]),
        dict(B=[6], T=[4], U=[1], V=[11], W=[13], H=[6]),
        dict(B=[2], T=[3], U=[3], V=[7], W=[9], H=[1]),
        dict(B=[3], T=[70], U=[4], V=[11], W=[13], H=[8]),
    ]
    for case in (case for size in sizes for case in draw.cases(**size, strided=False)):
        target = torch.randint(END, case.W, (case.B, case.U), generator=case.generator)
        asked = dict(rest=[target], rows="source", kept="teacher")
        shape = lambda _, case=case: (case.B, case.U, case.W)  # noqa: E731
        yield from batches(network_class, case, (case.V, case.W, case.H), shape, padding, **asked)

    sizes = [
        dict(B=[6], T=[4], U=[5], V=[30], W=[60], H=[6], far=[0]),
        dict(B=[2], T=[5], U=[70], V=[20], W=[190], H=[8], far=[1]),
        dict(B=[2], T=[70], U=[3], V=[190], W=[17], H=[8], far=[1]),
    ]
    for case in (case for size in sizes for case in draw.cases(**size, strided=False)):
        yield from _who_knows_what(network_class, case)


def _who_knows_what(network_class, case):
    shape = (case.B, case.U, case.W)

    def make():
        source = no_word_twice(case, case.B, case.T, case.V)
        target = no_word_twice(case, case.B, case.U, case.W - END) + END
        sizes = (case.V, case.W, case.H)
        return made_network(network_class, case, [source, target], *sizes, far=case.far), [source, target]

    yield shaped(*make(), shape, case)
    teacher = tried(lambda: _teacher(make, shape, case), "teacher", case)
    source = tried(lambda: _source(make, shape, case), "source", case)
    yield teacher
    yield source
    last = [(slice(None), -1, 0)]
    words = [Words(0, case.V, places_of(case, case.T), last), Words(1, case.W, places_of(case, case.U - 1), last)]
    excused = min(teacher.share, source.share) < 1
    yield tried(lambda: slopes(make, shape, words, case, excused), "gradients", case)
    if not case.far:
        yield tried(lambda: limited(make, shape, case.W, case), "gradients", case)


def _teacher(make, shape, case):
    places = places_of(case, case.U)

    def reached(effects, dtype):
        return all((row[place + 1 :] > FELT[dtype]).all() for row, place in zip(effects, places, strict=True))

    effects, network, _ = felt(make, 1, places, case.W - 1, shape, reached)  # (P, U): where, and at which step
    for row, place in zip(effects, places, strict=True):
        dead, says = silent(row[place + 1 :], network.dtype), ""
        if (row[: place + 1] > SAME[network.dtype]).any():
            says = "a step knows the true token that it is to say, or a later one: the decoder reads the answer"
        elif dead.any() and dead[0]:
            says = "the true token before has no effect: does the decoder read its own words, or always the same?"
        elif dead.any():
            says = f"the true token {place} is not felt at step {place + 1 + int(dead.nonzero()[0])}, though before it"
        if says:
            return Finding("teacher", 0, says, str(case), observed=[says, effects])
    return Finding("teacher", 1, "each step knows the true tokens before it, and no other", str(case))


def _source(make, shape, case):
    places = places_of(case, case.T)
    dead, effects = unfelt(make, 0, places, case.T, case.V - 1, shape)
    if dead:
        which = {0: "the first character", case.T - 1: "the last character"}.get(dead[0], f"character {dead[0]}")
        says = f"{which} of the source has no effect on any step"
        return Finding("source", 0, says, str(case), observed=[says, effects])

    def reached(effects, dtype):
        return bool((effects > FELT[dtype]).all())

    effects, network, _ = felt(make, 0, places, case.V - 1, shape, reached)  # (P, U)
    for row, place in zip(effects, places, strict=True):
        steps = silent(row, network.dtype).nonzero()
        if len(steps) and (row > FELT[network.dtype]).any():
            says = f"character {place} of the source has no effect on step {int(steps[0])} of the decoder"
            return Finding("source", 0, says, str(case), observed=[says, effects])
    return Finding("source", 1, "every step depends on every character of the source", str(case))
