"""How a submission stands: what the gradebook says of it, with what a person has set and what still waits for one.

A check's number is not the last word. A person's mark stands above it; and where a check could not settle a question,
or an answer is in words, nothing has been earned or lost before a person has looked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from nbgrader.api import Assignment, BaseCell, Grade, Gradebook, SubmittedAssignment, SubmittedNotebook

MARKED = "marked"
WAITING = "waiting for a person"
NOT_MARKED = "not marked"  # it was handed in, and there is no mark
NOT_HANDED_IN = "not handed in"


@dataclass(frozen=True)
class Mark:
    """One cell that counts. by_hand: has a person set its points? asks: is a person to look at it, who has not yet?

    old: has one looked, but at another answer than this, or when it had other points?
    """

    points: float
    of: float
    by_hand: bool = False
    asks: bool = False
    old: bool = False

    @property
    def waits(self) -> bool:
        """Is there no mark yet? What a check gave stands, and may be looked at; a 0 that nobody stands for does not."""
        return self.asks and not self.points

    @property
    def share(self) -> float | None:
        """None where there is no mark yet, or nothing to earn."""
        return None if self.waits or not self.of else self.points / self.of

    def __str__(self) -> str:
        """For a narrow column; KEY says what the signs mean."""
        return "…" if self.waits else f"{self.points:g}{'*' if self.by_hand else ''}{'?' if self.asks else ''}"


KEY = {"…": "… waits for a person", "*": "* set by a person", "?": "? a person has to look"}


@dataclass(frozen=True)
class Standing:
    """One submission. penalty: points taken off for handing in late; seconds_late: how late; cells: by grade_id."""

    penalty: float = 0.0
    seconds_late: float = 0.0
    cells: dict[str, Mark] = field(default_factory=dict)

    @property
    def points(self) -> float:
        """Before a penalty."""
        return sum(mark.points for mark in self.cells.values())

    @property
    def score(self) -> float:
        return max(0.0, self.points - self.penalty)

    @property
    def of(self) -> float:
        return sum(mark.of for mark in self.cells.values())

    @property
    def waiting(self) -> float:
        """How many of the points nobody has given or refused yet."""
        return sum(mark.of for mark in self.cells.values() if mark.waits)

    @property
    def asks(self) -> list[str]:
        """The cells that a person is to look at, in the notebook's order."""
        return [id for id, mark in self.cells.items() if mark.asks]

    @property
    def status(self) -> str:
        """MARKED or WAITING; whether there is a mark at all is not the gradebook's to say."""
        return WAITING if self.asks else MARKED

    @property
    def late(self) -> str:
        """By how much, as in "2 days, 3:00:00"; "" for in time."""
        return str(timedelta(seconds=round(self.seconds_late))) if self.seconds_late else ""

    def __str__(self) -> str:
        """49 of 100; 61 of 76 so far; 44 of 100 (late by 1:00:00, 5 off)"""
        off = f", {self.penalty:g} off" if self.penalty else ""
        late = f" (late by {self.late}{off})" if self.late else ""
        return f"{self.score:g} of {self.of - self.waiting:g}{' so far' if self.waiting else ''}{late}"


def standings(gradebook: Gradebook, assignment: str, students: Iterable[str] | None = None) -> dict[str, Standing]:
    """By student, of everybody, or of these, whom the gradebook knows to have handed the assignment in."""
    submissions = gradebook.db.query(SubmittedAssignment).join(SubmittedAssignment.assignment)
    submissions = submissions.filter(Assignment.name == assignment)
    cells = (
        gradebook.db.query(
            SubmittedAssignment.student_id,
            BaseCell.name,
            Grade.score,
            Grade.max_score,
            Grade.manual_score,
            Grade.extra_credit,
            Grade.needs_manual_grade,
        )
        .select_from(Grade)
        .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .join(BaseCell, Grade.cell_id == BaseCell.id)
        .filter(Assignment.name == assignment)
    )
    if students is not None:
        wanted = SubmittedAssignment.student_id.in_(list(students))
        submissions, cells = submissions.filter(wanted), cells.filter(wanted)
    found = {
        one.student_id: Standing(one.late_submission_penalty or 0.0, one.total_seconds_late) for one in submissions
    }
    for student, id, points, of, by_hand, extra, needs in cells:
        if of or points:
            given = by_hand is not None or extra is not None
            found[student].cells[id] = Mark(
                float(points), float(of), by_hand is not None, bool(needs), given and bool(needs)
            )
    return found
