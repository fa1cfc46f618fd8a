"""Executions ahead of time: while nbgrader writes one submission's marks, other processes run the next ones.

A submission's execution is a pure task: the notebook in, the executed notebook and the verdicts out. It needs no
gradebook, so any number may run at once; one process, the one that called, writes. What a worker gives is a file
(unrolled.grading.executions), from which `RefereedExecute` takes it when nbgrader's own Autograde comes to that
submission; what an earlier run has left there is not run again. Whatever goes wrong on the way, the submission is
simply run then and there.
"""

from __future__ import annotations

import contextlib
import functools
import glob
import multiprocessing
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbgrader.converters import Autograde
from nbgrader.converters.base import BaseConverter
from nbgrader.utils import find_all_files, setenv
from traitlets.config import Config

from unrolled.course.course import keep_salt, withdraw_salt
from unrolled.course.nbgrader_config import course_directory, only
from unrolled.grading.execute import MARKING, RefereedExecute
from unrolled.grading.scratch import wall_in
from unrolled.grading.stopping import left_to_parent, unheard_by_children
from unrolled.kernels.lifeline import end_with_parent
from unrolled.kernels.provisioner import FORKING_IS_SAFE, borrow, warm_process
from unrolled.walls.inner import Wall
from unrolled.walls.machine import NO_WALL, sandbox

AHEAD = 2  # submissions that are prepared for each worker: one runs, one waits
MOST = 32  # executions for each worker that may wait to be written, behind one that takes long


def _begin(salt: str | None, *lent) -> None:
    """How a worker starts. salt: what the environment said; lent: the warm process that it forks its kernels from."""
    end_with_parent()
    left_to_parent()
    keep_salt(salt)
    if lent:
        borrow(*lent)


