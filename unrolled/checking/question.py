"""A question's hidden check, and how it is run on a subject.

    @question("manual_rnn_cell", name="ManualRNNCell", marks={"shape": 1, "values": 6}, forbids=FUSED_RNN)
    def manual_rnn_cell(cell_class, draw):
        ...
        yield values(cell_class(4, 6)(x, h), reference(x, h), case)

The function is a generator of findings. It need not catch anything: whatever the student's code does comes
back as a value, and a bug in the check itself never costs the student points silently.
"""

from __future__ import annotations

import contextlib
import itertools
import traceback
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from unrolled.checking.declaration import Declaration
from unrolled.checking.draw import Draw, seed_of
from unrolled.checking.structure import Cell, defining, reached, read
from unrolled.checking.subject import Handle, Problem, Subject, Unreachable
from unrolled.checking.verdict import Finding, Verdict, nothing, settle


@dataclass(frozen=True, kw_only=True)
class Question(Declaration):
    """A declaration with its check. forbids: torch names (their last parts) that the answer may not reach.

    builds_on: names of earlier answers -> the kind of stand-in (unrolled.desk.stand_ins) that it is judged with.
    """

    forbids: frozenset[str]
    builds_on: dict[str, str]
    check: Callable[[Handle, Draw], Iterator[Finding]]


def question(
    id: str,
    *,
    name: str,
    marks: dict[str, float],
    forbids: frozenset[str] = frozenset(),
    budget: float | None = None,
    builds_on: dict[str, str] | None = None,
) -> Callable[[Callable[[Handle, Draw], Iterator[Finding]]], Question]:
    """Declare the decorated generator as the hidden check of a question."""

    def declare(check: Callable[[Handle, Draw], Iterator[Finding]]) -> Question:
        return Question(
            id=id, name=name, marks=marks, budget=budget, forbids=forbids, builds_on=builds_on or {}, check=check
        )

    return declare


def run(question: Question, subject: Subject, salt: str, own_parts: bool = False) -> Iterator[Finding]:
    """The findings of a question's check on a subject, as they come. Raises MissingObject and Unreachable.

    own_parts: with the notebook's own earlier answers, and not with stand-ins for them.
    """
    subject.seed(seed_of(salt, question.id))  # so that a regrade sees what this marking saw
    for name, kind in {} if own_parts else question.builds_on.items():
        subject.stand_in(name, kind)
    try:
        found = subject.look_up(question.name)
        if isinstance(found.value(), Problem):
            raise MissingObject(f"there is no {question.name} in the notebook: run its cell, and keep the name")
        yield from question.check(found, Draw(salt, question.id, question.budget))
    finally:
        if question.builds_on and not own_parts:
            with contextlib.suppress(Exception):  # it has gone, or this is a run that nobody asked on, at the very end
                subject.own()


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
    others: Collection[Question] = (),
) -> Marking:
    """Run a question's check on a subject: with stand-ins for the earlier answers that it builds on.

    Where points are lost so, the notebook's own earlier answers are tried too, provided that they earn their values
    there and then; the better result counts, and a note says which it was. cells: the notebook's code cells, for what
    the source must not use; None where there is no source. others: the assignment's questions in their order: what they
    ask for is judged there.

    Returns a verdict in every case: what the student's code does cannot make this raise.
    """
    before = list(itertools.takewhile(lambda other: other.id != question.id, others))
    parts = [other for other in before if other.name in question.builds_on]
    if cells is not None and question.budget is None:  # such as an own cell, which a network of nn.GRU has no use for
        used = reached(cells, {question.name})
        parts = [part for part in parts if part.name in used]
    notes = []
    if cells is not None and question.forbids:
        elsewhere = frozenset(other.name for other in others if other.id != question.id)
        reading = read(cells, question.name, question.forbids, elsewhere)
        if reading.uses:
            reason = f"{reading.uses[0]}; this question is to be written without it, and earns nothing so"
            return Marking(nothing(question.id, question.marks, reason), [])
        notes = [f"a person will look: {what}" for what in reading.unclear]

    if question.budget is not None:
        marking = _marked_training(question, subject, salt, cells, parts)
    else:
        marking = _marked_definition(question, subject, salt, parts)
    marking.verdict.needs_person |= bool(notes)
    marking.verdict.notes += notes
    return marking


