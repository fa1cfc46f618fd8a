"""Vocabulary is held to sorted(set(text)), and its ids to the places in it."""

import torch

from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import integers, no_list, refused, short, told

# What may come instead of a ValueError where an id or a place does not exist: what Python and torch raise themselves.
NO_SUCH_ID = ("ValueError", "KeyError", "IndexError")

# Of different kinds, and not in their order: blanks, line ends, capitals, digits, letters beyond ASCII.
ALPHABET = "zebra Queen\n7é-Äß0'."


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
    for case in draw.cases(N=[1, 9, 60], strided=False):
        kinds = len(ALPHABET) if case.N > 1 else 5  # a text of nothing but a blank tells little
        text = "".join(ALPHABET[i] for i in integers(case, case.N, kinds))
        mine = vocabulary_class(text)
        chars, right = mine.get("chars").value(), sorted(set(text))
        yield _chars(chars, text, right, str(case))
        own = _own(chars, right)
        shared = [c for c in own if c in right]
        part = shared[len(shared) // 3 :]  # without the first ones: a vocabulary of what is encoded is another
        other = "".join(part[i] for i in integers(case, 2 * case.N, len(part)))
        ids = [own.index(c) for c in other]
        yield _encoded(mine.method("encode", other).value(), ids, other, case)
        yield _decoded(mine.method("decode", ids).value(), other, ids, case)

    small = vocabulary_class("Add a bad cab")
    for wrong in ("ca#", "CAB", "bad!", "#"):
        got = small.method("encode", wrong).value()
        yield _unknown(got, sorted(set(wrong) - set("Add a bad cab")), f"encode({wrong!r})")
    size = len(_own(small.get("chars").value(), sorted(set("Add a bad cab"))))
    for wrong in ([0, size], [1, -1, 2], [600]):
        got = small.method("decode", wrong).value()
        fine = refused(got, NO_SUCH_ID)
        says = "what is unknown is refused" if fine else f"an id that does not exist {told(got, NO_SUCH_ID)}"
        yield Finding("unknown", float(fine), says, f"V={size}, decode({wrong})", observed=got)

    nothing = vocabulary_class("")
    got = small.subject.values(small.method("encode", ""), small.method("decode", []), nothing.get("chars"))
    for what, value in zip(('encode("")', "decode([])", 'Vocabulary("").chars'), got, strict=True):
        # Of which type it is, `encode` and `decode` have judged.
        fine = isinstance(value, list | tuple | str | torch.Tensor) and len(value) == 0
        says = "nothing stays nothing" if fine else (str(value) if isinstance(value, Problem) else f"is {value!r}")
        yield Finding("empty", float(fine), says, what, observed=value if isinstance(value, Problem) else repr(value))
    if not isinstance(got[-1], Problem):
        yield _unknown(nothing.method("encode", "a").value(), ["a"], "a vocabulary without characters, encode('a')")


def _own(chars, right):
    """The student's characters, if they are a list of some that can be encoded, each once; else the right ones."""
    own = list(chars) if isinstance(chars, list | tuple | str) else []
    usable = all(isinstance(c, str) for c in own) and len(set(own)) == len(own) and set(own) & set(right)
    return own if usable else right


def _chars(chars, text, right, where):
    if not isinstance(chars, list | tuple | str):
        return Finding("chars", 0, f"self.chars: {no_list(chars)}", where, observed=chars)
    chars = list(chars)
    if chars == right:
        return Finding("chars", 1, "the distinct characters, sorted", where, observed=chars)
    if set(chars) - set(text):
        says = f"{short(sorted(set(chars) - set(text), key=str))} is not in the text as it was given"
    elif set(text) - set(chars):
        says = f"{short(sorted(set(text) - set(chars)))} is in the text and not in chars"
    elif len(set(chars)) < len(chars):
        says = "a character stands there more than once"
    else:
        says = f"not sorted: {short(chars)}"
    return Finding("chars", 0, says, where, observed=chars)


def _encoded(got, ids, text, case):
    if not isinstance(got, list):
        return Finding("encode", 0, no_list(got), str(case), observed=got)
    if len(got) != len(ids):
        says = f"{len(got)} ids for a text of {len(ids)} characters"
    elif not all(type(i) is int for i in got):
        says = f"ids are whole numbers (int); the first is {short(got[0])}"
    elif got != ids:
        at = next(i for i, (a, b) in enumerate(zip(got, ids, strict=True)) if a != b)
        says = f"the id of {text[at]!r} is not its place in chars, counted from 0"
    else:
        return Finding("encode", 1, "each character's place in chars", str(case), observed=got)
    return Finding("encode", 0, says, str(case), observed=got)


def _decoded(got, text, ids, case):
    if not isinstance(got, str):
        said = str(got) if isinstance(got, Problem) else f"a {type(got).__name__} came back; it should be one str"
        return Finding("decode", 0, said, str(case), observed=got)
    if got == text:
        return Finding("decode", 1, "each id's character, in one str", str(case), observed=got)
    says = f"{len(ids)} ids became {len(got)} characters" if len(got) != len(text) else f"{short(got)} for {short(ids)}"
    return Finding("decode", 0, says, str(case), observed=got)


def _unknown(got, unknown, where):
    """Refused, with a message that names one of the unknown characters."""
    idea, kinds = "unknown", ("ValueError", "KeyError")
    if not refused(got, kinds):
        return Finding(idea, 0, f"an unknown character {told(got, kinds)}", where, observed=got)
    if not any(c in got.message or repr(c)[1:-1] in got.message for c in unknown):
        says = f"refused, but {got.message!r} does not say which character"
        return Finding(idea, 0.5, says, where, observed=got)
    return Finding(idea, 1, "what is unknown is refused", where, observed="refused")
