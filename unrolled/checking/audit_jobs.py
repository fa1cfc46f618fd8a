"""The audit of many questions at once: one process per core, one question at a time in each."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .audit import Row, SaltsRow, audit, audit_salts, in_process
from .child import ChildHost
from .sabotage import SABOTAGE
from .survivors import SurvivorsRow, audit_mutants

ENTRIES, SALTS, MUTANTS = "entries", "salts", "mutants"


@dataclass(frozen=True)
class Job:
    """One question and what to do with it. kind: ENTRIES, SALTS or MUTANTS; only ENTRIES and MUTANTS have `only`."""

    root: Path
    assignment: str
    question: str
    kind: str
    salts: Sequence[str]
    wall: bool = False
    sabotage: str | None = None
    only: Collection[str] | None = None

    def run(self) -> Row | SaltsRow | SurvivorsRow:
        from ..course import Course  # here: a course knows bundles, and bundles know checks

        bundle = Course(self.root).bundle(self.assignment)
        with contextlib.ExitStack() as stack:
            host = stack.enter_context(ChildHost()).host if self.wall else in_process
            if self.sabotage:
                stack.enter_context(SABOTAGE[self.sabotage]())
            if self.kind == MUTANTS:
                (row,) = audit_mutants(bundle, self.salts[0], [self.question], self.only)
            elif self.kind == SALTS:
                (row,) = audit_salts(bundle, self.salts, host, [self.question])
            else:
                (row,) = audit(bundle, self.salts[0], host, [self.question], self.only)
        return row


def run_all(jobs: Sequence[Job], processes: int | None = None) -> Iterator[Row | SaltsRow | SurvivorsRow]:
    """The rows of the jobs, in their order. processes: at the most; None for one per core."""
    processes = min(processes or os.cpu_count() or 1, len(jobs))
    if processes <= 1:
        yield from map(Job.run, jobs)
        return
    # Not forked: torch has threads by now.
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(Job.run, jobs)
