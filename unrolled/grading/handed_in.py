"""What lies in submitted/: whose it is and for which assignment, and what lies there so that nobody would find it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from unrolled.course.errors import ClassError
from unrolled.course.near import did_you_mean, nearest
from unrolled.doctor.entries import is_plain_folder

NOT_WORK = re.compile(r"\.|README(\.\w+)?$|(desktop\.ini|Thumbs\.db)$", re.I)  # what nobody has handed in
ALIKE = 0.75  # "02-manual-rnn", "manual_rnn" and "2_manual_rnn" are meant for 02_manual_rnn; "notes" for nothing


@dataclass(frozen=True)
class Stray:
    """Something in submitted/ that grading cannot take. assignment: the one that it is probably for; "" if none is."""

    student: str
    assignment: str
    place: str
    why: str

    def __str__(self) -> str:
        return f"{self.place}: {self.why}"


class HandedIn:
    """A class's folder submitted/, which nbgrader reads as <student>/<assignment>/<notebook>.

    assignments: the course's. Nothing in it is changed, and no link in it is followed.
    """

    def __init__(self, folder: Path, assignments: Sequence[str]) -> None:
        self.folder, self.assignments = folder, list(assignments)
        self._by_fold = {name.casefold(): name for name in assignments}

    @property
    def students(self) -> list[str]:
        """Whoever has a folder, in order."""
        return sorted(place.name for place in self._items(self.folder) if is_plain_folder(place))

    def of(self, student: str) -> list[str]:
        """The assignments that a student has handed in, in order; a folder's name may have other capitals."""
        names = {place.name.casefold() for place in self._items(self.folder / student) if is_plain_folder(place)}
        return [name for name in self.assignments if name.casefold() in names]

    def for_assignment(self, assignment: str) -> list[str]:
        """The students who have handed an assignment in, in order."""
        return [student for student in self.students if assignment in self.of(student)]

    def work(self, assignments: Sequence[str], students: Sequence[str] = ()) -> dict[str, list[str]]:
        """Who has handed in what: assignment -> students, where there are any. students: only these; () for all.

        Raises ClassError for one of them who has handed in nothing of it, with the name that was probably meant.
        """
        for student in students:
            if student not in self.students:
                raise ClassError(f"{self.folder} has no student {student!r}{did_you_mean(student, self.students)}")
            if not set(self.of(student)) & set(assignments):
                there = ", ".join(self.of(student)) or "nothing that is called as an assignment is"
                raise ClassError(f"{student!r} has handed in nothing for {', '.join(assignments)}; there is {there}")
        work = {name: [one for one in self.for_assignment(name) if one in (students or [one])] for name in assignments}
        return {assignment: names for assignment, names in work.items() if names}

    def strays(self) -> list[Stray]:
        """Everything that is neither a student's folder for an assignment nor one in it, in order."""
        found: list[Stray] = []
        for place in self._items(self.folder):
            if is_plain_folder(place):
                found += self._strays_of(place)
            elif place.is_symlink():
                found.append(self._stray("", "", place, "a link, which is not followed: hand in the folder itself"))
            else:
                found.append(self._stray("", "", place, "a file of nobody's: it has to lie in <student>/<assignment>/"))
        return found

    def _strays_of(self, folder: Path) -> Iterator[Stray]:
        for place in self._items(folder):
            student = folder.name
            likely = self._likely(place.name)
            exact = self._by_fold.get(place.name.casefold(), "")
            if exact and is_plain_folder(place) and (place.name == exact or not (folder / exact).is_dir()):
                continue
            if exact and is_plain_folder(place):
                why = f"not looked at: {exact} lies beside it"
            elif place.is_symlink():
                why = "a link, which is not followed: hand in the folder itself"
            elif not is_plain_folder(place):
                why = f"a file beside the assignments' folders: it has to lie in {student}/{likely or '<assignment>'}/"
            elif deep := [name for folded, name in self._by_fold.items() if any(self._named(place, folded))]:
                student, likely = place.name, deep[0]
                why = f"one folder too deep: it has to be {self.folder.name}/{student}/{likely}/"
            else:
                cure = f"rename the folder to {likely}" if likely else f"they are {', '.join(self.assignments)}"
                why = f"no assignment is called that: {cure}"
            yield self._stray(student, likely, place, why)

    def _named(self, place: Path, folded: str) -> Iterator[Path]:
        return (below for below in self._items(place) if below.name.casefold() == folded and is_plain_folder(below))

    def _likely(self, name: str) -> str:
        """The assignment that a folder or a file of this name is for, by its words."""
        stem = re.sub(r"\.(ipynb|zip|py)$|[ _-]*\(\d+\)|\bcopy of\b", "", name, flags=re.I)
        plain = re.sub(r"\W+", "_", stem.strip()).strip("_")
        shortened = {re.sub(r"^\d+_", "", known): known for known in self.assignments}
        return nearest(plain, self.assignments, ALIKE) or shortened.get(nearest(plain, shortened, ALIKE), "")

    def _stray(self, student: str, assignment: str, place: Path, why: str) -> Stray:
        return Stray(student, assignment, str(place.relative_to(self.folder.parent)), why)

    def _items(self, folder: Path) -> list[Path]:
        if not is_plain_folder(folder):
            return []
        return sorted(place for place in folder.iterdir() if not NOT_WORK.match(place.name))
