"""A question's hidden check, and how it is run on a subject.

    @question("manual_rnn_cell", name="ManualRNNCell", marks={"shape": 1, "values": 6}, forbids=FUSED_RNN)
    def manual_rnn_cell(cell_class, draw):
        ...
        yield values(cell_class(4, 6)(x, h), reference(x, h), case)

The function is a generator of findings. It need not catch anything: whatever the student's code does comes
back as a value, and a bug in the check itself never costs the student points silently.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from unrolled.checking.declaration import Declaration
from unrolled.checking.draw import Draw, seed_of
from unrolled.checking.structure import Cell, read
from unrolled.checking.subject import Handle, Problem, Subject, Unreachable
from unrolled.checking.verdict import Finding, Verdict, nothing, settle


@dataclass(frozen=True, kw_only=True)
class Question(Declaration):
    """A declaration with its check. forbids: torch names (their last parts) that the answer may not reach."""

    forbids: frozenset[str]
    check: Callable[[Handle, Draw], Iterator[Finding]]


def question(
    id: str,
    *,
    name: str,
    marks: dict[str, float],
    forbids: frozenset[str] = frozenset(),
    budget: float | None = None,
) -> Callable[[Callable[[Handle, Draw], Iterator[Finding]]], Question]:
    """Declare the decorated generator as the hidden check of a question."""

    def declare(check: Callable[[Handle, Draw], Iterator[Finding]]) -> Question:
        return Question(id=id, name=name, marks=marks, budget=budget, forbids=forbids, check=check)

    return declare


def run(question: Question, subject: Subject, salt: str) -> Iterator[Finding]:
    """The findings of a question's check on a subject, as they come. Raises MissingObject and Unreachable."""
    subject.seed(seed_of(salt, question.id))  # so that a regrade sees what this marking saw
    found = subject.look_up(question.name)
    if isinstance(found.value(), Problem):
        raise MissingObject(f"there is no {question.name} in the notebook: run its cell, and keep the name")
    yield from question.check(found, Draw(salt, question.id, question.budget))


class MissingObject(Exception):
    """The notebook has nothing by the name that the contract gives."""


@dataclass
class Marking:
    """A verdict together with the findings that it was settled from."""

    verdict: Verdict
    findings: list[Finding]


def mark(
    question: Question,
    subject: Subject,
    salt: str,
    cells: list[Cell] | None = None,
    given: frozenset[str] = frozenset(),
) -> Marking:
    """Run a question's check on a subject.

    cells: the notebook's code cells, for what the source must not use; None where there is no source. given: the
    names of the other questions' objects, which are judged by their own. Returns a verdict in every case: what
    the student's code does cannot make this raise.
    """
    notes = []
    if cells is not None and question.forbids:
        reading = read(cells, question.name, question.forbids, given)
        if reading.uses:
            reason = f"{reading.uses[0]}; this question is to be written without it, and earns nothing so"
            return Marking(nothing(question.id, question.marks, reason), [])
        notes = [f"a person will look: {what}" for what in reading.unclear]

    findings: list[Finding] = []
    missing, broken = "", False
    try:
        for finding in run(question, subject, salt):
            findings.append(finding)
    except MissingObject as reason:
        missing = str(reason)
    except Unreachable as lost:
        missing = f"the notebook's process stopped answering: {lost}"
    except Exception:  # a fault of ours, not of the student's: a person decides
        broken = True
        where = traceback.format_exc().strip().splitlines()[-1]
        missing = f"the check itself failed ({where}); a person will mark this question"
    if any(isinstance(f.observed, Problem) and f.observed.kind == "NotImplementedError" for f in findings):
        missing = missing or "not answered yet: the code still raises NotImplementedError"
    # An idea that was right on the first cases of a check that did not end has not been shown to be right.
    verdict = (
        nothing(question.id, question.marks, missing) if missing else settle(question.id, question.marks, findings)
    )
    if not missing:
        notes += [f"a person will look: {finding.flag}" for finding in findings if finding.flag]
    verdict.needs_person = broken or bool(notes)
    verdict.notes += notes
    return Marking(verdict, [] if missing else findings)