class Ahead:
    """Runs submissions in worker processes, before they are asked for.

        with Ahead(config, work, costs={"06_echo_gru": 320_000}, workers=2, tell_gradebook=…) as ahead:
            ahead.wait("02_manual_rnn", "ada")    # its execution is finished, or has failed; write her marks

    config: the class's, as nbgrader gets it. work: (assignment, student) pairs, in the order of asking. costs: for
    assignments whose answers train, the reference passes that they may take. tell_gradebook: puts an assignment's cells
    into the gradebook, without which nbgrader cannot restore what is locked. mend: has the doctor write what is to be
    run of a submission; was_run: is nothing to be run for what it wrote? ask: calls what needs the gradebook. Nothing
    that happens to a submission here raises, and no process is started before there is something to run.
    """

    def __init__(
        self,
        config: Config,
        work: Sequence[tuple[str, str]],
        costs: Mapping[str, float],
        workers: int,
        tell_gradebook: Callable[[str], None],
        mend: Callable[[str, str], None] = lambda assignment, student: None,
        was_run: Callable[[str, str], bool] = lambda assignment, student: False,
        ask: Callable[[Callable], Any] = lambda run: run(),
    ) -> None:
        self.config, self.costs, self.workers, self.tell_gradebook = config, costs, workers, tell_gradebook
        self._mend, self._was_run, self._ask = mend, was_run, ask
        self._next = list(work)
        self._told: set[str] = set()
        self._broken = False
        self._running: dict[tuple[str, str], Future] = {}
        self._known: set[tuple[str, str]] = set()  # what was looked at, and needs no run

    def __enter__(self) -> Ahead:
        self._stack = contextlib.ExitStack()
        self._scratch = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="unrolled-")))
        return self

    @functools.cached_property
    def _pool(self) -> ProcessPoolExecutor:
        # Not forked: torch has threads by now.
        salt = withdraw_salt()
        kernels, wall = dict(os.environ) | MARKING, self._wall()
        lent = (warm_process(kernels, wall).address, kernels, wall) if FORKING_IS_SAFE else ()  # one for all
        pool = ProcessPoolExecutor(self.workers, multiprocessing.get_context("spawn"), _begin, (salt, *lent))
        with unheard_by_children():
            for _ in range(self.workers):  # they import while the first submissions are prepared
                pool.submit(os.getpid)
        return pool

    def __exit__(self, kind: type[BaseException] | None, *_) -> None:
        if kind is not None:  # Ctrl-C: what runs now is not waited for, and its kernels end with their worker
            for worker in multiprocessing.active_children():
                worker.terminate()
        if "_pool" in vars(self):
            self._pool.shutdown(cancel_futures=True)
        self._stack.close()

    def _wall(self) -> Wall | None:
        """One as every notebook's will be."""
        if sandbox() == NO_WALL:
            return None
        with_gpu = bool(self.config.RefereedExecute.get("gpu", False))
        return wall_in(self._scratch / "as every notebook's", [Path(self.config.CourseDirectory.root)], with_gpu)

    def has_told(self, assignment: str) -> bool:
        """Does the gradebook know this assignment's cells already?"""
        return assignment in self._told

    def wait(self, assignment: str, student: str) -> None:
        """Return when this submission's execution is finished; till then keep the workers busy with what comes next."""
        self._look_ahead()
        self._known.discard((assignment, student))
        future = self._running.get((assignment, student))
        if future is None:
            return
        while not future.done():
            wait([running for running in self._running.values() if not running.done()], return_when=FIRST_COMPLETED)
            self._look_ahead()
        del self._running[assignment, student]
        try:
            future.result()
        except BrokenProcessPool:
            if not self._broken:
                warnings.warn("a worker process died; what is left is run one after the other", stacklevel=2)
            self._broken = True
        except Exception:  # it is run once more, in this process, where the reason is told
            pass

    def _look_ahead(self) -> None:
        while self._next and not self._broken and len(self._running) + len(self._known) < MOST * self.workers:
            unfinished = [assignment for (assignment, _), future in self._running.items() if not future.done()]
            if len(unfinished) >= AHEAD * self.workers:
                return
            assignment, student = self._next.pop(self._choose(unfinished))
            with contextlib.suppress(Exception):  # what cannot be prepared is told when its turn comes
                if not self._prepare(assignment, student):
                    self._known.add((assignment, student))

    def _prepare(self, assignment: str, student: str) -> bool:
        """Have a submission run by a worker; False if there is nothing to run."""
        self._mend(assignment, student)
        if self._was_run(assignment, student):
            return False
        if assignment not in self._told:
            self._ask(lambda: self.tell_gradebook(assignment))
            self._told.add(assignment)
        path = self._ask(lambda: self._sanitized(assignment, student))
        plan = RefereedExecute(config=self.config).plan(*_read(path, assignment, student))
        if plan and plan.finished():
            return False
        self._running[assignment, student] = self._pool.submit(_execute, self.config, assignment, student, path)
        return True

    def _choose(self, unfinished: list[str]) -> int:
        """The place of what to run next: the first in order, but half of the workers do what trains, costliest first.

        A training takes as long as ten other notebooks, and one that is left to the end keeps a single core busy.
        """
        costs = [self.costs.get(assignment, 0) for assignment, _ in self._next]
        trains = sum(assignment in self.costs for assignment in unfinished) < AHEAD * self.workers / 2
        return costs.index(max(costs) if trains or 0 not in costs else 0)

    def _sanitized(self, assignment: str, student: str) -> Path:
        """What nbgrader would execute, in a folder of its own with the files that were handed in beside it."""
        config = Config(self.config)
        config.CourseDirectory = Config(self.config.CourseDirectory)
        config.CourseDirectory.autograded_directory = str(self._scratch)
        coursedir = course_directory(config, assignment)
        coursedir.student_id = glob.escape(student)
        coursedir.notebook_id = only(Path(coursedir.submitted_directory) / student / assignment)
        converter = _Sanitize(coursedir=coursedir, config=config)
        converter.force = True
        converter.start()
        (path,) = (self._scratch / student / assignment).glob("*.ipynb")
        return path


class _Sanitize(Autograde):
    """The first half of nbgrader's Autograde: locked cells are the master's again, nothing is run or written down."""

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """As Autograde's, without the gradebook: it is not to hear of a student before her turn."""
        BaseConverter.init_assignment(self, assignment_id, student_id)
        course = Path(self.coursedir.format_path(self.coursedir.source_directory, ".", assignment_id))
        theirs = {course / name for name in self.exclude_overwriting.get(assignment_id, [])}
        for file in map(Path, find_all_files(str(course), [*self.coursedir.ignore, "*.ipynb"])):
            if file not in theirs:
                target = Path(self._format_dest(assignment_id, student_id)) / file.relative_to(course)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.unlink(missing_ok=True)
                shutil.copy(file, target)

    def convert_single_notebook(self, notebook_filename: str) -> None:
        self._init_preprocessors()
        BaseConverter.convert_single_notebook(self, notebook_filename)


def _read(path: Path, assignment: str, student: str) -> tuple[nbformat.NotebookNode, ResourcesDict]:
    """A sanitized notebook, and what nbgrader would say of it."""
    about = {"assignment": assignment, "student": student}
    return nbformat.read(path, as_version=4), ResourcesDict(metadata={"path": str(path.parent)}, nbgrader=about)


def _execute(config: Config, assignment: str, student: str, path: Path) -> None:
    """What a worker does: run one sanitized notebook, which leaves its execution as a file."""
    with setenv(NBGRADER_EXECUTION="autograde"):
        RefereedExecute(config=config).preprocess(*_read(path, assignment, student))
