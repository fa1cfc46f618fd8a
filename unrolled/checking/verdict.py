"""From what a check saw to points and to lines that a student can use.

A check yields findings, one per idea and case. An idea is worth what its worst case earned: right on
three shapes and wrong on the fourth is not right. Points are rounded down to halves.
"""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass, field
from typing import Any

from unrolled.checking.apart import told_apart

_INDENT = 19  # where the text of a line begins, behind "✗ 2.5/12 gradients "
OUTPUT_WIDTH = 92  # characters that fit a notebook's output on a page


@dataclass
class Finding:
    """What one case showed about one idea.

    share: 0 … 1, how much of it was right. says: what was seen, in the student's terms, never an expected
    value. observed: the student's numbers, kept to be compared with those of known misconceptions.
    margin: the largest difference seen over the difference allowed, where there is one. flag: what a person should
    look at before this counts, if anything is odd. cost: of the training, as `Subject.spent` gave it, in a finding
    about the budget. barred: this idea could not be judged here, because of a fault that another idea's finding tells;
    it counts only where the idea was never judged at all.
    """

    idea: str
    share: float
    says: str
    case: str = ""
    observed: Any = None
    margin: float | None = None
    flag: str = ""
    cost: dict | None = None
    barred: bool = False


@dataclass
class Line:
    """One idea's part of a verdict."""

    idea: str
    earned: float
    of: float
    says: str
    hint: str = ""  # what this result usually means, where it was recognised
    brief: str = ""  # the same for a table, where the hint is long

    def __str__(self) -> str:
        mark = "✓" if self.earned == self.of else "✗"
        return f"{mark} {f'{points(self.earned)}/{points(self.of)}':<6} {self.idea:<9} {self.says}".rstrip()


@dataclass
class Verdict:
    """What a question earned, and why.

    needs_person: the check could not decide (it failed itself, or saw something odd): the mark waits for a
    manual grade. diagnosis: the misconception whose results these are, if one was recognised.
    """

    question: str
    lines: list[Line]
    notes: list[str] = field(default_factory=list)
    needs_person: bool = False
    diagnosis: str = ""

    @property
    def points(self) -> float:
        return sum(line.earned for line in self.lines)

    @property
    def of(self) -> float:
        return sum(line.of for line in self.lines)

    @property
    def failed(self) -> set[str]:
        """The ideas that lost points."""
        return {line.idea for line in self.lines if line.earned < line.of}

    @property
    def reason(self) -> str:
        """What cost points first, in a sentence; "" for full marks."""
        for line in self.lines:
            if line.earned < line.of:
                told = [line.brief or line.hint or line.says, *self.notes]
                return " ".join(part if part.endswith((".", "?")) else f"{part}." for part in told).removesuffix(".")
        return ""

    def text(self, width: int = 0) -> list[str]:
        """The lines that a student reads, without the heading; folded to `width` characters if it is given."""
        lines = []
        for line in self.lines:
            lines += [str(line)] + ([" " * _INDENT + line.hint] if line.hint else [])
        lines += [f"  {note}" for note in self.notes]
        if not width:
            return lines
        return [part for line in lines for part in _fold(line, width)]

    def heading(self) -> str:
        return f"{self.question}   {points(self.points)} of {points(self.of)}"

    def as_dict(self) -> dict:
        return {
            "id": self.question,
            "points": points(self.points),
            "of": points(self.of),
            "verdicts": self.text(),
            "reason": self.reason,
            "needs_person": self.needs_person,
            "diagnosis": self.diagnosis,
        }


def _fold(line: str, width: int) -> list[str]:
    """Break a line between words; what follows stands under its text."""
    return textwrap.wrap(line, width, subsequent_indent=" " * _INDENT, break_long_words=False) or [line]


def points(number: float) -> float | int:
    """7.0 as 7, 3.5 as it is."""
    return int(number) if float(number).is_integer() else float(number)


def settle(question: str, marks: dict[str, float], findings: list[Finding]) -> Verdict:
    """Add findings up. marks: idea -> points. An idea that no finding speaks of earns nothing.

    Raises ValueError for a finding whose idea is not in `marks`: its fault would go unseen.
    """
    unknown = {f.idea for f in findings} - marks.keys()
    if unknown:
        raise ValueError(f"{question} has no marks for {', '.join(sorted(unknown))}")
    lines, reasons = [], set()
    for idea, of in marks.items():
        mine = [f for f in findings if f.idea == idea]
        mine = [f for f in mine if not f.barred] or mine  # one fault costs once: it is told by another idea
        worst = min(mine, key=lambda f: f.share, default=None)
        if worst is None:
            lines.append(Line(idea, 0, of, "not reached"))
        elif worst.share < 1:
            says = f"{worst.case}: {worst.says}" if worst.case else worst.says
            right = [f.case for f in mine if f.share == 1]
            where = told_apart(right, [f.case for f in mine if f.share < 1])
            where = where or f"right in {len(right)} of {len(mine)} cases"
            reason, says = says, says + (f" ({where})" if right else "")
            says = "for the same reason" if reason in reasons else says
            reasons.add(reason)
            lines.append(Line(idea, math.floor(2 * of * worst.share) / 2, of, says))
        else:
            lines.append(Line(idea, of, of, _praise(mine)))
    return Verdict(question, lines)


def _praise(findings: list[Finding]) -> str:
    closest = max(findings, key=lambda f: f.margin or 0.0)
    return closest.says + (f" ({len(findings)} cases)" if len(findings) > 1 else "")


def nothing(question: str, marks: dict[str, float], reason: str, needs_person: bool = False) -> Verdict:
    """No points for any idea, for one reason that is said once."""
    lines = [Line(idea, 0, of, "") for idea, of in marks.items()]
    if lines:
        lines[0].says = reason
    return Verdict(question, lines, needs_person=needs_person)
