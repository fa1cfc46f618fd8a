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
        caught_by=("pairs",),
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
        "two_lists",
        at=f"return {_PAIRS}",
        becomes=f"pairs = {_PAIRS}\n    return [context for context, _ in pairs], [target for _, target in pairs]",
        what="one list of contexts and one of targets",
        hint="One list is asked for, whose entries are pairs: zip(contexts, targets) puts them together.",
        caught_by=("pairs", "short"),
    ),
    Misconception(
        "target_in_a_list",
        at="tokens[i]) for",
        becomes="tokens[i : i + 1]) for",
        what="a target in a list of its own",
        hint="The target is a token, not a list of one.",
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
        "handed_out_one_by_one",
        at=f"return {_PAIRS}",
        becomes=f"yield from {_PAIRS}",
        what="something that can be read only once, such as a generator",
        hint="A list is asked for, which has a length and can be read twice: collect the pairs in one.",
        caught_by=("pairs",),
    ),
    Misconception(
        "one_long_row",
        at="(tokens[i - window : i], tokens[i]) for",
        becomes="tokens[i - window : i + 1] for",
        what="windows with their targets in one row",
        hint="Take the target out of the row: a pair is (context, target).",
        caught_by=("pairs",),
    ),
    Misconception(
        "single_pair_missing",
        at="    return [(",
        becomes="    if len(tokens) <= window + 1:\n        return []\n    return [(",
        what="an empty list where there is a single pair",
        hint="window + 1 tokens are enough: a context, and its target.",
        caught_by=("pairs",),
    ),
    Misconception(
        "nothing_is_no_target",
        at="for i in range(window, len(tokens))",
        becomes="for i in range(window, len(tokens)) if tokens[i]",
        what="leaving out targets that count as false",
        hint="0 is an id like any other, and so is an empty text: ask for the place, not for the token.",
        caught_by=("pairs",),
    ),
    Misconception(
        "contexts_of_32",
        at="tokens[i - window : i]",
        becomes="tokens[i - min(window, 32) : i]",
        what="contexts that are never longer than 32",
        hint="Whoever asks for K tokens wants K, however many they are.",
        caught_by=("pairs",),
        hidden_only="short windows are right; nobody would read a visible example of 33",
    ),
    Misconception(
        "first_100_tokens",
        at="range(window, len(tokens))",
        becomes="range(window, min(len(tokens), 100))",
        what="pairs from the first hundred tokens only",
        hint="The window moves on to the end of the text, however long it is.",
        caught_by=("pairs",),
        hidden_only="short texts are right; nobody would read a visible example of a hundred words",
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
        "empty_for_no_window",
        at="        raise ValueError(",
        becomes="        return []\n        raise ValueError(",
        what="an empty list for a window below 1",
        hint="A text that is too short is no mistake; a window of nothing is one. Raise a ValueError.",
        caught_by=("edges",),
    ),
    Misconception(
        "asserted",
        at="""    if window < 1:
        raise ValueError(f"a window of {window} tokens holds nothing to predict from; it has to be 1 or more")
""",
        becomes="    assert window >= 1, 'window'\n",
        what="an assertion in the place of a ValueError",
        hint="An assertion is for what cannot happen, and can be switched off; a wrong argument is a ValueError.",
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
