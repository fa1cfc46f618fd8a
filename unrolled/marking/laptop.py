"""`check(...)` on a machine that has the course's repository: the same check, in the notebook's own process."""

from __future__ import annotations

from unrolled.checking.structure import Cell
from unrolled.checking.subject import LocalChannel, Subject
from unrolled.checking.verdict import OUTPUT_WIDTH
from unrolled.course.course import Course
from unrolled.marking.diagnosis import Diagnoser


def check_here(question: str, namespace: dict) -> dict:
    """Mark a question of the notebook whose globals are given; returns its lines and points.

    Raises CourseError when the notebook does not lie in a course's folder.
    """
    course = Course.find()
    bundle = course.bundle_with(question)
    history = namespace.get("In")  # IPython's list of what was run; absent in a plain Python process
    cells = [Cell(f"input {i}", source) for i, source in enumerate(history) if source] if history else None
    verdict = Diagnoser(bundle, course.salt).examine(question, Subject(LocalChannel(namespace)), cells)
    return {"lines": [verdict.heading(), *verdict.text(OUTPUT_WIDTH)], "points": float(verdict.points)}
