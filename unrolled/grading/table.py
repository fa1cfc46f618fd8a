"""The class's marks as a CSV: nbgrader's own columns, and behind them what was repaired or why there is no mark."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from unrolled.grading.mended import has_a_persons_marks

COLUMNS = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
)
REMARKS = "remarks"


def write_table(
    path: Path, gradebook: Gradebook, assignment: str, remarks: Mapping[str, Sequence[str]], unmarked: Mapping[str, str]
) -> None:
    """remarks: student -> sentences. unmarked: student -> why; these have no score, which is not a score of 0.

    nbgrader's export does not quote, and a name such as "Smith, John" would move everything by a column.
    """
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, [*COLUMNS, REMARKS])
        table.writeheader()
        about = gradebook.find_assignment(assignment)
        for student in gradebook.students:
            row = _row(gradebook, about, student)
            said = [*remarks.get(student.id, ())]
            if student.id in unmarked:
                said = [f"not marked: {unmarked[student.id]}"]
                if not has_a_persons_marks(gradebook, assignment, student.id):
                    row |= dict.fromkeys(("raw_score", "late_submission_penalty", "score"), "")
            table.writerow({**row, REMARKS: "; ".join(said)})


def _row(gradebook: Gradebook, assignment, student) -> dict:
    row = {
        "assignment": assignment.name,
        "duedate": assignment.duedate,
        "student_id": student.id,
        "last_name": student.last_name,
        "first_name": student.first_name,
        "email": student.email,
        "max_score": assignment.max_score,
    }
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:  # nothing was handed in
        return row | {"timestamp": "", "raw_score": 0.0, "late_submission_penalty": 0.0, "score": 0.0}
    penalty = submission.late_submission_penalty or 0.0
    return row | {
        "timestamp": submission.timestamp,
        "raw_score": submission.score,
        "late_submission_penalty": penalty,
        "score": max(0.0, submission.score - penalty),
    }
