"""Which known mistake gives exactly these wrong numbers?

The same check, with the same draws, is run on each misconception of the question. If what the student's
code gave is what a misconception gives, wherever the student lost points, the feedback can name it.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np
import torch

from unrolled.checking.budget import forgive_an_unfit_machine
from unrolled.checking.catalogue import Misconception
from unrolled.checking.parity import as_numbers, close
from unrolled.checking.question import mark, run
from unrolled.checking.structure import Cell
from unrolled.checking.subject import LocalChannel, Subject, Unreachable
from unrolled.checking.verdict import Finding, Verdict
from unrolled.course.bundle import Bundle
from unrolled.course.trained import measured

MOST_NAMED = 3  # entries in one hint


class Diagnoser:
    """Marks the questions of one bundle and names misconceptions.

    What each misconception gives depends on the draws alone, so it is worked out once, as far as it is needed,
    and serves the whole class.
    """

    def __init__(
        self,
        bundle: Bundle,
        salt: str,
        budgets: Mapping[str, float] | None = None,
        among: Collection[str] | None = None,
    ) -> None:
        """budgets: question -> reference passes, where they differ from what the question itself allows.

        among: names of the misconceptions to compare with, for an audit of a few; None for all.
        """
        self.bundle, self.salt, self.among = bundle, salt, among
        self.questions = {
            id: dataclasses.replace(question, budget=(budgets or {}).get(id, question.budget))
            for id, question in bundle.questions.items()
        }
        self._known: dict[str, list[tuple[Misconception, _Replay]]] = {}

    def examine(self, question: str, subject: Subject, cells: list[Cell] | None = None) -> Verdict:
        """Mark a question and, where points were lost, look for the misconception that explains it."""
        marking = mark(self.questions[question], subject, self.salt, cells, list(self.questions.values()))
        verdict, budget = marking.verdict, self.questions[question].budget
        if budget is not None:
            forgive_an_unfit_machine(verdict, marking.findings, budget, lambda: self._reference_cost(question))
        if self._trains_next(question):  # what it costs is counted from the end of the marking before it
            with contextlib.suppress(Unreachable):
                subject.lap()
        if verdict.failed and marking.findings:
            self._name_causes(question, verdict, marking.findings, trained=budget is not None)
        return verdict

    def _name_causes(self, question: str, verdict: Verdict, findings: list[Finding], trained: bool) -> None:
        """Put a hint behind each line that lost points for a known mistake.

        A cause is said only if it fits every case that the line was judged on, goes wrong nowhere where this answer is
        right, and if what was seen could tell it from others. Entries that fit equally well are all named, or none.
        """
        named: set[str] = set()
        for line in verdict.lines:
            mine = [(i, f) for i, f in enumerate(findings) if f.idea == line.idea and not f.barred]
            if line.earned == line.of or not any(f.share < 1 and tells(f.observed) for _, f in mine):
                continue
            right = [i for i, f in enumerate(findings) if f.share == 1]
            alike = [
                (misconception, theirs)
                for misconception, theirs in self._results(question)
                if all(theirs.fits(i, f) for i, f in mine) and not any(theirs.fails(i) for i in right)
            ]
            lost = [(i, f) for i, f in enumerate(findings) if f.share < 1 and not f.barred]
            whole = [entry for entry in alike if all(entry[1].fits(i, f) for i, f in lost)]
            entries = [misconception for misconception, _ in whole or alike]
            if not entries or len(entries) > MOST_NAMED or named >= {entry.name for entry in entries}:
                continue
            named |= {entry.name for entry in entries}
            line.hint = _behaves_like(entries) if trained or len(entries) > 1 else _named(entries[0])
            line.brief = line.says if len(entries) > 1 else ""
            verdict.diagnosis = verdict.diagnosis or entries[0].name

    def _trains_next(self, question: str) -> bool:
        order = list(self.questions)
        later = order[order.index(question) + 1 :]
        return bool(later) and self.questions[later[0]].budget is not None

    def _reference_cost(self, question: str) -> dict:
        """What the reference solution's training costs here and now."""
        cost = measured(self.bundle.program(question)).cost
        assert cost is not None  # just measured
        return cost

    def _results(self, question: str) -> list[tuple[Misconception, _Replay]]:
        if question not in self._known:
            self._known[question] = []
            for misconception in self.bundle.misconceptions.get(question, []):
                if self.among is not None and misconception.name not in self.among:
                    continue
                try:
                    ran = self.bundle.ran(question, misconception.apply(self.bundle.answers[question]))
                except Exception:  # an entry that no longer runs is the audit's business, not this student's
                    continue
                subject = Subject(LocalChannel(ran.namespace, ran.meter))
                findings = run(self.questions[question], subject, self.salt)
                self._known[question].append((misconception, _Replay(findings)))
        return self._known[question]


class _Replay:
    """The findings of a check on a misconception, worked out no further than somebody asked."""

    def __init__(self, findings: Iterator[Finding]) -> None:
        self._findings = findings
        self._seen: list[Finding] = []

    def fits(self, index: int, mine: Finding) -> bool:
        """Is it right where this answer is right, and wrong where it is wrong, with the same result if there is one?"""
        theirs = self._finding(index)
        if theirs is None or (theirs.idea, theirs.case) != (mine.idea, mine.case):
            return False
        if mine.share == 1 or theirs.share == 1:
            return mine.share == theirs.share
        return not tells(mine.observed) or close(mine.observed, theirs.observed)

    def fails(self, index: int) -> bool:
        theirs = self._finding(index)
        return theirs is not None and theirs.share < 1

    def _finding(self, index: int) -> Finding | None:
        while len(self._seen) <= index:
            try:
                self._seen.append(next(self._findings))
            except Exception:  # it has ended there (StopIteration), or it fails in a way of its own
                return None
        return self._seen[index]


def tells(observed: Any) -> bool:
    """Can what was seen tell one cause from another? An exception, None or a small whole number fits too many."""
    if isinstance(observed, np.ndarray):
        observed = as_numbers(observed)
    if isinstance(observed, torch.Tensor):
        numbers = observed.double().flatten()
        return bool((numbers != numbers.round()).any()) or len(numbers.unique()) > 2
    if isinstance(observed, dict):
        return tells(list(observed.values()))
    if isinstance(observed, list | tuple):
        plain = {part for part in observed if isinstance(part, int | float | str) and not isinstance(part, bool)}
        return len(plain) > 2 or any(tells(part) for part in observed if not isinstance(part, int))
    if isinstance(observed, float):
        return not observed.is_integer()
    return isinstance(observed, str) and bool(observed)


def _named(misconception: Misconception) -> str:
    start = f"This is exactly what {misconception.what} gives. " if misconception.what else ""
    return start + misconception.hint


def _behaves_like(alike: list[Misconception]) -> str:
    """A training is recognised by what its network does, and different mistakes can end alike: name them all."""
    alike = list({m.what: m for m in reversed(alike)}.values())[::-1]  # some differ where nothing was asked
    if len(alike) == 1:
        return f"This looks like what {alike[0].what} gives. {alike[0].hint}"
    return "Several mistakes end like this. " + " ".join(f"Is it {m.what}? {m.hint}" for m in alike)
