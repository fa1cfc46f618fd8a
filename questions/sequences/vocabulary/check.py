"""Vocabulary is held to sorted(set(text)), and its ids to the places in it."""

import torch

from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import integers, no_list, refused, short, told

# What may come instead of a ValueError where an id or a place does not exist: what Python and torch raise themselves.
NO_SUCH_ID = ("ValueError", "KeyError", "IndexError")
REFUSALS = ("ValueError", "KeyError")

# Of different kinds, and not in their order: blanks, line ends, capitals, digits, letters beyond ASCII.
ALPHABET = "zebra Queen\n7é-Äß0'."
# The same in large: more characters than a byte has values, some of which are easily taken for others or for nothing.
LARGE = ALPHABET + "\t\r\u00a0\u200b\ufffd🐑🐏" + "".join(map(chr, [*range(0x3B1, 0x3C9), *range(0x4E00, 0x4F00)]))


@question(
    "vocabulary",
    name="Vocabulary",
    marks={"chars": 4, "encode": 4, "decode": 4, "unknown": 5, "empty": 3},
)
def vocabulary(vocabulary_class, draw):
    """Against sorted(set(text)), on texts with blanks, line ends, capitals, digits and letters beyond ASCII.

    What is encoded is another text than the one that made the vocabulary: whoever encodes by the place in the text, or
    makes a vocabulary of what is encoded, is right only on the same text. Where `chars` is wrong, what it shares with
    the right one is encoded, and ids are compared with the places in the student's own: one fault costs once.
    """
    widened = False  # does `chars` hold what is not in the text? That costs its points there
    for case in draw.cases(N=[1, 3, 9, 60, 600], strided=False):
        text = _text(case)
        mine, right = vocabulary_class(text), sorted(set(text))
        chars = mine.get("chars").value()
        yield _chars(chars, text, right, str(case))
        widened |= isinstance(chars, list | tuple | str) and any(c not in right for c in chars)
        own = _own(chars, right)
        strange = own is right and isinstance(chars, list | tuple | str) and list(chars) != right and _texts(chars)
        shared = [c for c in own if c in right]
        part = shared[len(shared) // 3 :]  # without the first ones: a vocabulary of what is encoded is another
        other = "".join(part[i] for i in integers(case, 2 * case.N - 1, len(part)))
        other = " " * (" " in shared) + other + "\n" * ("\n" in shared)
        ids = [own.index(c) for c in other]
        coded, text_again, made = mine.subject.values(mine.method("encode", other), mine.method("decode", ids), mine)
        for finding in (_encoded(coded, own, other, str(case)), _decoded(text_again, [own[i] for i in ids], ids, case)):
            # What cannot be made, or has no characters of its own, is told by `chars`.
            failed = isinstance(chars, Problem) and isinstance(finding.observed, Problem)
            finding.barred = isinstance(made, Problem) or strange or failed
            yield finding
    yield _two_at_once(vocabulary_class)

    small = vocabulary_class("Add a bad cab")
    own = _own(small.get("chars").value(), sorted(set("Add a bad cab")))
    yield from _unknown_characters(small, own)
    yield from _unknown_ids(small, own)
    yield from _nothing(vocabulary_class, small, widened)


def _text(case):
    """A letter; one between blanks; a text in words, of which some are a letter long; one with some hundred characters,
    and an accent that stands for itself."""
    if case.N <= 3:
        letter = ALPHABET[integers(case, 1, 5)[0]]  # a text of nothing but a blank tells little
        return letter if case.N == 1 else f" {letter}\n"
    drawn = "".join(ALPHABET[i] for i in integers(case, case.N, len(ALPHABET)))
    more = "".join(LARGE[i] for i in torch.randperm(len(LARGE), generator=case.generator)) if case.N > 60 else ""
    return drawn + more + " z b\na" + "e\u0301" * bool(more)


def _own(chars, right):
    """The student's characters, if they are texts that share some with the right ones; else the right ones."""
    own = list(chars) if isinstance(chars, list | tuple | str) else []
    return own if _texts(own) and set(own) & set(right) else right


def _texts(chars):
    return all(isinstance(c, str) for c in chars)


def _chars(chars, text, right, where):
    if not isinstance(chars, list | tuple | str):
        return Finding("chars", 0, f"self.chars: {_no_chars(chars)}", where, observed=chars)
    chars = list(chars)
    if chars == right:
        return Finding("chars", 1, "the distinct characters, sorted", where, observed=chars)
    if not _texts(chars):
        says = f"it should hold characters, each a str; it holds {short(chars)}"
    elif set(chars) - set(text):
        says = f"{short(sorted(set(chars) - set(text)))} is not in the text as it was given"
    elif set(text) - set(chars):
        says = f"{short(sorted(set(text) - set(chars)))} is in the text and not in chars"
    elif len(set(chars)) < len(chars):
        says = "a character stands there more than once"
    else:
        says = f"not sorted: {short(chars)}"
    return Finding("chars", 0, says, where, observed=chars)


def _no_chars(chars):
    return "None stands there; it should be a list" if chars is None else no_list(chars)


def _encoded(got, own, text, where):
    """Each id is a place where its character stands in the student's own list, wherever that is."""
    if not isinstance(got, list):
        return Finding("encode", 0, no_list(got), where, observed=got)
    if len(got) != len(text):
        says = f"{len(got)} ids for a text of {len(text)} characters"
    elif not all(type(i) is int for i in got):
        says = f"ids are whole numbers (int); the first is {short(got[0])}"
    elif wrong := [(i, c) for i, c in zip(got, text, strict=True) if not 0 <= i < len(own) or own[i] != c]:
        i, c = wrong[0]
        says = f"{c!r} has the id {i}, which is not its place in chars, counted from 0"
    else:
        return Finding("encode", 1, "each character's place in chars", where, observed=got)
    return Finding("encode", 0, says, where, observed=got)


def _is_right(got, own, text):
    return _encoded(got, own, text, "").share == 1


def _decoded(got, characters, ids, case):
    text = "".join(characters)
    if not isinstance(got, str):
        said = str(got) if isinstance(got, Problem) else f"a {type(got).__name__} came back; it should be one str"
        return Finding("decode", 0, said, str(case), observed=got)
    if got == text:
        return Finding("decode", 1, "each id's character, in one str", str(case), observed=got)
    says = f"{len(ids)} ids became {len(got)} characters" if len(got) != len(text) else f"{short(got)} for {short(ids)}"
    return Finding("decode", 0, says, str(case), observed=got)


def _two_at_once(vocabulary_class):
    """A vocabulary goes on as it was when another one is made; where it does not encode at all, that is told before."""
    where = "another vocabulary was made in between"
    first = vocabulary_class("abc")
    alone = first.method("encode", "cab")
    vocabulary_class("xyzzy and a")
    got, alone = first.subject.values(first.method("encode", "cab"), alone)
    if not isinstance(alone, list):
        return Finding("encode", 0, no_list(alone), where, barred=True)
    if got == alone:
        return Finding("encode", 1, "each character's place in chars", where)
    says = f"'cab' was {short(alone)} and is {short(got)} now: what belongs to a vocabulary stands in self"
    return Finding("encode", 0, says, where, observed=got)


def _unknown_characters(small, own):
    """Refused by a vocabulary that encodes what it knows, alone or far into a text, with a message that names one."""
    fine = next(c for c in own if len(c) == 1)
    for wrong in ("ca#", "CAB", "bad!", "#", "é", "a~b", fine * 100 + "#" + fine):
        unknown = sorted(set(wrong) - set(own))
        control = "".join(c for c in wrong if c in own) or fine
        got, known = small.subject.values(small.method("encode", wrong), small.method("encode", control))
        where = f"encode({short(wrong)})"
        if unknown:
            finding = _unknown(got, unknown, where)
            # Whether capitals are other characters is asked of `encode` and `chars`.
            same_letters = any(c.swapcase() in own for c in unknown) and not _is_right(known, own, control)
            finding.barred = isinstance(known, Problem | None) or same_letters
            yield finding


def _unknown_ids(small, own):
    size = len(own)
    for wrong in ([0, size], [1, -1, 2], [600], [-size], [0, 1] * 50 + [size, 0], [0, 1] * 50 + [-1]):
        there = [i if 0 <= i < size else 0 for i in wrong]
        got, known = small.subject.values(small.method("decode", wrong), small.method("decode", there))
        fine = refused(got, NO_SUCH_ID)
        says = "what is unknown is refused" if fine else f"an id that does not exist {told(got, NO_SUCH_ID)}"
        where = f"V={size}, decode({short(wrong)})"
        yield Finding("unknown", float(fine), says, where, observed=got, barred=isinstance(known, Problem | None))


def _unknown(got, unknown, where):
    """Refused, with a message that names one of the unknown characters."""
    idea = "unknown"
    if not refused(got, REFUSALS):
        return Finding(idea, 0, f"an unknown character {told(got, REFUSALS)}", where, observed=got)
    if not any(c in got.message or repr(c)[1:-1] in got.message for c in unknown):
        says = f"refused, but {short(got.message)} does not say which character"
        return Finding(idea, 0.5, says, where, observed=got)
    return Finding(idea, 1, "what is unknown is refused", where, observed="refused")


def _nothing(vocabulary_class, small, widened):
    """Nothing stays nothing; what is no list, or fails, for some characters too has cost its points there."""
    nothing = vocabulary_class("")
    got = small.subject.values(small.method("encode", ""), small.method("decode", []), nothing.get("chars"), nothing)
    some = small.subject.values(small.method("encode", "a"), small.method("decode", [0]), small.get("chars"))
    made = got.pop()
    coded, decoded, chars = some
    own = _own(chars, sorted(set("Add a bad cab")))
    usual = [
        _is_right(coded, own, "a"),
        isinstance(decoded, str) and decoded in own,
        isinstance(chars, list | tuple | str) and not widened,
    ]
    for what, value, right in zip(('encode("")', "decode([])", 'Vocabulary("").chars'), got, usual, strict=True):
        # Of which type it is, `encode` and `decode` have judged.
        fine = isinstance(value, list | tuple | str | torch.Tensor) and len(value) == 0
        says = "nothing stays nothing" if fine else (str(value) if isinstance(value, Problem) else f"is {short(value)}")
        seen = value if isinstance(value, Problem) else repr(value)
        yield Finding("empty", float(fine), says, what, observed=seen, barred=not fine and not right)
    if isinstance(made, Problem) or isinstance(coded, Problem | None):
        return
    chars = list(got[2]) if isinstance(got[2], list | tuple | str) else []
    for unknown in [c for c in "aé#\x07" if c not in chars][:1]:
        yield _unknown(nothing.method("encode", unknown).value(), [unknown], "a vocabulary without characters")
