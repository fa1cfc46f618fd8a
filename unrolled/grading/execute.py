"""Run a submission's notebook with the referee beside its grade cells.

Takes the place of nbgrader's `Execute` preprocessor, of which it is a subclass, so that its options
(c.Execute.timeout and so on) stay what they are.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbgrader.preprocessors import Execute
from traitlets import Bool, Dict, Float, Integer

from unrolled import __version__
from unrolled.checking.structure import Cell
from unrolled.checking.verdict import OUTPUT_WIDTH, Verdict, nothing, points
from unrolled.course.bundle import Bundle
from unrolled.course.course import Course
from unrolled.course.master import TEST, grade_id
from unrolled.desk.client import SOCKET_VARIABLE
from unrolled.grading.referee import Referee
from unrolled.grading.scratch import DATA_VARIABLE, copy_beside, require, scratch, wall_in
from unrolled.kernels.kernel import FIGURES_IN_PAGES, ONE_THREAD, PrivateKernel
from unrolled.kernels.provisioner import is_warm
from unrolled.marking.diagnosis import Diagnoser
from unrolled.walls.environment import of_a_notebook, passed_on
from unrolled.walls.inner import MB
from unrolled.walls.machine import NO_WALL

MARKING = ONE_THREAD | FIGURES_IN_PAGES  # what the environment of a kernel says while its notebook is marked
RESPONSE_SECONDS = 10  # for a kernel to answer after a cell was stopped
LONGEST_SECONDS = 24 * 3600  # for a cell where no limit is set: nothing is waited for without end
FOR_MARKERS = "for-markers"  # the tag of a cell that marking adds
NOT_RUN = "Not run for marking: this cell is there to play with, and no mark depends on it.\n"
_KNOWN: dict[tuple, Diagnoser] = {}
# What was executed ahead of time (unrolled.grading.ahead) and waits for nbgrader to come to it, by `execution_key`.
FINISHED: dict[str, Execution] = {}
_PROBE = nbformat.v4.new_code_cell()  # stands for the question whether the kernel still answers


@dataclass(frozen=True)
class Execution:
    """A submission after it was run: the notebook, and the verdict on each test cell by its grade_id."""

    notebook: nbformat.NotebookNode
    verdicts: dict[str, Verdict]


def execution_key(nb, resources) -> str:
    """Whose notebook this is, and what is in it. Two students with the same file stay two students."""
    about = resources["nbgrader"]
    content = [about["assignment"], about.get("student"), nbformat.writes(nb)]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def diagnoser_for(course: Course, bundle: Bundle, budgets: Mapping[str, float] | None = None) -> Diagnoser:
    """One for all submissions that are judged alike: what misconceptions give is the same for them.

    nbgrader makes a new preprocessor for every submission, and a process may mark many files.
    """
    key = (bundle.root, bundle.assignment, bundle.hash, course.salt, tuple(sorted((budgets or {}).items())))
    if key not in _KNOWN:
        _KNOWN[key] = Diagnoser(bundle, course.salt, budgets)
    return _KNOWN[key]


class RefereedExecute(PrivateKernel, Execute):
    """Executes every cell; what the referee recorded ends up in `resources["unrolled"]` and in the notebook.

    Nothing that a notebook does keeps its other questions from being marked, short of killing its kernel; and
    then what was marked so far stands, and the rest says why it was not.
    """

    cell_timeouts = Dict(
        key_trait=None, value_trait=Integer(), help="Seconds for single cells, by grade_id; others have `timeout`."
    ).tag(config=True)

    training_timeout = Integer(
        1800, help="Seconds for a cell whose answer trains: a safety stop only, its budget counts in passes."
    ).tag(config=True)
    budgets = Dict(
        key_trait=None,
        value_trait=Float(),
        help="Reference passes a training may cost, by question, instead of its own.",
    ).tag(config=True)

    notebook_timeout = Integer(7200, help="Seconds for a whole notebook, behind a wall.").tag(config=True)
    memory = Integer(2048, help="MB of memory that a notebook may take, behind a wall.").tag(config=True)
    disk = Integer(512, help="MB that a notebook may write into files, behind a wall.").tag(config=True)
    unsandboxed = Bool(False, help="Go on where this machine can shut no notebook in.").tag(config=True)

    def __init__(self, *args, diagnoser: Diagnoser | None = None, **kwargs) -> None:
        kwargs.setdefault("shutdown_kernel", "immediate")  # a marked kernel has nothing left to save
        super().__init__(*args, **kwargs)
        self._diagnosers = {diagnoser.bundle.assignment: diagnoser} if diagnoser else {}
        self.timeout_func = self._seconds_for

    def _seconds_for(self, cell) -> int:
        if cell is _PROBE:
            return RESPONSE_SECONDS
        question = grade_id(cell).removeprefix(TEST)  # where it is judged it may be trained once more
        usual = self.training_timeout if self.bundle.trains(question) else self.timeout
        limit = self.cell_timeouts.get(grade_id(cell), usual)
        return limit if limit and limit > 0 else LONGEST_SECONDS

    def preprocess(self, nb, resources, km=None):
        finished = FINISHED.pop(execution_key(nb, resources), None) if FINISHED else None
        if finished is not None:
            resources.setdefault("unrolled", {})["verdicts"] = finished.verdicts
            return finished.notebook, resources
        untouched = copy.deepcopy(nb)
        done, resources = self._run(nb, resources, km)
        if self._lost_its_warm_process:  # nothing that this notebook is known to have done: once more, from the start
            done, resources = self._run(untouched, resources, km)
        return done, resources

    def _run(self, nb, resources, km):
        assignment = resources["nbgrader"]["assignment"]
        self._was_warm = self._lost_its_warm_process = False
        self._kernel: object = None
        self._diagnoser = self._diagnosers.get(assignment) or self._load(assignment)
        self.bundle = self._diagnoser.bundle
        self.verdicts: dict[str, Verdict] = {}
        for cell in nb.cells:
            cell.metadata.pop("tags", None)  # `skip-execution` would leave a grade cell without a result
        lost = ""
        self.sandbox = require(self.unsandboxed)
        with scratch() as folder, self._shut_in(folder, resources):
            self.kernel_folder = folder
            self._address = self.kernel_folder / "referee"
            try:
                nb, resources = super().preprocess(nb, resources, km)
            except DeadKernelError:
                self._lost_its_warm_process = self._was_warm and not is_warm(self._environment)
                died = getattr(self._kernel, "why", "") or "the notebook's kernel died"
                lost = f"{died} in cell {self._current}, before this question was marked"
            except CellTimeoutError:
                lost = f"cell {self._current} took too long and could not be stopped; nothing after it was run"
            except Exception as error:  # a message that nbclient cannot take, a kernel that does not start …
                first = str(error).split("\n")[0]
                lost = f"running the notebook failed in cell {self._current} ({type(error).__name__}: {first})"
        self._record(nb, resources, lost)
        return nb, resources

    @contextmanager
    def _shut_in(self, folder: Path, resources):
        """While it runs, the notebook works behind the wall, in this folder, on copies of what came with it."""
        self.kernel_wall = None
        usual = resources.get("metadata", {}).get("path", "")
        if self.sandbox != NO_WALL:
            limits = {"memory": self.memory * MB, "disk": self.disk * MB, "seconds": self.notebook_timeout}
            self.kernel_wall = wall_in(folder, self.bundle.root, **limits)
            if usual:
                copy_beside(usual, folder / "work")
            resources.setdefault("metadata", {})["path"] = self.kernel_wall.work
        try:
            yield
        finally:
            resources["metadata"]["path"] = usual

    def _load(self, assignment: str) -> Diagnoser:
        course = Course.find(self.config.CourseDirectory.get("root", "."))
        self._diagnosers[assignment] = diagnoser_for(course, course.bundle(assignment), self.budgets)
        return self._diagnosers[assignment]

    def start_new_kernel(self, **kwargs):
        ours = {SOCKET_VARIABLE: str(self._address), **MARKING, "HOME": os.path.expanduser("~")}
        if wall := self.kernel_wall:
            ours |= of_a_notebook(Path(wall.home))
            if wall.data:
                ours[DATA_VARIABLE] = wall.data[0]
        kwargs["env"] = self._environment = {**passed_on({**os.environ, **kwargs.get("env", {})}), **ours}
        started = super().start_new_kernel(**kwargs)
        self._kernel = getattr(getattr(self.km, "provisioner", None), "process", None)
        self._was_warm = is_warm(self._environment)
        return started

    def preprocess_cell(self, cell, resources, index):
        self._current = grade_id(cell) or index + 1
        if is_left_out(cell, self.bundle):
            cell.outputs, cell.execution_count = [nbformat.v4.new_output("stream", text=NOT_RUN)], None
            return cell, resources
        question = grade_id(cell).removeprefix(TEST)
        if not grade_id(cell).startswith(TEST) or question not in self.bundle.questions:
            cell, resources = super().preprocess_cell(cell, resources, index)
        else:
            # The cell's own limit comes first: it interrupts the student's code, which then still answers.
            deadline = self._seconds_for(cell) + RESPONSE_SECONDS
            cells = code_cells(self.nb.cells[:index], self.bundle)
            referee = Referee(self._address, self._diagnoser, question, cells, deadline)
            try:
                with referee:
                    cell, resources = super().preprocess_cell(cell, resources, index)
            finally:
                self.verdicts[question] = referee.verdict
            if not referee.asked:
                self.verdicts[question] = self._unasked(question, cell)
            self._explain(self.verdicts[question])
        if _timed_out(cell):
            self._require_an_answer()
        return cell, resources

    def _unasked(self, question: str, cell) -> Verdict:
        """The verdict on a grade cell that ended without calling the referee: no points, and what it said."""
        reason = f"the marking cell never asked to be marked ({_error(cell) or 'and gave no error'})"
        return nothing(question, self.bundle.questions[question].marks, reason, needs_person=True)

    def _explain(self, verdict: Verdict) -> None:
        """Where points were lost and the answer's own cell had failed, say how."""
        for cell in self.nb.cells:
            if not (verdict.failed and grade_id(cell) == verdict.question and _error(cell)):
                continue
            if _error(cell) == "NotImplementedError:":
                verdict.lines[0].says = "not answered yet: the cell still raises NotImplementedError"
            else:
                verdict.notes.append(f"when it was run, the cell with your answer stopped with {_error(cell)}")

    def _require_an_answer(self) -> None:
        """After a time-out: a kernel that does not react is killed, or every later cell would wait in vain."""
        try:
            if self.kc is None or self.wait_for_reply(self.kc.kernel_info(), _PROBE) is None:
                raise TimeoutError
        except Exception:
            raise DeadKernelError("the kernel did not react after a time-out") from None

    def _record(self, nb, resources, lost: str) -> None:
        """Write the verdicts where they count and, over whatever the cells printed, where they are read."""
        for id, question in self.bundle.questions.items():
            if id not in self.verdicts:
                reason = lost or f"the cell {TEST}{id} is not in the notebook"
                self.verdicts[id] = nothing(id, question.marks, reason)
        for cell in nb.cells:
            id = grade_id(cell).removeprefix(TEST)
            if grade_id(cell).startswith(TEST) and id in self.verdicts:
                verdict = self.verdicts[id]
                text = "\n".join([verdict.heading(), *verdict.text(OUTPUT_WIDTH)]) + "\n"
                cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=text)]
        resources.setdefault("unrolled", {})["verdicts"] = {TEST + id: verdict for id, verdict in self.verdicts.items()}
        made_from = nb.metadata.get("unrolled", {}).get("release", "unknown")
        nb.metadata["unrolled"] = report(self.bundle, self.verdicts, nb, made_from, self.sandbox)
        show_mark_schemes(nb, self.bundle)


