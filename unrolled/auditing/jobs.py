"""The audit of many questions at once: what is to be tried, one process per core, and the rows that come of it."""

from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from unrolled.auditing.audit import MISCONCEPTION, Row, SaltsRow, audit, audit_salts, in_process
from unrolled.auditing.audit import entries as entries_of
from unrolled.auditing.blast import BlastRow, blast
from unrolled.auditing.child import ChildHost
from unrolled.auditing.record import Found, blast_to_try, entries_to_try, mutants_to_try
from unrolled.auditing.sabotage import BLAST_SABOTAGE, SABOTAGE
from unrolled.auditing.survivors import SurvivorsRow, audit_mutants
from unrolled.course.bundle import Bundle
from unrolled.course.course import Course
from unrolled.course.errors import CourseError
from unrolled.kernels.kernel import cores
from unrolled.kernels.lifeline import end_with_parent

ENTRIES, SALTS, MUTANTS, BLAST = "entries", "salts", "mutants", "blast"
AnyRow = Row | SaltsRow | SurvivorsRow | BlastRow


@dataclass(frozen=True)
class Job:
    """One question and what to do with it. kind: ENTRIES, SALTS, MUTANTS or BLAST. only: some entries; None for all."""

    root: Path
    assignment: str
    question: str
    kind: str
    salts: Sequence[str]
    wall: bool = False
    sabotage: str | None = None
    only: Collection[str] | None = None

    def run(self) -> AnyRow:
        bundle = Course(self.root).bundle(self.assignment)
        with contextlib.ExitStack() as stack:
            host = stack.enter_context(ChildHost()).host if self.wall else in_process
            if self.sabotage:
                stack.enter_context((SABOTAGE | BLAST_SABOTAGE)[self.sabotage]())
            if self.kind == MUTANTS:
                return next(audit_mutants(bundle, self.salts[0], [self.question], self.only))
            if self.kind == BLAST:
                return next(blast(bundle, self.salts[0], [self.question], self.only))
            if self.kind == SALTS:
                return next(audit_salts(bundle, self.salts, host, [self.question], self.only))
            return next(audit(bundle, self.salts[0], host, [self.question], self.only))


def plan(
    course: Course,
    assignments: Sequence[str],
    questions: Collection[str] = (),
    *,
    salts: Sequence[str],
    entries: bool = True,
    mutants: bool = False,
    blast: bool = False,
    alternatives: bool = False,
    changed: bool = False,
    wall: bool = False,
    sabotage: str | None = None,
) -> list[Job]:
    """The jobs of an audit, in the order of the course.

    questions: only these; () for all. entries, mutants, blast: what to try. alternatives: of the entries, only the
    right ones. changed: all of what changed since
    it was recorded, and of the rest a few. Raises CourseError for a question that none of the assignments has: an
    audit of nothing would be green.
    """
    bundles = [course.bundle(assignment) for assignment in assignments]
    known = {id for bundle in bundles for id in bundle.declared}
    for question in questions:
        if question not in known:
            raise CourseError(f"there is no question {question!r} in {', '.join(assignments)}")
    jobs = []
    for bundle in bundles:
        for id in bundle.declared:
            if questions and id not in questions:
                continue
            job = partial(Job, course.root, bundle.assignment, id, salts=salts, wall=wall, sabotage=sabotage)
            if entries:
                only = entries_to_try(course, bundle, id) if changed else None
                if alternatives:
                    only = [name for name in entries_of(bundle, id) if not name.startswith(MISCONCEPTION)]
                jobs.append(job(kind=SALTS if len(salts) > 1 else ENTRIES, only=only))
            if mutants:
                jobs.append(job(kind=MUTANTS, only=mutants_to_try(course, bundle, id) if changed else None))
            if blast:
                jobs.append(job(kind=BLAST, only=blast_to_try(course, bundle, id) if changed else None))
    return jobs


def run_all(jobs: Sequence[Job], processes: int | None = None) -> Iterator[AnyRow]:
    """The rows of the jobs, in their order. processes: at the most; None for one per core."""
    processes = min(processes or cores(), len(jobs))
    if processes <= 1:
        yield from map(Job.run, jobs)
        return
    # Not forked: torch has threads by now.
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), end_with_parent) as pool:
        yield from pool.map(Job.run, jobs)


@dataclass
class Audited:
    """What an audit found, in the order of its jobs: each row with the bundle that it is about."""

    entries: list[tuple[Bundle, Row | SaltsRow]] = field(default_factory=list)
    mutants: list[tuple[Bundle, SurvivorsRow]] = field(default_factory=list)
    blasts: list[tuple[Bundle, BlastRow]] = field(default_factory=list)

    def add(self, bundle: Bundle, row: AnyRow) -> None:
        if isinstance(row, SurvivorsRow):
            self.mutants.append((bundle, row))
        elif isinstance(row, BlastRow):
            self.blasts.append((bundle, row))
        else:
            self.entries.append((bundle, row))

    @property
    def failures(self) -> list[str]:
        rows = [row for _, row in (*self.entries, *self.mutants, *self.blasts)]
        return [f"{row.question}: {failure}" for row in rows for failure in row.failures]

    @property
    def whole(self) -> list[Found]:
        """All that was found about each question, where all kinds were tried."""
        together = zip(self.entries, self.mutants, self.blasts, strict=False)
        return [Found(bundle, row, m, b) for (bundle, row), (_, m), (_, b) in together if isinstance(row, Row)]

    @property
    def differences(self) -> list[str]:
        """The wrong trainings that lose other ideas here than their entries name."""
        return [
            f"{row.question}: {entry}: {', '.join(sorted(ideas))}"
            for _, row in self.entries
            if isinstance(row, Row)
            for entry, ideas in row.differs.items()
        ]

    @property
    def varied(self) -> list[str]:
        """The entries that lose an idea with some salts and not with others."""
        rows = [row for _, row in self.entries if isinstance(row, SaltsRow)]
        return [
            f"{row.question}: {entry}: {', '.join(sorted(ideas))}"
            for row in rows
            for entry, ideas in row.varied.items()
        ]
