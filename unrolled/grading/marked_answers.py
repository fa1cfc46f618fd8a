"""For which answer a person gave a mark: it stands as long as that answer does, and no longer.

nbgrader keeps a person's number whatever is handed in next. What it was given for stands in a table of ours beside
nbgrader's own, so that marks and notes are written, or lost, together.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from nbformat import NotebookNode
from nbgrader.api import Base, Grade
from sqlalchemy import Column, Float, String

from unrolled.course.master import TEST, grade_id
from unrolled.doctor.matching import plainly
from unrolled.doctor.mending import OWN

Given = tuple[float | None, float | None]  # points and extra points, as a person set them


class MarkedAnswer(Base):
    """latest: the answer that was graded last, as a digest, "" for one that was refused. marked: the one that a person
    gave a mark for, None where that is not known. manual_score, extra_credit: what a person had given by then."""

    __tablename__ = "unrolled_marked_answer"

    grade_id = Column(String(32), primary_key=True)
    latest = Column(String(64))
    marked = Column(String(64))
    manual_score = Column(Float())
    extra_credit = Column(Float())


def given(grade: Grade | MarkedAnswer) -> Given:
    """What a person set; (None, None) where nobody did."""
    return grade.manual_score, grade.extra_credit


def stands(db, grade: Grade, answer: str) -> bool:
    """Does a person's mark stand, now that the answer is this one (a digest)? Notes what was graded.

    True where there is no such mark. False, too, where it is not known what it was given for: a gradebook from before
    these notes were taken. db: the gradebook's session.
    """
    note = _settled(db, grade)
    note.latest = answer
    return given(grade) == (None, None) or note.marked == answer


def note_refusal(db, grade: Grade) -> None:
    """What was handed in could not be marked: a mark that is given now is not for the answer before it."""
    _settled(db, grade).latest = ""


def marked_for(db, grade: Grade) -> str | None:
    """The answer (its digest) that a person's mark was given for; None where there is none, or it is not known."""
    return None if given(grade) == (None, None) else _settled(db, grade).marked


def _settled(db, grade: Grade) -> MarkedAnswer:
    """The note on a grade. A mark that was given since it was written is for the answer that was there then."""
    note = db.get(MarkedAnswer, grade.id)
    if note is None:
        note = MarkedAnswer(grade_id=grade.id)
        db.add(note)
    # formgrader takes a grade off its list when a person saves it, be it with the same number.
    saved_again = note.latest != note.marked and not grade.needs_manual_grade
    if given(note) != given(grade) or saved_again:
        note.marked = note.latest
        note.manual_score, note.extra_credit = given(grade)
    return note


def answers(notebook: NotebookNode) -> Iterator[tuple[str, str]]:
    """(grade_id, digest of what is marked there) for every graded cell.

    Words are marked by themselves. Of code it is the answer's cell and, since an answer may be continued there, the
    student's own cells above the check. Blanks at line ends count for nothing.
    """
    sources: dict[str, str] = {}
    own: list[str] = []
    for cell in notebook.cells:
        about, id = cell.metadata.get("nbgrader", {}), grade_id(cell)
        if about.get("solution"):
            sources[id] = cell.source
        elif cell.cell_type == "code" and cell.get("id", "").startswith(OWN):
            own.append(plainly(cell.source))
        if about.get("grade"):
            beside = cell.get("attachments", {}) if about.get("solution") else own
            answer = [plainly(sources.get(id.removeprefix(TEST), "")), beside]
            yield id, hashlib.sha256(json.dumps(answer, sort_keys=True).encode()).hexdigest()
