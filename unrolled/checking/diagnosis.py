"""Which known mistake gives exactly these wrong numbers?

The same check, with the same draws, is run on each misconception of the question. If what the student's
code gave is what a misconception gives, wherever the student lost points, the feedback can name it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .catalogue import Misconception
from .parity import close
from .question import mark
from .structure import Cell
from .subject import LocalChannel, Subject
from .verdict import Finding, Verdict

if TYPE_CHECKING:
    from ..bundle import Bundle


class Diagnoser:
    """Marks the questions of one bundle and names misconceptions.

    What each misconception gives depends on the draws alone, so it is worked out once and serves the class.
    """

    def __init__(self, bundle: Bundle, salt: str) -> None:
        self.bundle, self.salt = bundle, salt
        self._known: dict[str, list[tuple[Misconception, list[Finding]]]] = {}

    def examine(self, question: str, subject: Subject, cells: list[Cell] | None = None) -> Verdict:
        """Mark a question and, where points were lost, look for the misconception that explains it."""
        marking = mark(self.bundle.questions[question], subject, self.salt, cells)
        verdict = marking.verdict
        wrong = [f for f in marking.findings if f.share < 1 and f.observed is not None]
        if not wrong or not verdict.failed:
            return verdict
        shares = [(_agreement(marking.findings, theirs), m) for m, theirs in self._results(question)]
        share, misconception = max(shares, key=lambda pair: pair[0], default=(0, None))
        if share >= 0.5:
            line = next(line for line in verdict.lines if line.idea == wrong[0].idea)
            start = "This is exactly what" if share == 1 else "Most of this is what"
            line.hint = f"{start} {misconception.what} gives. {misconception.hint}"
            verdict.diagnosis = misconception.name
        return verdict

    def _results(self, question: str) -> list[tuple[Misconception, list[Finding]]]:
        if question not in self._known:
            self._known[question] = []
            for misconception in self.bundle.misconceptions.get(question, []):
                try:
                    namespace = self.bundle.namespace(question, misconception.apply(self.bundle.answers[question]))
                except Exception:  # an entry that no longer runs is the audit's business, not this student's
                    continue
                marking = mark(self.bundle.questions[question], Subject(LocalChannel(namespace)), self.salt)
                self._known[question].append((misconception, marking.findings))
        return self._known[question]


def _agreement(mine: list[Finding], others: list[Finding]) -> float:
    """The share of my wrong findings in which the other went wrong with the same result."""
    theirs = {(i, f.idea, f.case): f for i, f in enumerate(others)}
    wrong = [(i, f) for i, f in enumerate(mine) if f.share < 1 and f.observed is not None]
    same = 0
    for i, finding in wrong:
        other = theirs.get((i, finding.idea, finding.case))
        same += other is not None and other.share < 1 and close(finding.observed, other.observed)
    return same / len(wrong)
