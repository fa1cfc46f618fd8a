"""Which changes of the reference does a check let through?

Each mutant (unrolled.auditing.mutants) is put to its question's check, which ends at the first thing that it finds
wrong. One that it lets through is as right as the reference, which `EQUIVALENT` in the question's misconceptions.py
then says with a reason, or the check is too weak.
"""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from unrolled.auditing.mutants import mutants
from unrolled.checking.question import MissingObject, run
from unrolled.checking.subject import LocalChannel, Subject
from unrolled.course.bundle import Bundle

# CPU seconds for one mutant: the references take half a second, and a changed loop may never end. A clock on the wall
# would take a busy machine for an endless loop, and call a mutant rejected that no check has found.
SECONDS = 20.0


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
    skipped: str = ""  # why nothing was tried
    seconds: float = 0.0


def audit_mutants(
    bundle: Bundle, salt: str, questions: Collection[str] | None = None, only: Collection[str] | None = None
) -> Iterator[SurvivorsRow]:
    """Put every mutant of each question to its check, in this process, which must be in its main thread.

    only: names of mutants to try (unrolled.auditing.mutants); None for all.
    """
    for id in questions if questions is not None else bundle.questions:
        row, started, known = SurvivorsRow(id), time.perf_counter(), dict(bundle.equivalent.get(id, {}))
        found = mutants(bundle.cell(id).source)
        if only is not None:
            found = [mutant for mutant in found if mutant.name in only]
            known = {name: why for name, why in known.items() if name in only}
        row.mutants = len(found)
        if bundle.trains(id):
            row.skipped = "a training with other numbers is another recipe, as right if what it trains is good enough"
            found = []
        for mutant in found:
            killer = killed_by(bundle, id, mutant.source, salt)
            is_known = known.pop(mutant.name, None) is not None
            if killer:
                row.killed += 1
                row.killers[killer] = row.killers.get(killer, 0) + 1
                if is_known:
                    row.failures.append(f"EQUIVALENT names {mutant.name!r}, which is rejected now: {killer}")
            elif is_known:
                row.equivalent += 1
            else:
                row.survivors.append(f"{mutant.name}, which reads `{mutant.line}`")
        row.failures += [f"EQUIVALENT names {name!r}, which is no mutant of the reference" for name in known]
        row.failures += [f"is let through: {survivor}" for survivor in row.survivors]
        row.seconds = time.perf_counter() - started
        yield row


def killed_by(bundle: Bundle, id: str, source: str, salt: str) -> str:
    """The idea that loses points first, or a few words for another end; "" for an answer that is let through."""
    question, seen = bundle.questions[id], set()
    try:
        with _limit(SECONDS):
            for finding in run(question, Subject(LocalChannel(bundle.namespace(id, source))), salt):
                seen.add(finding.idea)
                if finding.share < 1 and question.marks.get(finding.idea):
                    return finding.idea
                if finding.flag:
                    return "a person looks at it"
    except _TooLong:
        return "it takes too long"
    except MissingObject:
        return "there is nothing to check"
    except Exception:  # its cell does not run, or the check fails on it; full marks it has not got
        return "it does not run"
    return next((idea for idea, points in question.marks.items() if points and idea not in seen), "")


class _TooLong(KeyboardInterrupt):
    """Not an Exception: a desk then starts nothing more, as when a person interrupts it."""


@contextlib.contextmanager
def _limit(seconds: float) -> Iterator[None]:
    """Raise _TooLong in what takes longer."""

    def stop(number, frame):
        raise _TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
