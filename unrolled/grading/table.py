"""The class's marks as a CSV: nbgrader's own columns, and behind them what a person should know of each row."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from nbgrader.api import Gradebook, SubmittedAssignment

from unrolled.grading.standing import NOT_HANDED_IN, NOT_MARKED, Standing, standings

NBGRADERS = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
)
# status: MARKED, WAITING, NOT_MARKED or NOT_HANDED_IN; points_waiting: of max_score, those that nobody has given or
# refused yet; late: by how much
OURS = ("remarks", "status", "points_waiting", "late")
KEY = "student_id"
NO_MARK = dict.fromkeys(("raw_score", "late_submission_penalty", "score"), "")
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")  # what a spreadsheet takes for a formula
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_ACTS = re.compile(r"[\t\r\n(|!\[]")  # in a formula, what it needs in order to call, fetch or start anything


def write_table(
    path: Path, gradebook: Gradebook, assignment: str, remarks: Mapping[str, Sequence[str]], unmarked: Mapping[str, str]
) -> None:
    """Everybody whom the gradebook knows, and behind them who has handed something in that it does not know of.

    remarks: student -> sentences. unmarked: student -> why; these have no score, which is not a score of 0, unless a
    person has given one. The file is there as a whole, or is still the one before.
    """
    about = gradebook.find_assignment(assignment)
    of_assignment = {"assignment": about.name, "duedate": about.duedate, "max_score": about.max_score}
    submitted = {one.student_id: one for one in gradebook.assignment_submissions(assignment)}
    standing = standings(gradebook, assignment)
    rows = []
    for student in gradebook.students:
        of_student = {"student_id": student.id, "last_name": student.last_name, "first_name": student.first_name}
        rows.append({**of_assignment, **of_student, "email": student.email})
    known = {row["student_id"] for row in rows}
    rows += [{**of_assignment, "student_id": student} for student in sorted(unmarked.keys() - known)]
    for row in rows:
        student = row["student_id"]
        said = [*remarks.get(student, ())]
        row |= _result(submitted.get(student), standing.get(student))
        if student in unmarked:
            said.insert(0, f"not marked: {unmarked[student]}")
            if student not in standing or not _a_person_has_marked(standing[student]):
                row |= NO_MARK | {"status": NOT_MARKED, "points_waiting": ""}
        row["remarks"] = "; ".join(said)
    new = path.with_name(f".new-{path.name}")
    with new.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file:
        table = csv.DictWriter(file, [*NBGRADERS, *OURS], quoting=csv.QUOTE_NONNUMERIC)
        table.writeheader()
        table.writerows({column: no_formula(value, column == KEY) for column, value in row.items()} for row in rows)
    os.replace(new, path)


def _result(submission: SubmittedAssignment | None, standing: Standing | None) -> dict:
    if submission is None or standing is None:
        return NO_MARK | {"timestamp": "", "status": NOT_HANDED_IN, "points_waiting": "", "late": ""}
    return {
        "timestamp": submission.timestamp,
        "raw_score": standing.points,
        "late_submission_penalty": standing.penalty,
        "score": standing.score,
        "status": standing.status,
        "points_waiting": standing.waiting,
        "late": standing.late,
    }


def _a_person_has_marked(standing: Standing) -> bool:
    return any(mark.by_hand for mark in standing.cells.values())


def no_formula(value, is_key: bool = False):
    """A text that a spreadsheet would calculate gets an apostrophe before it; numbers, negative ones too, stay.

    is_key: programs find the row by it, so that it is left as it is where no harm comes of that: a spreadsheet shows
    -dash or =1+1 as something else, and calls, fetches and starts nothing.
    """
    if not isinstance(value, str) or not _FORMULA.match(value) or _NUMBER.fullmatch(value):
        return value
    return value if is_key and not _ACTS.search(value) else f"'{value}"
