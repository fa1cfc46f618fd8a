"""Questions of choice: which letter was chosen? Why a wrong one is wrong stands in the catalogue."""

from __future__ import annotations

import re

from unrolled.checking.subject import Handle
from unrolled.checking.verdict import Finding


def letter_of(given: object) -> str:
    """The letter chosen; "" for none. "b", "B.", "(b)" and "B) …" are the same; a word that begins with B is none."""
    found = re.match(r"\W*([A-D])(?![^\W\d_])", given, re.IGNORECASE) if isinstance(given, str) else None
    return found[1].upper() if found else ""


def chosen(answer: Handle, right: str, because: str) -> Finding:
    """Whether the right letter was chosen. because: the reason, which is told to whoever has chosen it."""
    given = answer.value()
    letter = letter_of(given)
    if letter == right:
        return Finding("answer", 1, f"{right}: {because}")
    if letter:
        return Finding("answer", 0, f"you chose {letter}", observed=letter)
    return Finding("answer", 0, f"not answered: write one of the letters A, B, C, D, not {given!r}", observed=letter)
