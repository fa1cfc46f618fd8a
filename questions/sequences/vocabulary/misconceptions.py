"""Wrong answers to vocabulary: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

from ..hints import TEXT_OF_AN_ERROR

# Parts of the reference of `vocabulary`, for faults that change a whole step of it.
_REFUSAL = """        unknown = sorted(set(text) - set(self.chars))
        if unknown:
            raise ValueError(f"not in this vocabulary: {', '.join(map(repr, unknown))}")
        return [self.char2idx[c] for c in text]"""
_NO_SUCH_ID = """        if any(not 0 <= i < len(self.chars) for i in ids):
            raise ValueError(f"an id that is not in this vocabulary: {ids}")
"""

MISCONCEPTIONS = [
    Misconception(
        "order_of_appearance",
        at="sorted(set(text))",
        becomes="list(dict.fromkeys(text))",
        what="characters in the order in which they occur",
        hint="Sort them, so that the same characters give the same ids whatever the text says first.",
        caught_by=("chars",),
    ),
    Misconception(
        "repeated_characters",
        at="sorted(set(text))",
        becomes="sorted(text)",
        what="every character as often as it occurs",
        hint="A vocabulary holds each character once: set(text).",
        caught_by=("chars",),
    ),
    Misconception(
        "most_frequent_first",
        at="sorted(set(text))",
        becomes="sorted(set(text), key=lambda c: (-text.count(c), c))",
        what="characters sorted by how often they occur",
        hint="That is another usual order, but here a character's place is its place in the alphabet.",
        caught_by=("chars",),
    ),
    Misconception(
        "small_letters_only",
        at="sorted(set(text))",
        becomes="sorted(set(text.lower()))",
        what="making everything small letters first",
        hint="A capital is a character of its own: there and back, a text has to be the same.",
        caught_by=("chars",),
    ),
    Misconception(
        "blanks_dropped",
        at="sorted(set(text))",
        becomes="sorted(set(text) - set(' \\n'))",
        what="leaving blanks and line ends out",
        hint="A blank is a character like any other; without it nobody can tell where a word ends.",
        caught_by=("chars",),
    ),
    Misconception(
        "alphabet_for_every_text",
        at="sorted(set(text))",
        becomes="list(' abcdefghijklmnopqrstuvwxyz')",
        what="the whole alphabet, whatever the text holds",
        hint="The vocabulary is what occurs in this text, so that V is no larger than it must be.",
        caught_by=("chars",),
    ),
    Misconception(
        "words_for_characters",
        at="sorted(set(text))",
        becomes="sorted(set(text.split()))",
        what="words in the place of characters",
        hint="A token is a character here; a str is already a sequence of them.",
        caught_by=("chars",),
    ),
    Misconception(
        "ids_from_one",
        at="enumerate(self.chars)",
        becomes="enumerate(self.chars, start=1)",
        what="ids that are counted from 1",
        hint="The first character has id 0: its row is the table's first.",
        caught_by=("encode",),
    ),
    Misconception(
        "place_in_the_text",
        at="enumerate(self.chars)",
        becomes="enumerate(text)",
        what="ids that are places in the text",
        hint="Number the characters of the vocabulary, not those of the text.",
        caught_by=("encode",),
    ),
    Misconception(
        "codes_of_python",
        at="[self.char2idx[c] for c in text]",
        becomes="[ord(c) for c in text]",
        what="Python's own codes",
        hint="ord() numbers all of Unicode; here an id is a place among V characters.",
        caught_by=("encode",),
    ),
    Misconception(
        "vocabulary_of_the_argument",
        at="[self.char2idx[c] for c in text]",
        becomes="[sorted(set(text)).index(c) for c in text]",
        what="ids from a vocabulary of the text that is encoded",
        hint="The vocabulary was made once, in __init__. encode only looks characters up in it.",
        caught_by=("encode",),
    ),
    Misconception(
        "ids_in_a_tensor",
        at="return [self.char2idx[c] for c in text]",
        becomes="return torch.tensor([self.char2idx[c] for c in text])",
        what="a tensor of ids",
        hint="A list is asked for: lists can be joined and compared, and decode needs plain numbers.",
        caught_by=("encode",),
    ),
    Misconception(
        "characters_not_joined",
        at='return "".join(self.chars[i] for i in ids)',
        becomes="return [self.chars[i] for i in ids]",
        what="a list of characters",
        hint='"".join(...) makes one str of them.',
        caught_by=("decode",),
    ),
    Misconception(
        "joined_with_blanks",
        at='"".join(',
        becomes='" ".join(',
        what="a blank between any two characters",
        hint="The blanks of the text have ids of their own. Join with nothing between.",
        caught_by=("decode",),
    ),
    Misconception(
        "decoded_backwards",
        at="self.chars[i] for i in ids)",
        becomes="self.chars[i] for i in reversed(ids))",
        what="a text that is decoded from its end",
        hint="The first id is the first character.",
        caught_by=("decode",),
    ),
    Misconception(
        "decoded_from_one",
        at="self.chars[i] for i in ids)",
        becomes="self.chars[i - 1] for i in ids)",
        what="decoding ids as if they were counted from 1",
        hint="chars[0] is the character with id 0. (chars[-1] exists in Python, so nothing crashed.)",
        caught_by=("decode",),
    ),
    Misconception(
        "unknown_dropped",
        at=_REFUSAL,
        becomes="        return [self.char2idx[c] for c in text if c in self.char2idx]",
        what="dropping unknown characters without a word",
        hint="Another text than the one that was given should not pass in silence.",
        caught_by=("unknown",),
        seen="document 003",
    ),
    Misconception(
        "unknown_is_zero",
        at=_REFUSAL,
        becomes="        return [self.char2idx.get(c, 0) for c in text]",
        what="giving unknown characters the id 0",
        hint="Id 0 belongs to a character already. Refuse what is not in the vocabulary.",
        caught_by=("unknown",),
    ),
    Misconception(
        "unknown_is_none",
        at=_REFUSAL,
        becomes="        return [self.char2idx.get(c) for c in text]",
        what="giving unknown characters None for an id",
        hint="Whoever gets the list finds out much later, if at all. Refuse at once.",
        caught_by=("unknown",),
    ),
    Misconception(
        "unknown_learned",
        at=_REFUSAL,
        becomes="        return [self.char2idx.setdefault(c, len(self.char2idx)) for c in text]",
        what="giving unknown characters new ids on the fly",
        hint="A model has been built for V characters; there is no row for one more.",
        caught_by=("unknown",),
    ),
    Misconception(
        "refused_without_a_name",
        at="raise ValueError(f\"not in this vocabulary: {', '.join(map(repr, unknown))}\")",
        becomes='raise ValueError("bad input")',
        what="a refusal that does not say which character",
        hint="Put the character into the message: in a text of a million nobody finds it by eye.",
        caught_by=("unknown",),
    ),
    Misconception(
        "negative_id_wraps",
        at="not 0 <= i < len(self.chars)",
        becomes="i >= len(self.chars)",
        what="letting negative ids pass",
        hint="chars[-1] is the last character to Python. Ask whether the id is below 0.",
        caught_by=("unknown",),
    ),
    Misconception(
        "ids_not_looked_at",
        at=_NO_SUCH_ID,
        becomes="        ids = [i % max(len(self.chars), 1) for i in ids]\n",
        what="ids taken modulo V",
        hint="An id that does not exist is a mistake somewhere else: refuse it.",
        caught_by=("unknown",),
    ),
    Misconception(
        "empty_text_refused",
        at="        unknown = sorted(",
        becomes="        if not text:\n            raise ValueError('no text')\n        unknown = sorted(",
        what="refusing an empty text",
        hint="Nothing is unknown in it: its ids are the empty list.",
        caught_by=("empty",),
    ),
    Misconception(
        "empty_vocabulary_refused",
        at="        self.chars = sorted(set(text))",
        becomes="        assert text, 'no text'\n        self.chars = sorted(set(text))",
        what="refusing to make a vocabulary of an empty text",
        hint="It has no characters, and refuses every one; nothing else is special about it.",
        caught_by=("empty",),
    ),
    Misconception(
        "nothing_for_nothing",
        at=_NO_SUCH_ID,
        becomes=_NO_SUCH_ID + "        if not ids:\n            return None\n",
        what="None for an empty list of ids",
        hint='Joining nothing gives "", the empty text.',
        caught_by=("empty",),
    ),
]

_BY_ITSELF = "what does not exist is refused by the look-up itself, with another of the errors that the contract names"

# Changes of the reference that no check should reject (unrolled.auditing.mutants): mutant -> why it is as right.
EQUIVALENT = {
    "line 10: sorted() dropped": "the message names the unknown characters in another order",
    "line 10: set without text": _BY_ITSELF,
    'line 12: `raise ValueError(f"not in th …` deleted': _BY_ITSELF,
    "line 17: < becomes <=": _BY_ITSELF,
    "line 18: ValueError without f'an id that is not in this  …": TEXT_OF_AN_ERROR,
}
