"""Gradescope: a table in the columns that its own downloaded scores have, for whatever reads those.

We know of no way to upload such a table; marks come into Gradescope through an autograder's results. The columns are
those of files that it gives out under Review Grades, as others have published them.
"""

from __future__ import annotations

from pathlib import Path

from nbgrader.api import Gradebook

from unrolled.course.errors import BadInput
from unrolled.grading.sheet import Sheet
from unrolled.grading.table import no_formula
from unrolled.reports.exports.plugin import ClassExport
from unrolled.reports.exports.rows import points
from unrolled.reports.members import Member

COLUMNS = ["First Name", "Last Name", "SID", "Email", "Total Score", "Max Points", "Status", "Submission Time"]


class GradescopeExport(ClassExport):
    """A file for each assignment, with a column for each question."""

    def write(self, gradebook: Gradebook) -> list[Path]:
        if self.into:
            raise BadInput(
                "Gradescope takes no table of marks back, so that there is none to fill in: leave out --into"
            )
        written = []
        names = self.chosen(gradebook)
        for name in names:
            class_ = self.members(gradebook, name)
            self.notes += [*self.unmarked(class_), *self.waiting(class_)]
            target = self.target(f"{name}_gradescope.csv", only=len(names) == 1)
            written.append(Sheet(target, _rows(class_)).write(target))
        return written


def _rows(class_: list[Member]) -> list[list[str]]:
    worth = {id: one.points[id].of for one in class_ for id in one.points}
    questions = [f"{place}: {id} ({of:.1f} pts)" for place, (id, of) in enumerate(worth.items(), start=1)]
    rows = [[*COLUMNS, *questions]]
    for one in class_:
        status = "Graded" if one.total is not None else "Ungraded" if one.handed_in else "Missing"
        about = [one.first_name or one.student, one.last_name, one.lms_user_id or one.student, one.email]
        row = [*map(no_formula, about), points(one.total), points(one.of), status, one.timestamp]
        rows.append(row + [_of_question(one, id) for id in worth])
    return rows


def _of_question(one: Member, id: str) -> str:
    """Empty while it waits for somebody's mark."""
    known = one.points.get(id)
    return "" if known is None or known.share is None else points(known.points)
