"""Moodle: its offline grading worksheet with the marks, and a zip of feedback pages in folders as Moodle names them.

What Moodle reads is in its own source, below mod/assign/feedback. By offline/importgradeslib.php a worksheet has the
columns Identifier ("Participant 42"), Grade and Last modified (grade), and whose grade is empty is left alone. By
file/importziplib.php a file in a folder `Full name_42_assignsubmission_file_` goes to participant 42, if there is
no "_" in the name.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from nbgrader.api import Gradebook

from unrolled.course.errors import BadInput
from unrolled.doctor.plain import listed
from unrolled.grading.sheet import Sheet, read_sheet
from unrolled.grading.table import no_formula
from unrolled.reports.exports.plugin import ClassExport
from unrolled.reports.exports.rows import before_at, match, points
from unrolled.reports.members import Member

COLUMNS = ["Identifier", "Full name", "Email address", "Grade", "Maximum Grade", "Last modified (grade)"]
IDS = ("Identifier", "ID number", "Username", "Email address", "Full name")
NUMBER = re.compile(r"(\d+)\s*$")
UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|_]+')  # in the name of a folder; "_" parts it for Moodle
CURE = "tell the gradebook Moodle's number for each: nbgrader db student add NAME --lms-user-id=42"


class MoodleExport(ClassExport):
    """A worksheet for each assignment, and beside it the zip."""

    def write(self, gradebook: Gradebook) -> list[Path]:
        names = [self.one_assignment(gradebook)] if self.into else self.chosen(gradebook)
        written = []
        for name in names:
            target = self.target(f"{name}_moodle.csv", only=len(names) == 1)
            class_ = self.members(gradebook, name)
            self.notes += [*self.unmarked(class_), *self.waiting(class_)]
            sheet, theirs = self._filled(class_) if self.into else self._made(target, class_)
            written += [sheet.write(target), self._zip(target.with_suffix(".zip"), name, theirs)]
        return written

    def _filled(self, class_: list[Member]) -> tuple[Sheet, dict[str, Member]]:
        """The worksheet, and whose each folder of the zip is."""
        sheet = read_sheet(Path(self.into))
        identifier, grade = sheet.column("Identifier"), sheet.column(self.column or "Grade")
        sheet.column("Last modified (grade)")  # Moodle refuses a worksheet without it
        ids = [sheet.column(name) for name in IDS if sheet.has(name)]
        rows = [
            (n, [row[i] for i in ids] + [before_at(row[i]) for i in ids] + NUMBER.findall(row[identifier]))
            for n, row in enumerate(sheet.rows)
            if n
        ]
        matched = match(rows, class_, _ids)
        theirs, closed, above = {}, [], []
        for n, one in matched.rows.items():
            row = sheet.rows[n]
            if sheet.has("Grade can be changed") and row[sheet.column("Grade can be changed")].strip() == "No":
                closed.append(one.student)
            elif one.handed_in or one.total is not None:
                row[grade] = points(one.total)
                if sheet.has("Maximum Grade") and _less(row[sheet.column("Maximum Grade")], one.of):
                    above.append(one.student)
            full_name = row[sheet.column("Full name")] if sheet.has("Full name") else one.full_name
            if number := NUMBER.search(row[identifier]):
                theirs[_folder(full_name, number[1])] = one
        self.notes += matched.notes(sheet.path, CURE)
        if closed:
            self.notes.append(f"Moodle lets nobody change the grade of {listed(closed)}: left as they are")
        if above:
            self.notes.append(
                "the assignment has fewer points in Moodle than here, and Moodle leaves out what is above its maximum: "
                + listed(above)
            )
        return sheet, theirs

    def _made(self, path: Path, class_: list[Member]) -> tuple[Sheet, dict[str, Member]]:
        """A worksheet of our own, of those whose number in Moodle the gradebook knows."""
        rows, theirs, unknown = [COLUMNS], {}, []
        for one in class_:
            number = NUMBER.search(one.lms_user_id)
            if number is None:
                unknown.append(one.student)
                continue
            about = [f"Participant {number[1]}", no_formula(one.full_name), no_formula(one.email)]
            rows.append([*about, points(one.total), points(one.of), "-"])
            theirs[_folder(one.full_name, number[1])] = one
        if not theirs:
            raise BadInput(
                "Moodle knows its participants by a number, and the gradebook here has none: download the assignment's "
                "grading worksheet from Moodle, and fill it in with --into FILE"
            )
        if unknown:
            self.notes.append(f"not in the worksheet, as Moodle's number is not known: {listed(unknown)}; {CURE}")
        return Sheet(path, rows), theirs

    def _zip(self, path: Path, assignment: str, theirs: dict[str, Member]) -> Path:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for folder, one in sorted(theirs.items()):
                if one.page:
                    page = self.class_.folder / unquote(one.page)
                    archive.write(page, f"{folder}/{assignment}_feedback.html")
        return path


def _ids(one: Member) -> Iterator[str]:
    yield from (one.student, one.lms_user_id, one.email, before_at(one.email))


def _folder(full_name: str, number: str) -> str:
    name = " ".join(UNFIT.sub(" ", full_name).split()).lstrip(".~ ") or "Participant"
    return f"{name}_{number}_assignsubmission_file_"


def _less(maximum: str, of: float) -> bool:
    try:
        return float(maximum.replace(",", ".")) < of
    except ValueError:
        return False
