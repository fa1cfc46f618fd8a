"""Which known mistake gives exactly these wrong numbers?

The same check, with the same draws, is run on each misconception of the question. If what the student's
code gave is what a misconception gives, wherever the student lost points, the feedback can name it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .catalogue import Misconception
from .parity import close
from .question import mark, run
from .structure import Cell
from .subject import LocalChannel, Subject
from .verdict import Finding, Verdict

if TYPE_CHECKING:
    from ..bundle import Bundle


class Diagnoser:
    """Marks the questions of one bundle and names misconceptions.

    What each misconception gives depends on the draws alone, so it is worked out once, as far as it is needed,
    and serves the whole class.
    """

    def __init__(self, bundle: Bundle, salt: str) -> None:
        self.bundle, self.salt = bundle, salt
        self._known: dict[str, list[tuple[Misconception, _Replay]]] = {}

    def examine(self, question: str, subject: Subject, cells: list[Cell] | None = None) -> Verdict:
        """Mark a question and, where points were lost, look for the misconception that explains it."""
        given = frozenset(q.name for q in self.bundle.questions.values() if q.id != question)
        marking = mark(self.bundle.questions[question], subject, self.salt, cells, given)
        verdict = marking.verdict
        wrong = [(i, f) for i, f in enumerate(marking.findings) if f.share < 1 and f.observed is not None]
        if not wrong or not verdict.failed:
            return verdict
        alike = [(m, theirs) for m, theirs in self._results(question) if theirs.agrees(*wrong[0])]
        shares = [(sum(theirs.agrees(i, f) for i, f in wrong) / len(wrong), m) for m, theirs in alike]
        share, misconception = max(shares, key=lambda pair: pair[0], default=(0, None))
        if share >= 0.5:
            line = next(line for line in verdict.lines if line.idea == wrong[0][1].idea)
            start = "This is exactly what" if share == 1 else "Most of this is what"
            line.hint = f"{start} {misconception.what} gives. " if misconception.what else ""
            line.hint += misconception.hint
            verdict.diagnosis = misconception.name
        return verdict

    def _results(self, question: str) -> list[tuple[Misconception, _Replay]]:
        if question not in self._known:
            self._known[question] = []
            for misconception in self.bundle.misconceptions.get(question, []):
                try:
                    namespace = self.bundle.namespace(question, misconception.apply(self.bundle.answers[question]))
                except Exception:  # an entry that no longer runs is the audit's business, not this student's
                    continue
                findings = run(self.bundle.questions[question], Subject(LocalChannel(namespace)), self.salt)
                self._known[question].append((misconception, _Replay(findings)))
        return self._known[question]


class _Replay:
    """The findings of a check on a misconception, worked out no further than somebody asked."""

    def __init__(self, findings: Iterator[Finding]) -> None:
        self._findings, self._seen = findings, []

    def agrees(self, index: int, mine: Finding) -> bool:
        """Did it go wrong at the same place, with the same result?"""
        while len(self._seen) <= index:
            try:
                self._seen.append(next(self._findings))
            except Exception:  # it has ended there (StopIteration), or it fails in a way of its own
                return False
        theirs = self._seen[index]
        if (theirs.idea, theirs.case) != (mine.idea, mine.case) or theirs.share == 1:
            return False
        return close(mine.observed, theirs.observed)
