"""Tests of the tests: does every check reject what is wrong and accept what is right?

For each question the reference and every alternative must earn full marks, and every misconception must lose marks for
the ideas that its entry names and for no others, never be taken for another one, and be caught by the visible test
unless the entry says why not. One exception makes the audit red. What a wrong training comes to differs from one
processor to the next, so there one of the ideas has to be lost, and it is told where the others are not as named.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from unrolled.checking.catalogue import CatalogueError, Misconception
from unrolled.checking.prediction import COMMITTED
from unrolled.checking.question import Marking, mark
from unrolled.checking.subject import Channel, LocalChannel, Subject
from unrolled.checking.verdict import Verdict
from unrolled.course.bundle import Bundle
from unrolled.course.master import TRY
from unrolled.course.program import run_program
from unrolled.course.trained import run
from unrolled.marking.diagnosis import Diagnoser

# A check that was tried on less has not been tried.
FEWEST_MISCONCEPTIONS, FEWEST_FOR_A_LINE = 8, 4
FEWEST_ALTERNATIVES, FEWEST_FOR_A_CHOICE = 5, 3  # of a choice, and of a prediction
SHORTEST_MESSAGE = 20  # characters: a visible test that says less explains nothing

REFERENCE, ALTERNATIVE, MISCONCEPTION = "the reference", "alternative ", "misconception "  # how entries are called

# Where an object lives while it is audited: a program of (cell id, source) pairs, and the folder where its run is
# kept (Bundle.cache) -> a channel to its desk.
Host = Callable[[list[tuple[str, str]], Path | None], contextlib.AbstractContextManager[Channel]]


@dataclass(frozen=True)
class Told:
    """What a student reads who makes a catalogued mistake.

    visible: the visible test's message, "" if it passes. line: the line of the verdict that explains the mistake.
    """

    visible: str
    line: str


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
    told: dict[str, Told] = field(default_factory=dict)  # misconception -> what its student reads
    named: int = 0  # misconceptions whose cause the feedback names
    points: dict[str, tuple[float, float]] = field(default_factory=dict)  # misconception -> (lost, of)
    differs: dict[str, frozenset[str]] = field(default_factory=dict)  # of a training: entry -> ideas not as it names

    @property
    def killers(self) -> dict[str, frozenset[str]]:
        """Misconception -> the ideas that it loses."""
        start = MISCONCEPTION
        return {name.removeprefix(start): ideas for name, ideas in self.lost.items() if name.startswith(start)}


@contextlib.contextmanager
def in_process(program: list[tuple[str, str]], cache: Path | None = None) -> Iterator[Channel]:
    """Host an object in this process."""
    ran = run(program, cache)
    yield LocalChannel(ran.namespace, ran.meter)


def entries(bundle: Bundle, id: str) -> list[str]:
    """What the audit calls a question's entries: the reference, "alternative x" …, "misconception y" …"""
    names = [ALTERNATIVE + a.name for a in bundle.alternatives.get(id, [])]
    return [REFERENCE, *names, *(MISCONCEPTION + m.name for m in bundle.misconceptions.get(id, []))]


def audit(
    bundle: Bundle,
    salt: str,
    host: Host = in_process,
    questions: Collection[str] | None = None,
    only: Collection[str] | None = None,
    explain: bool = True,
) -> Iterator[Row]:
    """Audit the questions of one assignment (or some of them), one row each.

    only: the entries to try, by the names that `entries` gives; None for all. explain: also hold the diagnosis and
    the visible test to each entry, which no draw changes.
    """
    for id in questions if questions is not None else bundle.questions:
        row, started = Row(id), time.perf_counter()
        row.failures += _too_few(bundle, id)
        among = None if only is None else {name.removeprefix(MISCONCEPTION) for name in only}
        diagnoser = Diagnoser(bundle, salt, among=among) if explain else None
        right = [(REFERENCE, bundle.answers[id])]
        right += [(ALTERNATIVE + a.name, a.source) for a in bundle.alternatives.get(id, [])]
        for name, source in right:
            if only is not None and name not in only:
                continue
            row.alternatives += name != REFERENCE
            fault = _not_accepted(bundle, id, name, source, salt, host, row)
            fault = fault or (_visible_refuses(bundle, id, source) if explain else "")
            if fault:
                row.failures.append(f"{name} is not accepted: {fault}")
            else:
                row.accepted += name != REFERENCE
        for misconception in bundle.misconceptions.get(id, []):
            name = MISCONCEPTION + misconception.name
            if only is not None and name not in only:
                continue
            row.misconceptions += 1
            faults = list(_let_through(bundle, id, misconception, salt, host, row, diagnoser))
            row.failures += [f"{name} {fault}" for fault in faults]
            row.rejected += not faults
        row.seconds = time.perf_counter() - started
        yield row


def _too_few(bundle: Bundle, id: str) -> Iterator[str]:
    known = bundle.misconceptions.get(id, [])
    needed = FEWEST_FOR_A_LINE if bundle.solution_lines(id) == 1 else FEWEST_MISCONCEPTIONS
    only_chosen = set(bundle.questions[id].marks) in ({"answer"}, {COMMITTED})
    right = FEWEST_FOR_A_CHOICE if only_chosen else FEWEST_ALTERNATIVES
    if len(known) < needed or len(bundle.alternatives.get(id, [])) < right:
        yield f"needs {needed} misconceptions and {right} alternatives at least"
    if len({m.name for m in known}) < len(known):
        yield "two misconceptions have the same name"


