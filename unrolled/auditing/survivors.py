"""Which changes of the reference does a check let through?

Each mutant (unrolled.auditing.mutants) is put to its question's check, which ends at the first thing that it finds
wrong. One that it lets through is as right as the reference, which `EQUIVALENT` in the question's misconceptions.py
then says with a reason, or the check is too weak. What a training comes to is not the same on every machine: one of
its EQUIVALENT may be rejected elsewhere, or never met there.
"""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from unrolled.auditing.mutants import Mutant, mutants
from unrolled.auditing.sizes import APPLIED, mutants_of_size
from unrolled.auditing.trained_mutants import changes, networks
from unrolled.checking.prediction import COMMITTED
from unrolled.checking.question import MissingObject, Question, run
from unrolled.checking.subject import LocalChannel, Subject
from unrolled.course.bundle import Bundle
from unrolled.course.trained import Ran

# CPU seconds for one mutant: the references take half a second, and a changed loop may never end. A clock on the wall
# would take a busy machine for an endless loop, and call a mutant rejected that no check has found.
SECONDS = 20.0

NEVER_MET = "there was nothing to change"  # such as a text that cannot be cut from a graph: no other answer at all


@dataclass
class SurvivorsRow:
    """One question's mutants. killers: what found each fault, an idea or a few words -> how many mutants it found."""

    question: str
    mutants: int = 0
    killed: int = 0
    equivalent: int = 0
    killers: dict[str, int] = field(default_factory=dict)
    survivors: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0


def audit_mutants(
    bundle: Bundle, salt: str, questions: Collection[str] | None = None, only: Collection[str] | None = None
) -> Iterator[SurvivorsRow]:
    """Put every mutant of each question to its check, in this process, which must be in its main thread.

    only: names of mutants to try (unrolled.auditing.mutants); None for all.
    """
    for id in questions if questions is not None else bundle.questions:
        row, started, known = SurvivorsRow(id), time.perf_counter(), dict(bundle.equivalent.get(id, {}))
        found = [name for name in mutant_names(bundle, id) if only is None or name in only]
        known = {name: why for name, why in known.items() if only is None or name in only}
        for name, line, killer in _tried(bundle, id, found, salt):
            if killer == NEVER_MET:
                if known.pop(name, None) and not bundle.trains(id):
                    row.failures.append(f"EQUIVALENT names {name!r}, for which {NEVER_MET}")
                continue
            row.mutants += 1
            is_known = known.pop(name, None) is not None
            if killer:
                row.killed += 1
                row.killers[killer] = row.killers.get(killer, 0) + 1
                if is_known and not bundle.trains(id):
                    row.failures.append(f"EQUIVALENT names {name!r}, which is rejected now: {killer}")
            elif is_known:
                row.equivalent += 1
            else:
                row.survivors.append(f"{name}, which reads `{line}`" if line else name)
        row.failures += [f"EQUIVALENT names {name!r}, which is no mutant of the reference" for name in known]
        row.failures += [f"is let through: {survivor}" for survivor in row.survivors]
        row.seconds = time.perf_counter() - started
        yield row


def mutant_names(bundle: Bundle, id: str) -> list[str]:
    """What a question's mutants are called: changes of its source, or of what it trains. A prediction has none, since
    any other is as right."""
    if set(bundle.questions[id].marks) == {COMMITTED}:
        return []
    if bundle.trains(id):
        return [name for name, _, _ in _trained_mutants(bundle, id)]
    return [mutant.name for mutant in _mutants(bundle, id)]


def _mutants(bundle: Bundle, id: str) -> list[Mutant]:
    source = bundle.cell(id).source
    return mutants(source) + mutants_of_size(source)


def _trained_mutants(bundle: Bundle, id: str) -> Iterator[tuple[str, int, Callable]]:
    """(name, which of the trained networks, what changes it)."""
    trained = list(networks(bundle.namespace(id)[bundle.declared[id].name]))
    for number in range(len(trained)):
        for words, change in changes(id).items():
            yield words + (f", of network {number + 1}" if len(trained) > 1 else ""), number, change


def _tried(bundle: Bundle, id: str, only: Collection[str], salt: str) -> Iterator[tuple[str, str, str]]:
    """(name, the changed line, what killed it) for each mutant of these names."""
    if not bundle.trains(id):
        for mutant in _mutants(bundle, id):
            if mutant.name in only:
                yield mutant.name, mutant.line, killed_by(bundle, id, mutant.source, salt)
        return
    for name, number, change in _trained_mutants(bundle, id):
        if name in only:
            ran = bundle.ran(id)  # loaded anew: the change before is not in it
            network = list(networks(ran.namespace[bundle.declared[id].name]))[number]
            met = change(network)
            killer = _killer(bundle.questions[id], ran, salt)
            yield name, "", killer or ("" if met() else NEVER_MET)


def killed_by(bundle: Bundle, id: str, source: str, salt: str) -> str:
    """What an answer loses points for first; "" for one that is let through, NEVER_MET where its change met nothing."""
    try:
        with limit(SECONDS):
            ran = bundle.ran(id, source)
    except TooLong:
        return "it takes too long"
    except Exception:
        return "it does not run"
    return _killer(bundle.questions[id], ran, salt)


def _killer(question: Question, ran: Ran, salt: str) -> str:
    """The idea that loses points first, or a few words for another end."""
    judged = set()
    try:
        with limit(SECONDS):
            for finding in run(question, Subject(LocalChannel(ran.namespace, ran.meter)), salt):
                if finding.barred:
                    continue
                judged.add(finding.idea)
                if finding.share < 1 and question.marks.get(finding.idea):
                    return finding.idea
                if finding.flag:
                    return "a person looks at it"
    except TooLong:
        return "it takes too long"
    except MissingObject:
        return "there is nothing to check"
    except Exception:  # the check fails on it; full marks it has not got
        return "it does not run"
    unseen = next((idea for idea, points in question.marks.items() if points and idea not in judged), "")
    return unseen or ("" if ran.namespace.get(APPLIED, True) else NEVER_MET)


class TooLong(KeyboardInterrupt):
    """Not an Exception: a desk then starts nothing more, as when a person interrupts it."""


@contextlib.contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Raise TooLong in what takes longer."""

    def stop(number, frame):
        raise TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
