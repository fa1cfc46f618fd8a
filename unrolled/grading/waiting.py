"""What of a marked submission waits for a person, in words. A number that is not for this answer is told as old."""

from __future__ import annotations

from collections.abc import Sequence

from nbgrader.api import Grade, SubmittedNotebook

from unrolled.course.master import TEST
from unrolled.grading.marked_answers import given


def is_above(grade: Grade) -> bool:
    """Did a person give more than the question is worth (today)?"""
    return grade.manual_score is not None and grade.manual_score > grade.max_score


def is_old(grade: Grade) -> bool:
    """Does it wait for a person although one has marked it? The number is for another answer, or of other points."""
    return bool(grade.needs_manual_grade) and given(grade) != (None, None)


def what_waits(notebook: SubmittedNotebook, texts: Sequence[str]) -> list[str]:
    """A sentence for what nobody has marked yet, and one for what has to be looked at again.

    texts: the answers in words, in the order of the notebook. Where a check asks for a person, its verdict says so.
    """
    grades = {grade.name: grade for grade in notebook.grades if grade.needs_manual_grade}
    unmarked = [id for id in texts if id in grades and not is_old(grades[id])]
    old = [_old(grade) for grade in sorted(grades.values(), key=lambda grade: grade.name) if is_old(grade)]
    return [
        *([f"to mark by hand: {', '.join(unmarked)}"] if unmarked else []),
        *([f"to look at again: {'; '.join(old)}"] if old else []),
    ]


def _old(grade: Grade) -> str:
    points, extra = given(grade)
    number = " and ".join([*([f"{points:g}"] if points is not None else []), *([f"{extra:g} extra"] if extra else [])])
    name = grade.name.removeprefix(TEST)
    if is_above(grade):
        return f"{name} (a person gave {number}; it is worth {grade.max_score:g} now)"
    check = f"; the check gives this one {grade.auto_score:g}" if grade.auto_score is not None else ""
    return f"{name} (a person gave {number} for another answer than this{check})"
