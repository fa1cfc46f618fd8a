"""Canvas: a CSV for its gradebook's import, best made by filling in one that it has exported.

What Canvas reads of it is in its own source, lib/gradebook_importer.rb: the first columns are Student, ID, SIS User ID,
SIS Login ID and Section; an assignment is known by the number in brackets behind its title, else by the title; a
student by ID, else SIS User ID, else SIS Login ID; a row that begins with Points Possible is about the assignments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from nbgrader.api import Gradebook

from unrolled.course.errors import BadInput
from unrolled.grading.sheet import Sheet, read_sheet
from unrolled.grading.table import no_formula
from unrolled.reports.exports.plugin import ClassExport
from unrolled.reports.exports.rows import before_at, match, points
from unrolled.reports.members import Member

FIRST = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
IDS = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
POSSIBLE = "Points Possible"
NUMBER = re.compile(r"\s*\(\d+\)\s*$")  # Canvas's own, behind an assignment's title
CURE = "tell the gradebook Canvas's number for each: nbgrader db student add NAME --lms-user-id=ID"


class CanvasExport(ClassExport):
    """One file for any number of assignments, a column each."""

    def write(self, gradebook: Gradebook) -> list[Path]:
        names = self.chosen(gradebook)
        if self.column and len(names) > 1:
            raise BadInput(f"--column is for one assignment; name it: {', '.join(names)}")
        target = self.target("canvas.csv")
        classes = {name: self.members(gradebook, name) for name in names}
        for class_ in classes.values():
            self.notes += [*self.unmarked(class_), *self.waiting(class_)]
        sheet = self._filled(classes) if self.into else self._made(target, classes)
        return [sheet.write(target)]

    def _filled(self, classes: dict[str, list[Member]]) -> Sheet:
        sheet = read_sheet(Path(self.into))
        ids = [sheet.column(name) for name in IDS if sheet.has(name)]
        if sheet.column("ID") not in ids or not sheet.has("Student"):
            raise BadInput(f"{self.into} is no gradebook that Canvas has exported: there is no column Student or ID")
        people = [(n, row) for n, row in enumerate(sheet.rows) if n and not _is_about_assignments(row)]
        rows = [(n, [row[i] for i in ids] + [before_at(row[i]) for i in ids]) for n, row in people]
        columns = {name: self._column(sheet, name) for name in classes}
        for name, class_ in classes.items():
            matched = match(rows, class_, _ids)
            for n, one in matched.rows.items():
                if one.handed_in or one.total is not None:  # who handed nothing in keeps what Canvas has
                    sheet.rows[n][columns[name]] = points(one.total)
            self.notes += matched.notes(sheet.path, CURE)
            self.notes += _other_points(sheet, columns[name], name, class_)
        return sheet

    def _column(self, sheet: Sheet, name: str) -> int:
        wanted = {_plainly(self.column or name), _plainly(NUMBER.sub("", self.column or name))}
        found = [
            place
            for place, title in enumerate(sheet.header)
            if title not in FIRST and {_plainly(title), _plainly(NUMBER.sub("", title))} & wanted
        ]
        if len(found) == 1:
            return found[0]
        there = ", ".join(title for title in sheet.header if NUMBER.search(title)) or "none at all"
        what = "several columns" if found else "no column"
        raise BadInput(
            f"{sheet.path} has {what} for {name}; its assignments: {there}. --column TITLE says which is meant"
        )

    def _made(self, path: Path, classes: dict[str, list[Member]]) -> Sheet:
        """A file of our own: Canvas then finds students by what the gradebook here knows of them."""
        everybody = {one.student: one for class_ in classes.values() for one in class_}
        totals = {name: {one.student: one.total for one in class_} for name, class_ in classes.items()}
        possible = [points(max((one.of for one in class_), default=0.0)) for class_ in classes.values()]
        rows = [[*FIRST, *classes], [f"    {POSSIBLE}", "", "", "", "", *possible]]
        for student, one in sorted(everybody.items()):
            name = f"{one.last_name}, {one.first_name}" if one.last_name and one.first_name else one.full_name
            about = [no_formula(text) for text in (name, one.lms_user_id, "", student, "")]
            rows.append(about + [points(totals[assignment].get(student)) for assignment in classes])
        if unknown := [one for one in everybody.values() if not one.lms_user_id]:
            self.notes.append(
                f"{len(unknown)} students have no number of Canvas's in the gradebook: it looks for them by SIS Login "
                "ID, which here is the name of their folder. Surer: --into with a gradebook that Canvas has exported"
            )
        return Sheet(path, rows)


def _ids(one: Member) -> Iterator[str]:
    yield from (one.student, one.lms_user_id, one.email, before_at(one.email))


def _is_about_assignments(row: list[str]) -> bool:
    return POSSIBLE in row[0] or not row[0].strip()


def _plainly(title: str) -> str:
    return re.sub(r"[\W_]+", "", title).casefold()


def _other_points(sheet: Sheet, column: int, name: str, class_: list[Member]) -> Iterator[str]:
    """Canvas takes points as they are, whatever the assignment there is worth."""
    of = max((one.of for one in class_), default=0.0)
    for row in sheet.rows[1:]:
        if POSSIBLE in row[0] and row[column].strip() and row[column].strip() != points(of):
            try:
                same = float(row[column].replace(",", ".")) == of
            except ValueError:
                same = True  # "(read only)": Canvas will say so itself
            if not same:
                yield f"{name} has {of:g} points here and {row[column].strip()} in Canvas: marks stay as they are"
