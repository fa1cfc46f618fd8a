"""Which known mistake gives exactly these wrong numbers?

The same check, with the same draws, is run on each misconception of the question. If what the student's
code gave is what a misconception gives, wherever the student lost points, the feedback can name it.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Collection, Iterator, Mapping

from unrolled.checking.budget import forgive_an_unfit_machine
from unrolled.checking.catalogue import Misconception
from unrolled.checking.parity import close
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
        given = frozenset(q.name for q in self.bundle.questions.values() if q.id != question)
        marking = mark(self.questions[question], subject, self.salt, cells, given)
        verdict, budget = marking.verdict, self.questions[question].budget
        if budget is not None:
            forgive_an_unfit_machine(verdict, marking.findings, budget, lambda: self._reference_cost(question))
        if self._trains_next(question):  # what it costs is counted from the end of the marking before it
            with contextlib.suppress(Unreachable):
                subject.lap()
        wrong = [(i, f) for i, f in enumerate(marking.findings) if f.share < 1 and f.observed is not None]
        if not wrong or not verdict.failed:
            return verdict
        share, alike = self._explained(question, marking.findings, wrong)
        if share >= 0.5:
            line = next(line for line in verdict.lines if line.idea == wrong[0][1].idea)
            line.hint = _named(alike[0], share) if budget is None else _behaves_like(alike[:MOST_NAMED])
            line.brief = line.says if budget is not None and len(alike) > 1 else ""
            verdict.diagnosis = alike[0].name
        return verdict

    def _explained(self, question, findings, wrong) -> tuple[float, list[Misconception]]:
        """The share of what is wrong that the best entries give as well, and those entries.

        Among them are kept those that go wrong where the student's is right at the fewest places.
        """
        alike = [(m, theirs) for m, theirs in self._results(question) if theirs.agrees(*wrong[0])]
        shares = [sum(theirs.agrees(i, f) for i, f in wrong) / len(wrong) for _, theirs in alike]
        best = [entry for entry, share in zip(alike, shares, strict=True) if share == max(shares)]
        if len(best) > 1:
            right = [i for i, f in enumerate(findings) if f.share == 1]
            more = [sum(theirs.fails(i) for i in right) for _, theirs in best]
            best = [entry for entry, extra in zip(best, more, strict=True) if extra == min(more)]
        return max(shares, default=0), [misconception for misconception, _ in best]

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

    def agrees(self, index: int, mine: Finding) -> bool:
        """Did it go wrong at the same place, with the same result?"""
        theirs = self._finding(index)
        if theirs is None or (theirs.idea, theirs.case) != (mine.idea, mine.case) or theirs.share == 1:
            return False
        return close(mine.observed, theirs.observed)

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


def _named(misconception: Misconception, share: float) -> str:
    start = "This is exactly what" if share == 1 else "Most of this is what"
    return (f"{start} {misconception.what} gives. " if misconception.what else "") + misconception.hint


def _behaves_like(alike: list[Misconception]) -> str:
    """A training is recognised by what its network does, and different mistakes can end alike: name them all."""
    if len(alike) == 1:
        return f"This looks like what {alike[0].what} gives. {alike[0].hint}"
    return "Several mistakes end like this. " + " ".join(f"Is it {m.what}? {m.hint}" for m in alike)
