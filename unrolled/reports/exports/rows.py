"""Which row of another system's table is whose, and what goes into it.

No mark may land in a stranger's row. A row is somebody's only if it alone carries an id of hers, and nobody else's;
what is not clear is left as it is, and told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from unrolled.doctor.plain import listed
from unrolled.reports.members import Member


@dataclass
class Matched:
    """rows: by number, whose each is. absent: members without a row; unclear: those with more than one."""

    rows: dict[int, Member] = field(default_factory=dict)
    absent: list[Member] = field(default_factory=list)
    unclear: list[Member] = field(default_factory=list)

    def notes(self, path: Path, cure: str) -> list[str]:
        told = []
        graded = [one.student for one in self.absent if one.total is not None]
        if graded:
            told.append(f"no row of {path.name} is theirs, so that their marks are not in it: {listed(graded)}; {cure}")
        if self.unclear:
            told.append(
                f"more than one may be theirs, and none was filled in: {listed([one.student for one in self.unclear])}"
            )
        return told


def match(
    rows: Iterable[tuple[int, Iterable[str]]], class_: Sequence[Member], ids_of: Callable[[Member], Iterable[str]]
) -> Matched:
    """rows: number and ids of each. ids_of: what a member may be called in such a file. Capitals make no difference."""
    by_id: dict[str, set[int]] = {}
    for number, ids in rows:
        for id in ids:
            by_id.setdefault(id.strip().casefold(), set()).add(number)
    theirs: dict[str, set[int]] = {}
    for one in class_:
        ids = {id.strip().casefold() for id in ids_of(one) if id.strip()}
        theirs[one.student] = set().union(*(by_id.get(id, set()) for id in ids))
    owners: dict[int, int] = {}
    for found in theirs.values():
        for number in found:
            owners[number] = owners.get(number, 0) + 1
    matched = Matched()
    for one in class_:
        found = theirs[one.student]
        if not found:
            matched.absent.append(one)
        elif len(found) > 1 or owners[next(iter(found))] > 1:
            matched.unclear.append(one)
        else:
            matched.rows[found.pop()] = one
    return matched


def before_at(address: str) -> str:
    """The part of an e-mail address, or of a login, that is often the name of a folder, too."""
    return address.partition("@")[0] if "@" in address else ""


def points(total: float | None) -> str:
    """Empty for who has no mark: an empty cell leaves the LMS as it is, where a 0 would be a mark."""
    return "" if total is None else f"{round(total, 2):g}"
