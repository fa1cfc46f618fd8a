"""A name that somebody has given, and the known one that was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

ALIKE = 0.6  # of the letters, as difflib counts them


def nearest(name: str, known: Iterable[str], alike: float = ALIKE) -> str:
    """The known name that is most like this one, whatever its capitals; "" if none is."""
    by_fold = {one.casefold(): one for one in known}
    found = difflib.get_close_matches(name.casefold(), by_fold, 1, alike)
    return by_fold[found[0]] if found else ""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: "; did you mean 'train_echo'?", or ""."""
    near = nearest(name, known)
    return f"; did you mean {near!r}?" if near else ""
