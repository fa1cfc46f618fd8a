"""Tests of the tests: does every check reject what is wrong and accept what is right?

For each question the reference and every alternative must earn full marks, and every misconception must
lose marks for each idea that its entry names. One exception makes the audit red.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import torch

from . import draw, parity
from .catalogue import CatalogueError
from .question import mark
from .subject import Channel, LocalChannel, Subject
from .trained import run

if TYPE_CHECKING:
    from ..bundle import Bundle

# A check that was tried on less has not been tried.
FEWEST_MISCONCEPTIONS, FEWEST_FOR_A_LINE, FEWEST_ALTERNATIVES = 8, 4, 3

# Where an object lives while it is audited: a program of (cell id, source) pairs, and the folder where its run is
# kept (Bundle.cache) -> a channel to its desk.
Host = Callable[[list[tuple[str, str]], Path | None], contextlib.AbstractContextManager[Channel]]


@dataclass
class Row:
    """One question's audit. Failures are sentences, empty lists are good news."""

    question: str
    rejected: int = 0
    misconceptions: int = 0
    accepted: int = 0
    alternatives: int = 0
    failures: list[str] = field(default_factory=list)
    margin: float = 0.0  # largest difference of a right answer, as a share of the difference allowed
    seconds: float = 0.0
    lost: dict[str, frozenset[str]] = field(default_factory=dict)  # entry -> the ideas that lost points

    @property
    def killers(self) -> dict[str, frozenset[str]]:
        """Misconception -> the ideas that it loses."""
        start = "misconception "
        return {name.removeprefix(start): ideas for name, ideas in self.lost.items() if name.startswith(start)}


@contextlib.contextmanager
def in_process(program: list[tuple[str, str]], cache: Path | None = None) -> Iterator[Channel]:
    """Host an object in this process."""
    ran = run(program, cache)
    yield LocalChannel(ran.namespace, ran.meter)


def audit(
    bundle: Bundle, salt: str, host: Host = in_process, questions: Collection[str] | None = None
) -> Iterator[Row]:
    """Audit the questions of one assignment (or some of them), one row each."""
    for id in questions if questions is not None else bundle.questions:
        row, started = Row(id), time.perf_counter()
        right = [("the reference", bundle.answers[id])]
        right += [(f"alternative {a.name}", a.source) for a in bundle.alternatives.get(id, [])]
        row.alternatives = len(right) - 1
        for name, source in right:
            marking = _mark(bundle, id, source, salt, host)
            lost = marking.verdict.failed if marking else {"it does not run"}
            row.lost[name] = frozenset(lost)
            if lost or marking.verdict.needs_person:
                row.failures.append(f"{name} is not accepted: {', '.join(sorted(lost)) or 'flagged for a person'}")
            elif name != "the reference":
                row.accepted += 1
            row.margin = max(
                [row.margin, *(f.margin for f in marking.findings if f.margin)] if marking else [row.margin]
            )

        known = bundle.misconceptions.get(id, [])
        row.misconceptions = len(known)
        needed = FEWEST_FOR_A_LINE if bundle.solution_lines(id) == 1 else FEWEST_MISCONCEPTIONS
        if len(known) < needed or row.alternatives < FEWEST_ALTERNATIVES:
            row.failures.append(f"needs {needed} misconceptions and {FEWEST_ALTERNATIVES} alternatives at least")
        if len({m.name for m in known}) < len(known):
            row.failures.append("two misconceptions have the same name")
        for misconception in known:
            fault, lost = _let_through(bundle, id, misconception, salt, host)
            row.lost[f"misconception {misconception.name}"] = frozenset(lost)
            if fault:
                row.failures.append(f"misconception {misconception.name} {fault}")
            else:
                row.rejected += 1
        row.seconds = time.perf_counter() - started
        yield row


def _let_through(bundle, id, misconception, salt, host) -> tuple[str, set[str]]:
    """(what is wrong with the entry or the check, or ""; the ideas that lost points)."""
    unknown = set(misconception.caught_by) - bundle.questions[id].marks.keys()
    if unknown or not misconception.caught_by:
        return f"names ideas that the question does not have: {', '.join(unknown) or 'none at all'}", set()
    try:
        source = misconception.apply(bundle.answers[id])
    except CatalogueError as error:
        return f"no longer applies: {error}", set()
    marking = _mark(bundle, id, source, salt, host)
    if marking is None:
        return "does not run, so that it tests nothing", set()
    passed = set(misconception.caught_by) - marking.verdict.failed
    return f"is let through by: {', '.join(sorted(passed))}" if passed else "", marking.verdict.failed


def _mark(bundle, id, source, salt, host):
    try:
        with host(bundle.program(id, source), bundle.cache(id)) as channel:
            return mark(bundle.questions[id], Subject(channel), salt)
    except Exception:  # the entry's own code fails to define the object
        return None


# --- many draws: is a verdict the same whatever is drawn? ----------------------------------------------------


@dataclass
class SaltsRow:
    """One question's audits, with one salt after the other.

    margin: the largest of all salts. varied: entry -> the ideas that it loses with some salts and not with others.
    """

    question: str
    salts: int = 0
    rejected: int = 0  # verdicts, of all salts together; so are the three below
    misconceptions: int = 0
    accepted: int = 0
    alternatives: int = 0
    failures: list[str] = field(default_factory=list)
    margin: float = 0.0
    varied: dict[str, frozenset[str]] = field(default_factory=dict)
    seconds: float = 0.0


def audit_salts(
    bundle: Bundle, salts: Sequence[str], host: Host = in_process, questions: Collection[str] | None = None
) -> Iterator[SaltsRow]:
    """Audit each question with every salt. What trains is trained once and judged anew (Bundle.cache).

    A verdict that depends on the salt is told, and is a failure only where an entry must lose or keep its points.
    """
    for id in questions if questions is not None else bundle.questions:
        row, always, ever = SaltsRow(id), {}, {}
        for salt in salts:
            (one,) = audit(bundle, salt, host, [id])
            row.salts, row.seconds, row.margin = row.salts + 1, row.seconds + one.seconds, max(row.margin, one.margin)
            row.rejected, row.misconceptions = row.rejected + one.rejected, row.misconceptions + one.misconceptions
            row.accepted, row.alternatives = row.accepted + one.accepted, row.alternatives + one.alternatives
            row.failures += [f"{failure} (salt {salt!r})" for failure in one.failures]
            for entry, lost in one.lost.items():
                always[entry], ever[entry] = always.get(entry, lost) & lost, ever.get(entry, lost) | lost
        row.varied = {entry: ever[entry] - always[entry] for entry in ever if ever[entry] != always[entry]}
        yield row


# --- controls: ways to weaken every check at once, each of which the audit must notice -------------------


def _no_bias(self, *shape: int):
    return torch.zeros(*shape, dtype=self.dtype)


# Name -> what to enter to weaken the checking code so.
SABOTAGE: dict[str, Callable[[], contextlib.AbstractContextManager]] = {
    "gradients not compared": lambda: mock.patch.object(parity, "_gradient_fault", lambda got, expected: ""),
    "biases drawn as zero": lambda: mock.patch.object(draw.Case, "bias", _no_bias),
    "tolerance 10": lambda: mock.patch.dict(parity.TOLERANCE, dict.fromkeys(parity.TOLERANCE, 10.0)),
}
