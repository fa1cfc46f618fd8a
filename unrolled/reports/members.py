"""Where each member of a class stands with an assignment: what gradebook, marked notebook and CSV say together.

Reports and exports look at this and at nothing else, so that they agree: a person's mark counts, who is not marked has
no score, and what nobody has marked yet is no 0.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from nbgrader.api import Gradebook, MissingEntry, Student

from unrolled.course.master import TEST
from unrolled.grading.execute import COST
from unrolled.grading.standing import Mark, standings
from unrolled.grading.whole_class import ClassFolder

NOT_MARKED = "not marked: "  # how the class's CSV begins to say why


@dataclass
class Member:
    """One student and one assignment.

    score: with a person's marks, before what late days cost; None for who is not marked, or handed nothing in. why:
    the reason for which a submission is not marked. report: what marking wrote into the notebook. cost: what its run
    took, {"seconds", "cpu", "memory"}, as far as it is known. page: the feedback page's address, from the class's.
    """

    student: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""
    handed_in: bool = False
    timestamp: str = ""
    score: float | None = None
    of: float = 0.0
    late: float = 0.0
    points: dict[str, Mark] = field(default_factory=dict)
    why: str = ""
    report: dict = field(default_factory=dict)
    cost: dict = field(default_factory=dict)
    page: str = ""

    @property
    def total(self) -> float | None:
        """What counts: never below 0."""
        return None if self.score is None else max(0.0, self.score - self.late)

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.student

    @property
    def waiting(self) -> list[str]:
        """The questions that a person is to look at."""
        return [id for id, points in self.points.items() if points.asks]

    @property
    def mended(self) -> list[str]:
        return [str(remark) for remark in self.report.get("mended", [])]


def members(folder: ClassFolder, assignment: str, gradebook: Gradebook | None = None) -> list[Member]:
    """Everybody whom the gradebook knows, and everybody who handed something in, in order."""
    if gradebook is None:
        with folder.gradebook as opened:
            return members(folder, assignment, opened)
    everybody = {student.id: _known(student) for student in gradebook.students}
    handed_in = set(folder.submissions(assignment))
    for student in handed_in - everybody.keys():
        everybody[student] = Member(student)
    for one in everybody.values():
        one.handed_in = one.student in handed_in
        _look_at(folder, assignment, one)
    _add_marks(gradebook, assignment, everybody)
    why = _reasons(folder.folder / f"{assignment}.csv")
    for one in everybody.values():
        if one.report or any(points.by_hand for points in one.points.values()):
            continue
        one.score, one.points = None, {}  # an earlier file's marks are not this one's
        if one.handed_in:
            one.why = why.get(one.student) or why.get(f"'{one.student}") or "it was not graded, or could not be"
    return [everybody[student] for student in sorted(everybody)]


def _known(student: Student) -> Member:
    first, last, email, lms = (
        str(value or "") for value in (student.first_name, student.last_name, student.email, student.lms_user_id)
    )
    return Member(student.id, first, last, email, lms)


def _look_at(folder: ClassFolder, assignment: str, one: Member) -> None:
    """What lies in the class's folder for somebody."""
    if Path(one.student).name != one.student:  # no folder is called so
        return
    try:
        marked = json.loads(folder.notebook("autograded", one.student, assignment).read_text(encoding="utf-8"))
        one.report, one.cost = dict(marked["metadata"]["unrolled"]), dict(marked["metadata"].get(COST, {}))
        one.handed_in = True
    except (OSError, ValueError, KeyError, TypeError):
        pass
    page = folder.notebook("feedback", one.student, assignment)
    if page.is_file():
        one.page = quote(page.relative_to(folder.folder).as_posix())


def _add_marks(gradebook: Gradebook, assignment: str, everybody: dict[str, Member]) -> None:
    try:
        about = gradebook.find_assignment(assignment)
    except MissingEntry:  # nothing of it was ever graded
        return
    for one in everybody.values():
        one.of = float(about.max_score)
    for student, stands in standings(gradebook, assignment).items():
        one = everybody[student]
        one.points = {id.removeprefix(TEST): mark for id, mark in stands.cells.items() if mark.of}
        one.points = {id: one.points[id] for id in _in_order(one)}
        one.score, one.late = stands.points, stands.penalty
    for submission in about.submissions:
        everybody[submission.student_id].timestamp = str(submission.timestamp or "")


def _in_order(one: Member) -> list[str]:
    """The questions as the report has them, which is the notebook's order; the gradebook has none."""
    known = [str(question["id"]) for question in (*one.report.get("questions", []), *one.report.get("by_hand", []))]
    return sorted(one.points, key=lambda id: known.index(id) if id in known else len(known))


def _reasons(table: Path) -> dict[str, str]:
    """Why who is not marked, as the class's CSV has it: a run's reasons outlive the run there and nowhere else."""
    try:
        with table.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except OSError:
        return {}
    said = {row.get("student_id") or "": row.get("remarks") or "" for row in rows}
    return {student: text.removeprefix(NOT_MARKED) for student, text in said.items() if text.startswith(NOT_MARKED)}