def _marked_definition(question: Question, subject: Subject, salt: str, parts: list[Question]) -> Marking:
    """With stand-ins for the earlier answers, and where that costs points, with those that are right."""
    marking = _marked(question, subject, salt)
    if not parts or not marking.verdict.failed or marking.verdict.needs_person:
        return marking
    with_own = _marked(question, subject, salt, own_parts=True)
    better = with_own.verdict.points > marking.verdict.points
    better = better and all(earns_values(part, subject, salt) for part in parts)
    marking = with_own if better else marking
    with_which = "your own" if better else "a right one in the place of your"
    marking.verdict.notes.append(f"judged with {with_which} {_listed(parts)}")
    return marking


def _marked_training(
    question: Question, subject: Subject, salt: str, cells: list[Cell] | None, parts: list[Question]
) -> Marking:
    """What the notebook has trained with its own earlier answers; and if that is not enough and they have faults, what
    its training makes of right ones: its cell is run again with stand-ins."""
    marking = _marked(question, subject, salt, own_parts=True)
    trainer = defining(cells, question.name) if cells else None
    if trainer is None or not marking.verdict.failed or marking.verdict.needs_person:
        return marking
    wrong = [part for part in parts if _marked(part, subject, salt).verdict.failed]
    if wrong:
        try:
            subject.lap()
            subject.run_again(trainer.source, question.builds_on)
            again = _marked(question, subject, salt, own_parts=True)
            subject.own()
        except Unreachable:  # it has gone over the second run: what the first has earned stays earned
            return marking
        if again.verdict.points > marking.verdict.points:
            again.verdict.notes.append(f"trained once more, with a right one in the place of your {_listed(wrong)}")
            return again
    if trainer.error:  # what was not trained says nothing about how it was trained
        lost = [line for line in marking.verdict.lines if line.earned < line.of]
        for line in lost:
            line.says = "for the same reason"
        lost[0].says = f"the cell that trains it stopped before its end: {trainer.error}"
        marking.findings = []
    return marking


def earns_values(question: Question, subject: Subject, salt: str) -> bool:
    """Does the notebook's own answer earn the idea that weighs most, with the same draws, here and now?

    It was judged before, in its own cell. But an object can behave otherwise once another one was made, and a later
    question may only stand on it while it is right.
    """
    first = max(question.marks, key=lambda idea: question.marks[idea])
    marking = _marked(question, subject, salt)
    return first not in marking.verdict.failed


def _marked(question: Question, subject: Subject, salt: str, own_parts: bool = False) -> Marking:
    findings: list[Finding] = []
    missing, broken = "", False
    try:
        for finding in run(question, subject, salt, own_parts):
            findings.append(finding)
    except MissingObject as reason:
        missing = str(reason)
    except Unreachable as lost:
        missing = f"the notebook's process stopped answering: {lost}"
    except Exception:  # a fault of ours, not of the student's: a person decides
        broken = True
        where = traceback.format_exc().strip().splitlines()[-1]
        missing = f"the check itself failed ({where}); a person will mark this question"
    verdict = settle(question.id, question.marks, [] if missing else findings)
    heaviest = max(question.marks, key=lambda idea: question.marks[idea])
    if not missing and heaviest in verdict.failed and any(_is_a_stub(f.observed) for f in findings):
        missing = "not answered yet: the code still raises NotImplementedError"
    if missing:  # what was right on the first cases of a check that did not end has not been shown to be right
        verdict = nothing(question.id, question.marks, missing)
    if not missing:
        verdict.notes += [f"a person will look: {finding.flag}" for finding in findings if finding.flag]
    verdict.needs_person = broken or bool(verdict.notes)
    return Marking(verdict, [] if missing else findings)


def _is_a_stub(observed: object) -> bool:
    """Does the student's own line say so? torch raises the same for what a class of its own lacks."""
    return isinstance(observed, Problem) and observed.kind == "NotImplementedError" and bool(observed.where)


def _listed(parts: list[Question]) -> str:
    return " and ".join(dict.fromkeys(part.name for part in parts))
