"""Marks of cells that a master no longer has: a file for each change, in the class's folder, which people can read.

Should a question come back, what was kept of it goes into the gradebook again: ids of questions are never reused.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from nbgrader.api import BaseCell, Comment, Grade, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import select

from unrolled.course.whole import write_whole
from unrolled.grading.marked_answers import MarkedAnswer, given, marked_for

MARK = ("auto_score", "manual_score", "extra_credit", "needs_manual_grade")
COMMENT = ("auto_comment", "manual_comment")


def kept_of(db, cell: BaseCell, source: str) -> dict:
    """What the gradebook holds of a cell, as plain data: {"kind", "name", "max_score", "source", "marks" …}."""
    worth = getattr(cell, "max_score", 0.0)
    return {
        "kind": cell.type,
        "name": cell.name,
        "max_score": worth,
        "source": source,
        "marks": [
            {"student": student, **{name: getattr(grade, name) for name in MARK}, "for": marked_for(db, grade)}
            for grade, student in _of(db, cell, Grade)
            if given(grade) != (None, None) or (worth and grade.auto_score is not None)
        ],
        "comments": [
            {"student": student, **{name: getattr(comment, name) for name in COMMENT}}
            for comment, student in _of(db, cell, Comment)
            if comment.auto_comment or comment.manual_comment
        ],
    }


def _of(db, cell: BaseCell, row: Any) -> list[tuple]:
    of_student = (
        select(row, SubmittedAssignment.student_id)
        .join(SubmittedNotebook, row.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .where(row.cell_id == cell.id)
        .order_by(SubmittedAssignment.student_id)
    )
    return [(found, student) for found, student in db.execute(of_student).all()]


class History:
    """folder: where the files lie; assignment: whose cells they are of."""

    def __init__(self, folder: Path, assignment: str) -> None:
        self.folder, self.assignment = folder, assignment

    def write(self, notebook: str, cells: Sequence[dict]) -> str:
        """One file for what is retired together, on the disk before the gradebook forgets it; returns its name."""
        now = datetime.now(UTC)
        about = {"assignment": self.assignment, "notebook": notebook, "retired": now.isoformat(timespec="seconds")}
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{self.assignment}-{now:%Y%m%dT%H%M%S%f}.json"
        text = json.dumps({**about, "cells": list(cells)}, ensure_ascii=False, indent=1)
        write_whole(path, text.encode())
        return f"{self.folder.name}/{path.name}"

    @cached_property
    def _retired(self) -> dict[tuple[str, str], tuple[str, dict]]:
        """(kind, name) of a cell -> the newest file that has it, and what it says; a damaged file says nothing."""
        found = {}
        for path in sorted(self.folder.glob("*.json")):
            try:
                content = json.loads(path.read_text(encoding="utf-8"))
                if content["assignment"] == self.assignment:
                    for cell in content["cells"]:
                        found[cell["kind"], cell["name"]] = (f"{self.folder.name}/{path.name}", cell)
            except (OSError, ValueError, KeyError, TypeError):
                continue
        return found

    def of(self, cell: BaseCell) -> tuple[str, dict]:
        """The file that a cell of this kind and name was retired into, and what it keeps; ("", {}) for a new one."""
        return self._retired.get((cell.type, cell.name), ("", {}))


def restore(db, kept: dict, row: Grade | Comment, student: str) -> bool:
    """Write into a new row what was kept of the student's; False where nothing was."""
    named, entries = (MARK, "marks") if isinstance(row, Grade) else (COMMENT, "comments")
    entry = next((entry for entry in kept.get(entries, []) if entry["student"] == student), None)
    if entry is None:
        return False
    for name in named:
        setattr(row, name, entry[name])
    if entry.get("for") is not None:
        points, extra = given(row)
        note = {"latest": entry["for"], "marked": entry["for"], "manual_score": points, "extra_credit": extra}
        db.add(MarkedAnswer(grade_id=row.id, **note))
    return True
