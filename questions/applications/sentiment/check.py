"""SentimentRNN is held to its own logits: for rows that are padded, alone, or in another order."""

from unrolled.checking.question import question
from unrolled.checking.verdict import Finding

from ..padding import padding
from ..slopes import Words, limited, slopes
from ..untrained import TRIES, batches, made_network, no_word_twice, places_of, shaped, tried, unfelt


@question(
    "sentiment",
    name="SentimentRNN",
    marks={"shape": 1, "padding": 4, "order": 2, "batch": 1, "gradients": 2},
)
def sentiment(network_class, draw):
    """One row of logits for each sentence, whatever network makes it: padding, order, rows, gradients.

    One row, one word and one unit show what is squeezed away, B = H what fails elsewhere; seventy words are more than
    the notebook ever shows.
    """
    sizes = [
        dict(B=[1, 3], T=[1, 9], V=[13], E=[5], H=[7], C=[3]),
        dict(B=[5], T=[6], V=[11], E=[4], H=[5], C=[2]),
        dict(B=[3], T=[4], V=[9], E=[1], H=[1], C=[1]),
        dict(B=[3], T=[70], V=[40], E=[5], H=[8], C=[2]),
    ]
    for case in (case for size in sizes for case in draw.cases(**size, strided=False)):
        numbers, shape = (case.V, case.E, case.H, case.C), (case.B, case.C)
        yield from batches(network_class, case, numbers, lambda _, shape=shape: shape, padding)

    for case in draw.cases(B=[9], T=[9], V=[90], E=[5], H=[9], C=[3], strided=False):
        yield from _far_words(network_class, case, far=False)
    for case in draw.cases(B=[12], T=[70], V=[850], E=[5], H=[8], C=[2], strided=False):
        yield from _far_words(network_class, case, far=True)


def _far_words(network_class, case, far):
    def make():
        x = no_word_twice(case, case.B, case.T, case.V)
        return made_network(network_class, case, [x], case.V, case.E, case.H, case.C, far=far), [x]

    yield shaped(*make(), (case.B, case.C), case)
    order = tried(lambda: _order(make, case), "order", case)
    yield order
    words = [Words(0, case.V, places_of(case, case.T), [(slice(None),)])]
    shape = (case.B, case.C)
    yield tried(lambda: slopes(make, shape, words, case, excused=order.share < 1), "gradients", case)
    if not far:
        yield tried(lambda: limited(make, shape, case.C, case), "gradients", case)


def _order(make, case):
    """Another word at any place, and the words the other way round, make a difference."""
    shape = (case.B, case.C)
    dead, effects = unfelt(make, 0, places_of(case, case.T), case.T, case.V - 1, shape)
    if dead:
        place = dead[-1]
        says = "another first word" if place == 0 else f"another word at step {place} of {case.T}"
        says = "another last word" if place == case.T - 1 else says
        says += " changes nothing at the end" + (f", and {len(dead) - 1} others neither" if len(dead) > 1 else "")
        return Finding("order", 0, says, str(case), observed=[says, effects])
    for _ in range(TRIES):
        network, (x,) = make()
        straight, backwards = network.several([[x], [x.flip(1)]], shape)
        if network.differ(straight, backwards):
            return Finding("order", 1, "every word counts at the end, and so does their order", str(case))
    says = "the words in reverse order give the same logits"
    return Finding("order", 0, says, str(case), observed=[says, straight])
