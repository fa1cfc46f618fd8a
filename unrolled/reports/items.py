"""What a class's points say about its questions: how hard each is, and whether it tells students apart."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from unrolled.reports.members import Member

FEWEST = 20  # students: below that the interval of a correlation is wider than ± 0.4, and the number misleads


@dataclass(frozen=True)
class Discrimination:
    """Correlation of a question's points with the points of all the other questions; interval: of 95 %."""

    correlation: float
    interval: tuple[float, float]
    students: int


@dataclass(frozen=True)
class Item:
    """One question of a class. share: the mean share of its points; full: how many of `marked` have all of them."""

    id: str
    of: float
    marked: int
    waiting: int
    share: float | None
    full: int
    discrimination: Discrimination | None


def items(class_: Sequence[Member]) -> list[Item]:
    """The questions of one assignment in the notebook's order, from everybody who is marked."""
    marked = [one for one in class_ if one.points]
    ids = list(dict.fromkeys(id for one in marked for id in one.points))
    complete = [id for id in ids if all(id in one.points and one.points[id].share is not None for one in marked)]
    return [_item(id, marked, [other for other in complete if other != id]) for id in ids]


def _item(id: str, marked: list[Member], others: list[str]) -> Item:
    mine = [(one.points[id], one) for one in marked if id in one.points]
    known = [one for points, one in mine if points.share is not None]
    shares = [one.points[id].share or 0.0 for one in known]
    return Item(
        id=id,
        of=max(points.of for points, _ in mine),
        marked=len(shares),
        waiting=sum(points.asks for points, _ in mine),
        share=statistics.fmean(shares) if shares else None,
        full=sum(share >= 1 for share in shares),
        discrimination=discrimination(shares, [_rest(one, others) for one in known]),
    )


def _rest(one: Member, others: list[str]) -> float:
    """The points of the other questions. What still waits for somebody's mark is in nobody's rest."""
    return sum(one.points[id].points for id in others)


def discrimination(shares: Sequence[float], rests: Sequence[float]) -> Discrimination | None:
    """The corrected item-total correlation, with Fisher's interval; None where it would say nothing.

    Corrected: a question is not among the others that it is compared with, or it would agree with itself.
    """
    if len(shares) < FEWEST or len(set(shares)) < 2 or len(set(rests)) < 2:
        return None
    r = statistics.correlation(shares, rests)
    if abs(r) > 0.9999:
        return Discrimination(r, (r, r), len(shares))
    middle, half = math.atanh(r), statistics.NormalDist().inv_cdf(0.975) / math.sqrt(len(shares) - 3)
    return Discrimination(r, (math.tanh(middle - half), math.tanh(middle + half)), len(shares))
