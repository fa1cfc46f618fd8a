"""How far the grading of a class is: a live bar on a terminal, a line for each submission everywhere else."""

from __future__ import annotations

import sys

from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from unrolled.cli.printing import say
from unrolled.doctor.plain import one_line
from unrolled.grading.standing import WAITING
from unrolled.grading.whole_class import Result

LOOKED_BACK = 600  # seconds over which the speed is taken, for the time that is left: trainings take minutes


class ClassProgress:
    """Counts what is done, of `total` submissions, and shows it while it is open."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = self.failed = self.repaired = self.waiting = 0
        self._bar = _bar() if sys.stdout.isatty() else None

    def __enter__(self) -> ClassProgress:
        if self._bar:
            self._bar.start()
            self._task = self._bar.add_task("", total=self.total, counts=self.counts, who="")
        return self

    def __exit__(self, *_) -> None:
        if self._bar:
            self._bar.stop()

    @property
    def counts(self) -> str:
        return f"{self.failed} not marked, {self.repaired} repaired, {self.waiting} waiting for a person"

    def add(self, result: Result) -> None:
        self.done += 1
        self.failed += bool(result.trouble)
        self.repaired += bool(result.mended)
        self.waiting += result.status == WAITING
        if self._bar:
            who = escape(one_line(result.student, 30))
            self._bar.update(self._task, advance=1, description=result.assignment, counts=self.counts, who=who)
            return
        says = f"not marked: {result.trouble}" if result.trouble else str(result.standing)
        says += " (repaired)" if result.mended else ""
        says += f" ({result.status})" if result.status == WAITING else ""
        say(one_line(f"{self.done} of {self.total}  {result.assignment}  {result.student}  {says}", 500))


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(20),
        MofNCompleteColumn(),
        TextColumn("done, {task.fields[counts]},"),
        TimeRemainingColumn(),
        TextColumn("left  {task.fields[who]}"),
        speed_estimate_period=LOOKED_BACK,
    )
