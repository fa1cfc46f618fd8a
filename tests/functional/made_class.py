"""A class by hand: what grading would have left of it, for tests of what is read from that. Nothing is run."""

import warnings
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import nbformat
from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook
from sqlalchemy.exc import SAWarning

from unrolled.course.course import Course
from unrolled.grading.execute import COST
from unrolled.grading.whole_class import ClassFolder, Result, write_csv
from unrolled.reports.refused import write_refusal

COURSE = Course.find(__file__)
ASSIGNMENT = "02_manual_rnn"
BUNDLE = COURSE.bundle(ASSIGNMENT)
OF = {id: float(sum(q.marks.values())) for id, q in BUNDLE.questions.items()}
(TEXT,) = BUNDLE.by_hand
TEXT_OF = float(BUNDLE.by_hand[TEXT])
FIRST, SECOND = list(OF)[:2]


@dataclass
class Made:
    """lost: question -> points. by_hand: question -> a person's mark; the text waits unless it is among them. refused:
    why it could not be marked. diagnoses: question -> misconception. known: is there anything but a name?"""

    name: str
    lost: dict = field(default_factory=dict)
    by_hand: dict = field(default_factory=dict)
    refused: str = ""
    diagnoses: dict = field(default_factory=dict)
    asks: tuple = ()
    mended: tuple = ()
    known: bool = True
    cost: dict = field(default_factory=dict)
    about: dict = field(default_factory=dict)
    late: float = 0.0


def verdict(made: Made, id: str) -> dict:
    lost = made.lost.get(id, 0)
    earned = OF[id] - lost
    lines = [f"{'✗' if lost else '✓'} {f'{earned:g}/{OF[id]:g}':<6} values    B=1: seen"]
    lines += [f"{' ' * 19}a hint"] if id in made.diagnoses else []
    reason = f"it lost <b>{lost:g}</b>" if lost else ""
    about = {"verdicts": lines, "reason": reason, "needs_person": id in made.asks}
    return {"id": id, "points": earned, "of": OF[id], "diagnosis": made.diagnoses.get(id, ""), **about}


def make_class(root: Path, *class_: Made, course: Course = COURSE) -> ClassFolder:
    folder = ClassFolder(course, root)
    with (
        patch("nbgrader.api.get_alembic_version", lambda: "none"),  # it starts a program to find out
        warnings.catch_warnings(action="ignore", category=SAWarning),  # about nbgrader's own session
        Gradebook(folder.config.CourseDirectory.db_url, "unrolled") as gradebook,
    ):
        where = BUNDLE.name, ASSIGNMENT
        gradebook.add_assignment(ASSIGNMENT)
        gradebook.add_notebook(*where)
        for id, of in OF.items():
            gradebook.add_grade_cell(f"test_{id}", *where, max_score=of, cell_type="code")
        gradebook.add_grade_cell(TEXT, *where, max_score=TEXT_OF, cell_type="markdown")
        for one in class_:
            gradebook.add_student(one.name, **one.about)
            if one.known:
                _hand_in(folder, gradebook, one)
        gradebook.db.commit()
    write_csv(folder, ASSIGNMENT, [Result(one.name, ASSIGNMENT, trouble=one.refused) for one in class_ if one.refused])
    return folder


def _hand_in(folder: ClassFolder, gradebook: Gradebook, one: Made) -> None:
    (folder.folder / "submitted" / one.name / ASSIGNMENT).mkdir(parents=True)
    (notebook,) = gradebook.add_submission(ASSIGNMENT, one.name).notebooks
    notebook.late_submission_penalty = one.late
    for grade in notebook.grades:
        id = grade.name.removeprefix("test_")
        if id in OF:
            grade.auto_score = 0.0 if one.refused else OF[id] - one.lost.get(id, 0)
        grade.manual_score = one.by_hand.get(id)
        asks = bool(one.refused) or id == TEXT or id in one.asks
        grade.needs_manual_grade = asks and grade.manual_score is None
    if one.refused:
        write_refusal(folder, Result(one.name, ASSIGNMENT, trouble=one.refused))
        return
    report = {
        "questions": [verdict(one, id) for id in OF],
        "mended": [*one.mended],
        "marked_by": {"sandbox": "two walls"},
    }
    for step in ("autograded", "feedback"):
        folder.notebook(step, one.name, ASSIGNMENT).parent.mkdir(parents=True)
    marked = new_notebook(metadata={"unrolled": report, **({COST: one.cost} if one.cost else {})})
    nbformat.write(marked, folder.notebook("autograded", one.name, ASSIGNMENT))
    folder.notebook("feedback", one.name, ASSIGNMENT).write_text(f"<p>{ASSIGNMENT}</p>", encoding="utf-8")


EVIL, FORMULA, QUOTED = "<svg onload=trap()>", "=cmd|' C'!A0", 'Smith, "J" O\'Neil'
CLASS = (
    Made("ada", by_hand={TEXT: TEXT_OF}, cost={"seconds": 2.0, "cpu": 1.0, "memory": 4e8}),
    Made("bo", lost={FIRST: 8, SECOND: 5}, by_hand={FIRST: 6, TEXT: 0}, diagnoses={SECOND: "no_hidden_bias"}),
    Made("cy", lost={SECOND: OF[SECOND]}, asks=(SECOND,), mended=("a cell was there twice",), late=10.0),
    Made("lena", refused="it is a PDF <script>trap()</script>"),
    Made("nora", known=False),
    Made(EVIL, lost={SECOND: 5}, diagnoses={SECOND: "no_hidden_bias"}, by_hand={TEXT: 1}),
    Made(FORMULA, by_hand={TEXT: 1}, about={"first_name": "=1+1", "last_name": "@SUM(A1)", "email": "+1@x"}),
    Made(QUOTED, by_hand={TEXT: 1}),
)