def _not_accepted(bundle, id, name, source, salt, host, row: Row) -> str:
    """Why a right answer has not all its marks; "" if it has."""
    marking = _mark(bundle, id, source, salt, host)
    if marking is None:
        row.lost[name] = frozenset(bundle.questions[id].marks)
        return "it does not run"
    row.margin = max([row.margin, *(f.margin for f in marking.findings if f.margin)])
    row.lost[name] = frozenset(marking.verdict.failed)
    if row.lost[name]:
        return ", ".join(sorted(row.lost[name]))
    return "flagged for a person" if marking.verdict.needs_person else ""


def _let_through(bundle, id, entry: Misconception, salt, host, row: Row, diagnoser) -> Iterator[str]:
    """What is wrong with the entry, with the check or with the visible test; nothing if it is rejected as it says."""
    unknown = set(entry.caught_by) - bundle.questions[id].marks.keys()
    if unknown or not entry.caught_by:
        yield f"names ideas that the question does not have: {', '.join(unknown) or 'none at all'}"
        return
    try:
        source = entry.apply(bundle.answers[id])
    except CatalogueError as error:
        yield f"no longer applies: {error}"
        return
    marking = _mark(bundle, id, source, salt, host, diagnoser)
    if marking is None:
        yield "does not run, so that it tests nothing"
        return
    verdict = marking.verdict
    row.lost[MISCONCEPTION + entry.name] = frozenset(verdict.failed)
    passed, more = set(entry.caught_by) - verdict.failed, verdict.failed - set(entry.caught_by)
    if bundle.trains(id) and verdict.failed & set(entry.caught_by):
        if differs := passed | more:
            row.differs[MISCONCEPTION + entry.name] = frozenset(differs)
        passed = more = set()
    if passed:
        yield f"is let through by: {', '.join(sorted(passed))}"
    if diagnoser is None:
        return
    if more:
        yield f"costs more than its own ideas: {', '.join(sorted(more))}"
    message = visible_message(bundle, id, source)
    row.told[entry.name] = Told(message, explained_line(verdict))
    row.points[entry.name] = verdict.of - verdict.points, verdict.of
    # By itself, with an entry that gives the very same results, or in the check's own words.
    if any(entry.hint in line for line in verdict.text()):
        row.named += 1
    elif verdict.diagnosis:
        yield f"is taken for {verdict.diagnosis}: {row.told[entry.name].line}"
    if entry.hidden_only and message:
        yield f"is listed as hidden-only and caught by the visible test: {message}"
    elif not entry.hidden_only and len(message) <= SHORTEST_MESSAGE:
        yield "is not caught by the visible test with a message; add one there, or say why not in hidden_only"


def explained_line(verdict: Verdict) -> str:
    """The line with a hint, or the first that lost points, as the student reads it."""
    lost = [line for line in verdict.lines if line.earned < line.of]
    told = next((line for line in lost if line.hint), lost[0] if lost else None)
    if told is None:
        return ""
    return " ".join((f"{told}. {told.hint}" if told.hint else str(told)).split())


def visible_message(bundle: Bundle, id: str, source: str, test: str | None = None) -> str:
    """What the visible test says to an answer; "" if it passes. Any exception but AssertionError is a fault of it.

    test: another visible test than the master's.
    """
    test = bundle.cell(TRY + id).source if test is None else test
    try:
        run_program([(TRY + id, test)], bundle.namespace(id, source))
    except AssertionError as said:
        return str(said)
    except Exception as error:
        return f"{type(error).__name__}"  # shorter than a message: it speaks of Python, not of the idea
    return ""


def _visible_refuses(bundle: Bundle, id: str, source: str) -> str:
    message = visible_message(bundle, id, source)
    return f"the visible test refuses it: {message}" if message else ""


def _mark(bundle, id, source, salt, host, diagnoser: Diagnoser | None = None) -> Marking | None:
    """The marking, with a diagnosis if there is a diagnoser; None if the entry's own code does not run."""
    try:
        with host(bundle.program(id, source), bundle.cache(id)) as channel:
            if diagnoser:
                return Marking(diagnoser.examine(id, Subject(channel)), [])
            return mark(bundle.questions[id], Subject(channel), salt, others=list(bundle.questions.values()))
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
    bundle: Bundle,
    salts: Sequence[str],
    host: Host = in_process,
    questions: Collection[str] | None = None,
    only: Collection[str] | None = None,
) -> Iterator[SaltsRow]:
    """Audit each question with every salt, all of its entries or only some.

    What trains is trained once and judged anew (Bundle.cache).

    A verdict that depends on the salt is told, and is a failure only where an entry must lose or keep its points.
    """
    for id in questions if questions is not None else bundle.questions:
        row = SaltsRow(id)
        always: dict[str, frozenset[str]] = {}
        ever: dict[str, frozenset[str]] = {}
        for salt in salts:
            (one,) = audit(bundle, salt, host, [id], only, explain=False)
            row.salts, row.seconds, row.margin = row.salts + 1, row.seconds + one.seconds, max(row.margin, one.margin)
            row.rejected, row.misconceptions = row.rejected + one.rejected, row.misconceptions + one.misconceptions
            row.accepted, row.alternatives = row.accepted + one.accepted, row.alternatives + one.alternatives
            row.failures += [f"{failure} (salt {salt!r})" for failure in one.failures]
            for entry, lost in one.lost.items():
                always[entry], ever[entry] = always.get(entry, lost) & lost, ever.get(entry, lost) | lost
        row.varied = {entry: ever[entry] - always[entry] for entry in ever if ever[entry] != always[entry]}
        yield row
