"""window_pairs is held to the list itself: every window in order, and the token that follows it."""

from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import integers, no_list, refused, short, told

WORDS = ["the", "sea", "a", "ship", "on", "with", "go", "up", "we", "row", "far", "and"]
ANYTHING = [
    0,
    "",
    None,
    ["a", "list"],
    123.5,
    False,
    ("a", "pair"),
    "word",
]  # some that count as nothing, some unhashable


@question(
    "window_pairs",
    name="window_pairs",
    marks={"pairs": 8, "short": 2, "edges": 2, "inputs": 2},
)
def window_pairs(function, draw):
    """Each pair: `window` neighbours in the order of the text, and the token that follows them.

    Words repeat, so that looking a word's place up finds the wrong one; ids and whatever else stand beside words,
    because tokens are whatever is in the list. N = K + 1 leaves a single pair, N = K none; a text longer than the
    notebook's, and windows longer than a line, show what ends on the way.
    """
    for case in draw.cases(N=[3, 12], K=[1, 2], strided=False):
        ids = integers(case, case.N, len(WORDS) // 2)
        for tokens in (ids, [WORDS[i] for i in ids], [ANYTHING[i] for i in integers(case, case.N, len(ANYTHING))]):
            yield from _pairs(function, tokens, case.K, str(case))
    for sizes in (dict(N=[7], K=[4, 6]), dict(N=[2], K=[1]), dict(N=[66, 400], K=[65]), dict(N=[400], K=[1, 13])):
        for case in draw.cases(**sizes, strided=False):
            yield from _pairs(function, integers(case, case.N, 3), case.K, str(case))

    for N, K in ((0, 1), (2, 2), (3, 5), (64, 64), (9, 70)):
        yield from _too_short(function, N, K)
    for N, K in ((5, 0), (5, -2), (90, -70)):
        yield _refusal(function, N, K)


def _words(count):
    return [WORDS[i % len(WORDS)] for i in range(count)]


def _called(function, tokens, window, where):
    """(what came back, is it a list?, whether the list of tokens is as it was). What is no list is read as one where a
    loop over it ends."""
    placed = function.subject.put(tokens)
    call = function(placed, window)
    got, after, items = function.subject.values(call, placed, call.items(most=len(tokens) + 3))
    is_list = isinstance(got, list | tuple)
    if after != tokens:
        left = Finding("inputs", 0, f"the list of tokens is changed by the call: {short(after)}", where, observed=after)
    else:
        left = Finding("inputs", 1, "the list of tokens is left as it was", where)
        if isinstance(got, Problem):
            left = Finding("inputs", 0, str(got), where, barred=True)
    if is_list or isinstance(got, Problem | None):
        return got, is_list, left
    return items, False, left


def _pairs(function, tokens, window, where):
    got, is_list, left = _called(function, tokens, window, where)
    yield left
    if not isinstance(got, list | tuple) or not is_list:
        says = no_list(got) if not isinstance(got, list) else "what came back is no list; a list of pairs is asked for"
        yield Finding("pairs", 0, says, where, observed=got)
        return
    plain = [_plain_pair(pair) for pair in got]
    fault = _fault(plain, got, tokens, window)
    says = fault or "every window, in order, with the token after it"
    yield Finding("pairs", float(not fault), says, where, observed=plain if None not in plain else got)


def _fault(plain, got, tokens, window):
    """What is wrong with the pairs, at the first that is; "" if they are right."""
    for i, pair in enumerate(plain):
        if pair is None:
            return f"entry {i} is no pair (context, target): {short(got[i])}"
        context, target = pair
        if len(context) != window:
            return f"pair {i} has a context of {len(context)} tokens, {short(context)}"
        if i + window >= len(tokens):
            break
        if context != tokens[i : i + window]:
            at = f"{i} to {i + window - 1}" if window > 1 else f"{i}"
            return f"the context of pair {i}, {short(context)}, is not what stands at {at}, in this order"
        if target != tokens[i + window]:
            return f"the target of pair {i}, {short(target)}, is not the token just after its context"
    if len(plain) != len(tokens) - window:
        return f"{len(plain)} pairs for {len(tokens)} tokens and a window of {window}: look at the text's end"
    return ""


def _plain_pair(pair):
    """(context as a list, target), or None if it is no pair."""
    if not isinstance(pair, list | tuple) or len(pair) != 2 or not isinstance(pair[0], list | tuple):
        return None
    return list(pair[0]), pair[1]


def _too_short(function, N, K):
    """No pair and no complaint; where a single pair is not right either, that is told by the pairs."""
    where = f"N={N}, K={K}"
    got, _, left = _called(function, _words(N), K, where)
    yield left
    if isinstance(got, list | tuple) and len(got) == 0:
        yield Finding("short", 1, "no pairs where the text is too short for one", where)
        return
    control = list(_pairs(function, _words(K + 1), K, where))
    said = str(got) if isinstance(got, Problem) else f"gives {short(got)}"
    barred = any(finding.idea == "pairs" and finding.share < 1 for finding in control)
    yield Finding("short", 0, f"a text without a single pair: {said}", where, observed=got, barred=barred)


def _refusal(function, N, K):
    """A window below 1 is refused, where one of 2 is not."""
    tokens, where = list(range(N)), f"N={N}, K={K}"
    got, _, _ = _called(function, tokens, K, where)
    control, _, _ = _called(function, tokens, 2, where)
    if isinstance(got, Problem) and isinstance(control, Problem) and got.kind == control.kind:
        return Finding("edges", 0, f"a window of 2 fails just so: {control}", where, barred=True)
    if refused(got, ("ValueError",)):
        return Finding("edges", 1, "refused", where)
    return Finding("edges", 0, f"a window of {K} {told(got, ('ValueError',))}", where, observed=got)
