"""Who is who: a platform's own table of students, which tells what each is called in the gradebook.

Canvas's gradebook, Moodle's grading worksheet, Gradescope's roster and nbgrader's own table are read, by the columns
that they have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from unrolled.doctor.downloads import Who
from unrolled.grading.sheet import read_sheet

# The columns that may say what a student is called in the gradebook, the best one first, in small letters.
IDS = ("id", "sis login id", "sis user id", "id number", "sid", "email address", "email")
CANVAS_NUMBER = "canvas number"  # what we call Canvas's column ID, which is no name for a person


@dataclass(frozen=True)
class Student:
    """A row. id: as in the gradebook; number: the platform's, as file names have it; lms: the platform's for good."""

    id: str
    name: str = ""
    email: str = ""
    number: str = ""
    lms: str = ""

    @property
    def first_and_last(self) -> tuple[str, str]:
        if "," in self.name:
            last, _, first = self.name.partition(",")
            return first.strip(), last.strip()
        first, _, last = self.name.rpartition(" ")
        return first.strip(), last.strip()


class Roster:
    """Finds who handed in among the students of a table."""

    def __init__(self, students: Iterable[Student]) -> None:
        self.students = list(students)

    def find(self, who: Who) -> Student | None:
        """By number, else by e-mail or student number, else by a name that one student alone has."""
        wanted = {
            "number": who.number,
            "email": who.email.casefold(),
            "id": who.sid or who.name,
            "name": _squashed(who.name),
        }
        for kind, value in wanted.items():
            have = [one for one in self.students if value and _key(one, kind) == value]
            if len(have) == 1:
                return have[0]
        return None


def _key(student: Student, kind: str) -> str:
    if kind == "name":
        first, last = student.first_and_last
        return _squashed(last + first) if "," in student.name else _squashed(student.name)
    return getattr(student, kind).casefold() if kind == "email" else getattr(student, kind)


def _squashed(name: str) -> str:
    """As Canvas writes names into file names: small letters and figures alone."""
    return "".join(character for character in name.casefold() if character.isalnum())


def read_roster(path: Path, column: str | None = None) -> Roster:
    """column: the one that says what students are called in the gradebook; None for the first of `IDS` that is there.

    Raises BadInput, which names the columns there are, for a table without one.
    """
    sheet = read_sheet(path)
    places = {name.strip().casefold(): place for place, name in enumerate(sheet.header)}
    if places.keys() & {"sis login id", "sis user id"}:
        places[CANVAS_NUMBER] = places.pop("id", -1)
    wanted = [column.strip().casefold()] if column else [*IDS, "full name"]
    chosen = next((name for name in wanted if name in places), "")
    sheet.column(chosen or wanted[0])  # which says what there is instead

    def told(row: list[str], *columns: str) -> str:
        return next((row[places[one]].strip() for one in columns if places.get(one, -1) >= 0 and row[places[one]]), "")

    students = []
    for row in sheet.rows[1:]:
        number = told(row, CANVAS_NUMBER) or re.sub(r"\D", "", told(row, "identifier"))
        name = told(row, "full name", "student", "name")
        name = name or f"{told(row, 'first_name')} {told(row, 'last_name')}".strip()
        lms = told(row, CANVAS_NUMBER, "lms_user_id")
        if id := told(row, chosen):
            email = told(row, "email address", "email")
            students.append(Student(id, name, email, number or told(row, "lms_user_id"), lms))
    return Roster(students)
