"""Wrong answers to char_dataset: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

from ..hints import NO_GRAPH, TEXT_OF_AN_ERROR

_WINDOW = """        window = self.ids[i : i + self.seq_len + 1]  # (T + 1,): both lie in it
        return window[:-1], window[1:]"""

MISCONCEPTIONS = [
    Misconception(
        "target_not_moved",
        at="return window[:-1], window[1:]",
        becomes="return window[:-1], window[:-1]",
        what="a target that is the window itself",
        hint="The model would learn to repeat what it has just read. Move the target on by one place.",
        caught_by=("pairs",),
    ),
    Misconception(
        "next_character_only",
        at="return window[:-1], window[1:]",
        becomes="return window[:-1], window[-1]",
        what="one target for the whole window",
        hint="Every step has a target: T of them in a window of T.",
        caught_by=("pairs",),
    ),
    Misconception(
        "last_target_in_a_list",
        at="return window[:-1], window[1:]",
        becomes="return window[:-1], window[-1:]",
        what="the last target alone, (1,) instead of (T,)",
        hint="Every step has a target: T of them in a window of T.",
        caught_by=("pairs",),
    ),
    Misconception(
        "two_places_on",
        at=_WINDOW,
        becomes=(
            "        window = self.ids[i : i + self.seq_len + 2]\n        return window[: self.seq_len], window[2:]"
        ),
        what="a target two places on",
        hint="The target of a step is the character just after it.",
        caught_by=("pairs",),
    ),
    Misconception(
        "after_the_window",
        at=_WINDOW,
        becomes=("        return self.ids[i : i + self.seq_len], self.ids[i + self.seq_len : i + 2 * self.seq_len]"),
        what="the next window as the target",
        hint="The target overlaps with its window in all but one character: it is moved on by one place, not by T.",
        caught_by=("pairs",),
    ),
    Misconception(
        "swapped",
        at="return window[:-1], window[1:]",
        becomes="return window[1:], window[:-1]",
        what="input and target the wrong way round",
        hint="The input comes first, and the target lies one place later.",
        caught_by=("pairs",),
    ),
    Misconception(
        "reversed",
        at="return window[:-1], window[1:]",
        becomes="return window[:-1], window[:-1].flip(0)",
        what="the window reversed as its target",
        hint="The target is the same text one place later, in the same order.",
        caught_by=("pairs",),
    ),
    Misconception(
        "side_by_side",
        at="        window = self.ids[i :",
        becomes="        i = i * self.seq_len\n        window = self.ids[i :",
        what="windows that lie side by side",
        hint="Window i starts at place i: neighbours overlap in all but one character.",
        caught_by=("pairs",),
    ),
    Misconception(
        "one_too_short",
        at="self.ids[i : i + self.seq_len + 1]",
        becomes="self.ids[i : i + self.seq_len]",
        what="windows of T - 1 characters",
        hint="T inputs and T targets, one place apart, need T + 1 characters of the text.",
        caught_by=("pairs",),
    ),
    Misconception(
        "length_without_target",
        at="return len(self.ids) - self.seq_len",
        becomes="return len(self.ids) - self.seq_len + 1",
        what="counting the last window, which has no target",
        hint="How many windows have a character after them? Count them for a text of T + 1 characters.",
        caught_by=("length", "bounds"),
    ),
    Misconception(
        "last_window_missing",
        at="return len(self.ids) - self.seq_len",
        becomes="return len(self.ids) - self.seq_len - 1",
        what="leaving the last window out",
        hint="A text of T + 1 characters holds one window and its target: your formula should give 1 for it.",
        caught_by=("length", "bounds"),
    ),
    Misconception(
        "length_of_the_text",
        at="return len(self.ids) - self.seq_len",
        becomes="return len(self.ids)",
        what="as many windows as characters",
        hint="The last T characters begin no window that has a target.",
        caught_by=("length", "bounds"),
    ),
    Misconception(
        "whole_windows_only",
        at="return len(self.ids) - self.seq_len",
        becomes="return len(self.ids) // self.seq_len",
        what="counting windows that lie side by side",
        hint="A window begins at every place that has T characters and one more from there on.",
        caught_by=("length",),
    ),
    Misconception(
        "loop_never_ends",
        at="""        if not 0 <= i < len(self):
            raise IndexError(f"there is no window {i}")
""",
        becomes="",
        what="a data set that gives an item at any place",
        hint="A slice past the end is empty and raises nothing, so a loop goes on for ever: raise an IndexError.",
        caught_by=("bounds",),
        seen="document 003",
    ),
    Misconception(
        "negative_place_passes",
        at="if not 0 <= i < len(self):",
        becomes="if i >= len(self):",
        what="letting a negative place pass",
        hint="ids[-1 : T - 1] is an empty slice, not the last window. Refuse it, or add len(self) first.",
        caught_by=("bounds",),
        hidden_only="negative places are a promise of the contract that nobody needs in this notebook",
    ),
    Misconception(
        "error_of_another_kind",
        at="raise IndexError(",
        becomes="raise ValueError(",
        what="a ValueError past the end",
        hint="A for loop waits for an IndexError; any other exception goes through to the caller.",
        caught_by=("bounds",),
    ),
    Misconception(
        "short_text_passes",
        at="if not 1 <= seq_len < len(encoded):",
        becomes="if seq_len < 1:",
        what="a data set without a single window",
        hint="Its length would be 0 or less. Say so when it is made: there are too few characters for T.",
        caught_by=("edges",),
        seen="document 003",
    ),
    Misconception(
        "text_without_a_target_passes",
        at="< len(encoded):",
        becomes="<= len(encoded):",
        what="letting a text of exactly T characters pass",
        hint="It holds one window, but no character for the last target.",
        caught_by=("edges",),
    ),
    Misconception(
        "window_of_nothing",
        at="1 <= seq_len",
        becomes="0 <= seq_len",
        what="letting T = 0 pass",
        hint="A window of nothing has nothing to learn from: refuse it.",
        caught_by=("edges",),
    ),
    Misconception(
        "ids_as_floats",
        at="torch.tensor(encoded)",
        becomes="torch.tensor(encoded, dtype=torch.float32)",
        what="ids turned into floats",
        hint="An id is a place in a table: int64. Cross-entropy wants it so, too.",
        caught_by=("dtype",),
    ),
    Misconception(
        "small_ids",
        at="torch.tensor(encoded)",
        becomes="torch.tensor(encoded, dtype=torch.uint8)",
        what="ids in eight bits",
        hint="It saves memory, but nn.Embedding and cross-entropy want int64.",
        caught_by=("dtype",),
    ),
]

# Changes of the reference that no check should reject (unrolled.auditing.mutants): mutant -> why it is as right.
EQUIVALENT = {
    "line 6: ValueError without f'too few ids for a window o …": TEXT_OF_AN_ERROR,
    "line 7: torch.tensor(encoded) detached": NO_GRAPH,
    "line 16: IndexError without f'there is no window {i}'": TEXT_OF_AN_ERROR,
    "line 17: self.ids[i:i + self.seq_len  … detached": NO_GRAPH,
    "line 18: window[:-1] detached": NO_GRAPH,
    "line 18: window[1:] detached": NO_GRAPH,
}

# Ideas that reject no entry by themselves: idea -> why they have points of their own all the same.
NEVER_ALONE = {
    "length": "a loop that goes by len ends wrongly where len is wrong; only this line says which of the two it is",
}
