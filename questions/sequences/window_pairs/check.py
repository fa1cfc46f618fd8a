"""window_pairs is held to the list itself: every window in order, and the token that follows it."""

from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import integers, no_list, refused, short, told

WORDS = ["the", "sea", "a", "ship", "on", "with", "go", "up", "we", "row", "far", "and"]


@question(
    "window_pairs",
    name="window_pairs",
    marks={"pairs": 8, "short": 2, "edges": 2, "inputs": 2},
)
def window_pairs(function, draw):
    """Each pair: `window` neighbours in the order of the text, and the token that follows them.

    Words repeat, so that looking a word's place up finds the wrong one; ids stand beside words, because tokens are
    whatever is in the list. N = K + 1 leaves a single pair, N = K none.
    """
    for case in draw.cases(N=[3, 12], K=[1, 2], strided=False):
        ids = integers(case, case.N, len(WORDS) // 2)
        for tokens in ([WORDS[i] for i in ids], ids):
            yield _pairs(function, tokens, case.K, str(case))
    for case in draw.cases(N=[7], K=[4, 6], strided=False):
        yield _pairs(function, integers(case, case.N, 3), case.K, str(case))

    for N, K in ((0, 1), (2, 2), (3, 5)):
        got = function(WORDS[:N], K).value()
        if isinstance(got, list | tuple) and len(got) == 0:
            yield Finding("short", 1, "no pairs where the text is too short for one", f"N={N}, K={K}")
        else:
            said = str(got) if isinstance(got, Problem) else f"gives {short(got)}"
            yield Finding("short", 0, f"a text without a single pair: {said}", f"N={N}, K={K}", observed=got)

    for K in (0, -2):
        got = function(WORDS[:5], K).value()
        fine = refused(got, ("ValueError",))
        says = "refused" if fine else f"a window of {K} {told(got, ('ValueError',))}"
        yield Finding("edges", float(fine), says, f"N=5, K={K}", observed=got)

    placed = function.subject.put(list(WORDS))
    got, after = function.subject.values(function(placed, 3), placed)
    if isinstance(got, Problem):
        yield Finding("inputs", 0, str(got), observed=got)
    elif after != WORDS:
        yield Finding("inputs", 0, f"the list of tokens is changed by the call: {short(after)}", observed=after)
    else:
        yield Finding("inputs", 1, "the list of tokens is left as it was")


def _pairs(function, tokens, window, where):
    got = function(tokens, window).value()
    if not isinstance(got, list | tuple):
        return Finding("pairs", 0, no_list(got), where, observed=got)
    plain = [_plain_pair(pair) for pair in got]
    for i, pair in enumerate(plain):
        if pair is None:
            return Finding("pairs", 0, f"entry {i} is no pair (context, target): {short(got[i])}", where, observed=got)
        context, target = pair
        if len(context) != window:
            return Finding("pairs", 0, f"pair {i} has a context of {len(context)} tokens", where, observed=plain)
        if i + window >= len(tokens):
            break
        if context != tokens[i : i + window]:
            says = f"the context of pair {i}, {short(context)}, is not what stands at the places {i} to"
            return Finding("pairs", 0, f"{says} {i + window - 1}, in this order", where, observed=plain)
        if target != tokens[i + window]:
            says = f"the target of pair {i}, {short(target)}, is not the token just after its context"
            return Finding("pairs", 0, says, where, observed=plain)
    if len(plain) != len(tokens) - window:
        says = f"{len(plain)} pairs for {len(tokens)} tokens and a window of {window}: look at the text's end"
        return Finding("pairs", 0, says, where, observed=plain)
    return Finding("pairs", 1, "every window, in order, with the token after it", where, observed=plain)


def _plain_pair(pair):
    """(context as a list, target), or None if it is no pair."""
    if not isinstance(pair, list | tuple) or len(pair) != 2 or not isinstance(pair[0], list | tuple):
        return None
    return list(pair[0]), pair[1]