def show_mark_schemes(notebook, bundle: Bundle) -> None:
    """Put a cell above each answer in words, with the model answer and the mark scheme, for whoever marks it.

    The cell stands in the marked notebook, which formgrader shows, and in no student's page.
    """
    cells = []
    for cell in notebook.cells:
        id = grade_id(cell)
        if id in bundle.by_hand:
            text = (
                f"**To mark: `{id}`, {points(bundle.by_hand[id]):g} points.** Students do not see this cell.\n\n"
                f"{bundle.mark_scheme(id)}\n\n**A model answer.** {bundle.model_answer(id)}"
            )
            cells.append(
                nbformat.v4.new_markdown_cell(text, id=f"for-markers-{id}"[:64], metadata={"tags": [FOR_MARKERS]})
            )
        cells.append(cell)
    notebook.cells = cells


def report(bundle: Bundle, verdicts: dict[str, Verdict], notebook, made_from: str, sandbox: str = NO_WALL) -> dict:
    """What a marked notebook keeps about its marking, as plain data. made_from: the hash of its release."""
    texts = {grade_id(cell): cell.source for cell in notebook.cells}
    return {
        "assignment": bundle.assignment,
        "questions": [verdicts[id].as_dict() for id in bundle.questions],
        "by_hand": [
            {"id": id, "of": points(of), "answered": bundle.is_answered(id, texts.get(id, ""))}
            for id, of in bundle.by_hand.items()
        ],
        "marked_by": {"unrolled": __version__, "bundle": bundle.hash, "release": made_from, "sandbox": sandbox},
    }


def is_for_markers(cell) -> bool:
    """Is it a cell that marking has added, for whoever marks by hand?"""
    return FOR_MARKERS in cell.metadata.get("tags", [])


def is_left_out(cell, bundle: Bundle) -> bool:
    """Is this still, to the letter, a cell that the master has there to play with? Marking does not run it."""
    return cell.cell_type == "code" and cell.source in bundle.explore


def code_cells(cells: list, bundle: Bundle) -> list[Cell]:
    """What was run so far, as the source is read: other cells cannot have had a part in a mark."""
    return [
        Cell(f"cell {grade_id(cell) or number}", cell.source, _error(cell))
        for number, cell in enumerate(cells, start=1)
        if cell.cell_type == "code" and not is_left_out(cell, bundle)
    ]


def _error(cell) -> str:
    """The exception that a cell ended with, in one line; "" if it did not."""
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            return f"{output.ename}: {output.evalue}".strip()[:300]
    return ""


def _timed_out(cell) -> bool:
    outputs = cell.get("outputs", [])
    return any(output.output_type == "error" and output.ename == "CellTimeoutError" for output in outputs)
