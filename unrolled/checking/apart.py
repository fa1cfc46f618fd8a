"""What sets the cases that are right apart from the wrong ones: "right whenever L = 1, wrong from L = 2 on".

It is read from what the cases are called, "B=3, T=1, L=2, not contiguous". Said is only what is true of every case that
was tried, and only if one thing alone does it: of two that do, either could be the cause.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence


def told_apart(right: Sequence[str], wrong: Sequence[str]) -> str:
    """A few words for what alone tells right cases from wrong ones; "" if nothing does, or several things do."""
    if not right or not wrong:
        return ""
    told = [*_by_a_size(right, wrong), *_by_a_note(right, wrong)]
    told = told or list(_by_two_sizes(right, wrong))
    return told[0] if len(told) == 1 else ""


def _sizes(case: str) -> dict[str, int]:
    return {name: int(size) for name, size in re.findall(r"(?:^|, )(\w+)=(-?\d+)(?=,|$)", case)}


def _notes(case: str) -> set[str]:
    return {part for part in case.split(", ") if part and not re.fullmatch(r"\w+=-?\d+", part)}


def _columns(cases: Sequence[str]) -> dict[str, list[int]]:
    """name -> its size in every case, for the names that all of them have."""
    rows = [_sizes(case) for case in cases]
    return {name: [row[name] for row in rows] for name in rows[0] if all(name in row for row in rows)}


def _by_a_size(right: Sequence[str], wrong: Sequence[str]):
    good, bad = _columns(right), _columns(wrong)
    for name in [name for name in good if name in bad]:
        for low, high, words in ((good, bad, ("right", "wrong")), (bad, good, ("wrong", "right"))):
            if max(low[name]) < min(high[name]):
                yield f"{words[0]} {_up_to(name, low[name])}, {words[1]} {_from(name, high[name])}"


def _up_to(name: str, sizes: list[int]) -> str:
    return f"whenever {name} = {sizes[0]}" if len(set(sizes)) == 1 else f"up to {name} = {max(sizes)}"


def _from(name: str, sizes: list[int]) -> str:
    return f"whenever {name} = {sizes[0]}" if len(set(sizes)) == 1 else f"from {name} = {min(sizes)} on"


def _by_a_note(right: Sequence[str], wrong: Sequence[str]):
    good, bad = [_notes(case) for case in right], [_notes(case) for case in wrong]
    for note in sorted(set.intersection(*bad).difference(*good)):
        yield f"wrong whenever it says “{note}”, right otherwise"
    for note in sorted(set.intersection(*good).difference(*bad)):
        yield f"right whenever it says “{note}”, wrong otherwise"


def _by_two_sizes(right: Sequence[str], wrong: Sequence[str]):
    """Such as B = H: a shape that fits by accident. One case alone may be like that by accident itself, and so may
    cases where both are 1."""
    if min(len(right), len(wrong)) < 2:
        return
    good, bad = _columns(right), _columns(wrong)
    for one, other in itertools.combinations([name for name in good if name in bad], 2):
        pairs = [list(zip(side[one], side[other], strict=True)) for side in (good, bad)]
        same = [{a == b for a, b in side} for side in pairs]
        if same == [{True}, {False}] and max(pairs[0]) > (1, 1):
            yield f"right whenever {one} = {other}, wrong otherwise"
        if same == [{False}, {True}] and max(pairs[1]) > (1, 1):
            yield f"wrong whenever {one} = {other}, right otherwise"
