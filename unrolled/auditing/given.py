"""What would a cell that students get earn in an answer's place? No more than half, or it is the answer.

Every function and class of a released cell (given code, cells to play with, visible tests) is given the name that the
contract asks for, and put to the hidden check. unrolled.build.given_away looks at the text; this looks at what it does.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from unrolled.auditing.survivors import TooLong, limit
from unrolled.checking.question import run
from unrolled.checking.subject import LocalChannel, Subject
from unrolled.checking.verdict import settle
from unrolled.course.bundle import Bundle

MOST = 0.5  # of a question's points
SECONDS = 5.0  # CPU seconds for one of them; no reference takes three


@dataclass(frozen=True)
class GivenAway:
    """A function or class of a released cell that earns points as the answer to a question."""

    cell: str
    name: str
    question: str
    points: float
    of: float

    def __str__(self) -> str:
        return f"{self.name} in cell {self.cell} earns {self.points:g} of {self.of:g} as {self.question}"


def given_definitions(bundle: Bundle) -> Iterator[tuple[str, str, str]]:
    """(cell, name, source) of what students get: functions and classes at the top of cells that are no answers."""
    for cell in bundle.cells:
        if cell.type != "code" or cell.id in bundle.answers:
            continue
        try:
            body = ast.parse(cell.source).body
        except SyntaxError:  # IPython's magic
            continue
        for part in body:
            if isinstance(part, ast.FunctionDef | ast.ClassDef):
                yield cell.id or "to play with", part.name, ast.unparse(part)


def given_away(bundle: Bundle, salt: str, questions: Collection[str] | None = None) -> Iterator[GivenAway]:
    """Put each of them to each question's check, in this process, which must be in its main thread."""
    found = list(given_definitions(bundle))
    for id, question in bundle.questions.items():
        wanted = [p for p in ast.parse(bundle.answers[id]).body if getattr(p, "name", "") == question.name]
        if bundle.trains(id) or not wanted or (questions is not None and id not in questions):
            continue
        for cell, name, source in found:
            if _takes_as_much(ast.parse(source).body[0], wanted[0]):
                points = _earned(bundle, id, name, source, salt)
                if points > MOST * question.points:
                    yield GivenAway(cell, name, id, points, question.points)


def _takes_as_much(given: ast.stmt, wanted: ast.stmt) -> bool:
    """Are both functions, or both classes, that can be called with equally many arguments?"""
    if type(given) is not type(wanted):
        return False
    one, other = _arguments(given), _arguments(wanted)
    if one is None or other is None:  # such as a dataclass, or an __init__ that is inherited
        return True
    return one[0] <= other[1] and other[0] <= one[1]


def _arguments(part: ast.stmt) -> tuple[int, float] | None:
    """How many positional arguments it needs, and how many it takes; of a class, its __init__."""
    if isinstance(part, ast.ClassDef):
        makers = [p for p in part.body if isinstance(p, ast.FunctionDef) and p.name == "__init__"]
        return _arguments(makers[0]) if makers else None
    assert isinstance(part, ast.FunctionDef)
    named = len(part.args.posonlyargs) + len(part.args.args)
    return named - len(part.args.defaults), float("inf") if part.args.vararg else named


def _earned(bundle: Bundle, id: str, name: str, source: str, salt: str) -> float:
    """Points, or 0 as soon as it can no longer earn more than MOST."""
    question = bundle.questions[id]
    findings = []
    try:
        with limit(SECONDS):
            namespace = bundle.namespace(id)
            exec(source, namespace)
            namespace[question.name] = namespace[name]
            for finding in run(question, Subject(LocalChannel(namespace)), salt):
                findings.append(finding)
                lost = {f.idea for f in findings if f.share < 1 and not f.barred}
                if sum(question.marks[idea] for idea in lost) >= (1 - MOST) * question.points:
                    return 0.0
    except (TooLong, Exception):  # it ends otherwise than an answer would, and earns nothing
        return 0.0
    return settle(id, question.marks, findings).points
