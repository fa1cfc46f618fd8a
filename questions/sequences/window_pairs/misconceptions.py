"""Wrong answers to window_pairs: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

from ..hints import TEXT_OF_AN_ERROR

_PAIRS = "[(tokens[i - window : i], tokens[i]) for i in range(window, len(tokens))]"

MISCONCEPTIONS = [
    Misconception(
        "last_pair_missing",
        at="range(window, len(tokens))",
        becomes="range(window, len(tokens) - 1)",
        what="a loop that stops one place early",
        hint="The last token is a target too. range(a, b) already ends before b.",
        caught_by=("pairs",),
    ),
    Misconception(
        "runs_over_the_end",
        at="range(window, len(tokens))",
        becomes="range(window, len(tokens) + 1)",
        what="a window at the very end, where nothing follows it",
        hint="A window whose target lies past the end makes no pair.",
        caught_by=("pairs", "short"),
    ),
    Misconception(
        "target_inside_the_context",
        at="tokens[i]) for",
        becomes="tokens[i - 1]) for",
        what="a target that stands inside its own context",
        hint="The target is the token after the window; a model that has read it has nothing to predict.",
        caught_by=("pairs",),
    ),
    Misconception(
        "one_token_skipped",
        at=_PAIRS,
        becomes="[(tokens[i - window : i], tokens[i + 1]) for i in range(window, len(tokens) - 1)]",
        what="a gap between context and target",
        hint="tokens[a:b] ends before b, so the token just after it is tokens[b].",
        caught_by=("pairs",),
    ),
    Misconception(
        "windows_side_by_side",
        at="range(window, len(tokens))",
        becomes="range(window, len(tokens), window)",
        what="windows that lie side by side",
        hint="The window moves on by one token, so that every token is a target once.",
        caught_by=("pairs",),
    ),
    Misconception(
        "newest_first",
        at="tokens[i - window : i]",
        becomes="tokens[i - window : i][::-1]",
        what="contexts that begin with the newest token",
        hint="A context stands in the order of the text, oldest token first.",
        caught_by=("pairs",),
    ),
    Misconception(
        "whole_prefix",
        at="tokens[i - window : i]",
        becomes="tokens[:i]",
        what="contexts that reach back to the beginning",
        hint="That is what an RNN gets. A window holds the last K tokens and no more.",
        caught_by=("pairs",),
    ),
    Misconception(
        "window_with_target",
        at="tokens[i - window : i]",
        becomes="tokens[i - window : i + 1]",
        what="a context that has its target in it",
        hint="The slice ends one place too late: what is to be predicted must not be given.",
        caught_by=("pairs",),
    ),
    Misconception(
        "place_by_index",
        at=_PAIRS,
        becomes=(
            "[(tokens[i - window : i], tokens[tokens.index(tokens[i - 1]) + 1]) for i in range(window, len(tokens))]"
        ),
        what="looking a token's place up with index()",
        hint="index() finds the first such token; where a token occurs twice, that is another place.",
        caught_by=("pairs",),
    ),
    Misconception(
        "each_pair_once",
        at=_PAIRS,
        becomes=("list(dict((tuple(tokens[i - window : i]), tokens[i]) for i in range(window, len(tokens))).items())"),
        what="a dictionary from context to target",
        hint="The same context may come again, with another target: both are pairs to learn from.",
        caught_by=("pairs",),
    ),
    Misconception(
        "context_joined",
        at="tokens[i - window : i]",
        becomes="' '.join(map(str, tokens[i - window : i]))",
        what="a context joined to one str",
        hint="A context stays a list of tokens, so that each can be given an id.",
        caught_by=("pairs",),
    ),
    Misconception(
        "first_pair_only",
        at=f"return {_PAIRS}",
        becomes="for i in range(window, len(tokens)):\n        return [(tokens[i - window : i], tokens[i])]",
        what="a return inside the loop",
        hint="Collect the pairs in a list, and return it after the loop.",
        caught_by=("pairs", "short"),
    ),
    Misconception(
        "short_text_refused",
        at="    return [(",
        becomes="    if len(tokens) <= window:\n        raise ValueError('too short')\n    return [(",
        what="refusing a text that is too short",
        hint="It is no mistake of the caller's: a text without a pair has an empty list of pairs.",
        caught_by=("short",),
    ),
    Misconception(
        "window_of_nothing",
        at="if window < 1:",
        becomes="if window < 0:",
        what="letting a window of 0 pass",
        hint="From no token nothing can be predicted: ask whether the window is below 1.",
        caught_by=("edges",),
    ),
    Misconception(
        "no_refusal",
        at="""    if window < 1:
        raise ValueError(f"a window of {window} tokens holds nothing to predict from; it has to be 1 or more")
""",
        becomes="",
        what="letting any window pass",
        hint="Say what is wrong before the slices give something odd: raise a ValueError.",
        caught_by=("edges",),
    ),
    Misconception(
        "text_used_up",
        at=f"return {_PAIRS}",
        becomes=(
            "pairs = []\n    while len(tokens) > window:\n"
            "        pairs.append((tokens[:window], tokens[window]))\n        tokens.pop(0)\n    return pairs"
        ),
        what="taking the tokens out of the list as it goes",
        hint="pop() empties the caller's own list. Leave it as it is, and move an index.",
        caught_by=("inputs",),
    ),
]

# Changes of the reference that no check should reject (unrolled.auditing.mutants): mutant -> why it is as right.
EQUIVALENT = {
    "line 4: ValueError without f'a window of {window} token …": TEXT_OF_AN_ERROR,
}
