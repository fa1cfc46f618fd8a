"""Run a submission's notebook with the referee beside its grade cells.

Takes the place of nbgrader's `Execute` preprocessor, of which it is a subclass, so that its options
(c.Execute.timeout and so on) stay what they are.
"""

from __future__ import annotations

import copy
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbgrader.preprocessors import Execute
from traitlets import Bool, Dict, Float, Instance, Integer

from unrolled import __version__
from unrolled.checking.structure import Cell
from unrolled.checking.verdict import OUTPUT_WIDTH, Verdict, nothing, points
from unrolled.course.bundle import Bundle
from unrolled.course.course import Course
from unrolled.course.for_markers import FOR_MARKERS
from unrolled.course.master import TEST, grade_id
from unrolled.desk.client import SOCKET_VARIABLE
from unrolled.doctor.copying import copy_along
from unrolled.doctor.entries import of_folder
from unrolled.doctor.outputs import Bounds, bound_cell
from unrolled.doctor.plain import one_line
from unrolled.grading.executions import EXECUTION, Executions, Plan, faults_of, made_by, plan
from unrolled.grading.kept import KeptDiagnoser
from unrolled.grading.prepared import ARGUMENT, plain_python
from unrolled.grading.referee import Referee
from unrolled.grading.scratch import DATA_VARIABLE, require, scratch, wall_in
from unrolled.grading.stopping import at_once
from unrolled.kernels.kernel import FIGURES_IN_PAGES, ONE_THREAD, PrivateKernel
from unrolled.kernels.provisioner import is_warm
from unrolled.marking.diagnosis import Diagnoser
from unrolled.walls.environment import of_a_notebook, passed_on
from unrolled.walls.inner import MB
from unrolled.walls.machine import NO_WALL, sandbox

MARKING = ONE_THREAD | FIGURES_IN_PAGES  # what the environment of a kernel says while its notebook is marked
RESPONSE_SECONDS = 10  # for a kernel to answer after a cell was stopped
LONGEST_SECONDS = 24 * 3600  # for a cell where no limit is set: nothing is waited for without end
NOT_RUN = "Not run for marking: this cell is there to play with, and no mark depends on it.\n"
RUNS = 4  # of one notebook, each without the cells that ended the kernel before
ENDED_IT = "Not run: this cell ended the notebook's kernel, so that nothing below it could run.\n"
DIED = "the notebook's kernel died"
NO_INPUT = "input(): nobody can type while a notebook is marked; write the value into the code"
_KNOWN: dict[tuple, Diagnoser] = {}
COST = "unrolled_cost"  # what a run took; beside the report, which is the same whenever a file is run
_PROBE = nbformat.v4.new_code_cell()  # stands for the question whether the kernel still answers


def diagnoser_for(course: Course, bundle: Bundle, budgets: Mapping[str, float] | None = None) -> Diagnoser:
    """One for all submissions that are judged alike: what misconceptions give is the same for them.

    nbgrader makes a new preprocessor for every submission, and a process may mark many files.
    """
    key = (bundle.root, bundle.assignment, bundle.hash, course.salt, tuple(sorted((budgets or {}).items())))
    if key not in _KNOWN:
        _KNOWN[key] = KeptDiagnoser(bundle, course.salt, budgets)
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

    notebook_timeout = Integer(7200, help="Seconds for a whole notebook, all its runs together, behind a wall.").tag(
        config=True
    )
    memory = Integer(2048, help="MB of memory that a notebook may take, behind a wall.").tag(config=True)
    disk = Integer(512, help="MB that a notebook may write into files, behind a wall.").tag(config=True)
    gpu = Bool(False, help="Let notebooks use this machine's graphics cards, behind a wall.").tag(config=True)
    unsandboxed = Bool(False, help="Go on where this machine can shut no notebook in.").tag(config=True)
    executions = Instance(
        Executions, allow_none=True, help="Where finished executions are kept, by `unrolled grade`; None: nowhere."
    ).tag(config=True)

    def __init__(self, *args, diagnoser: Diagnoser | None = None, **kwargs) -> None:
        kwargs.setdefault("shutdown_kernel", "immediate")  # a marked kernel has nothing left to save
        kwargs.setdefault("store_widget_state", False)  # nor is there anybody who would move a slider
        super().__init__(*args, **kwargs)
        self._diagnosers = {diagnoser.bundle.assignment: diagnoser} if diagnoser else {}
        self.timeout_func = self._seconds_for
        self.extra_arguments = [*self.extra_arguments, ARGUMENT]

    def _seconds_for(self, cell) -> int:
        if cell is _PROBE:
            return RESPONSE_SECONDS
        question = grade_id(cell).removeprefix(TEST)  # where it is judged it may be trained once more
        usual = self.training_timeout if self.bundle.trains(question) else self.timeout
        limit = self.cell_timeouts.get(grade_id(cell), usual)
        return limit if limit and limit > 0 else LONGEST_SECONDS

    def preprocess(self, nb, resources, km=None):
        self._plan = self.plan(nb, resources)
        finished = self._plan.finished() if self._plan else None
        if finished is not None:
            resources.setdefault("unrolled", {})["verdicts"] = _by_cell(finished.verdicts)
            return finished.notebook, resources
        untouched = copy.deepcopy(nb)
        self._until = time.monotonic() + self.notebook_timeout
        self._began, self._used = time.monotonic(), {"cpu": 0.0, "memory": 0}
        self._ended: dict[int, str] = {}  # cells that ended the kernel, by index -> in what words
        self._faults: list[str] = []
        blameless = False
        for _ in range(RUNS):
            with at_once():
                done, resources = self._run(copy.deepcopy(untouched), resources, km)
            if self._lost_its_warm_process and not blameless:  # nothing that this notebook is known to have done
                blameless = True
                self._faults.clear()
            elif not self._lost or not self._leave_out(untouched.cells):
                break
        if self._plan:
            self._plan.keep(done, self.verdicts, self._faults)
        return done, resources

    def plan(self, nb, resources) -> Plan | None:
        """What is to be done for this notebook, by what is kept of earlier runs; None where nothing is."""
        if self.executions is None:
            return None
        return plan(self.executions, nb, resources, self.made(resources["nbgrader"]["assignment"]))

    def made(self, assignment: str) -> dict[str, str]:
        """Question -> a hash of all that its mark depends on, beside what was handed in.

        Limits of time are not among it: who comes up against one is run again as it is.
        """
        course = self._course()
        about_the_run = [sandbox() == NO_WALL, self.memory, self.disk, self.gpu]
        return made_by(course.bundle(assignment), course.salt, self.budgets, about_the_run)

    def _leave_out(self, cells: list) -> bool:
        """Note what the next run does without, after a kernel has ended; False if there is nothing to leave out.

        A cell of the notebook's is left out itself. Where the kernel ended while a question was marked, the code is
        the student's own, and runs wherever it is called: then its answer is left out with it.
        """
        index = self._index
        if index in self._ended or not 0 <= index < len(cells):
            return False
        self._ended[index] = self._lost
        question = grade_id(cells[index]).removeprefix(TEST)
        if grade_id(cells[index]).startswith(TEST):
            for number, cell in enumerate(cells):
                if grade_id(cell) == question:
                    self._ended[number] = self._lost
        return True

    def _run(self, nb, resources, km):
        assignment = resources["nbgrader"]["assignment"]
        self._was_warm = self._lost_its_warm_process = False
        self._index, self._current, self._lost = -1, "before the first", ""
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
                self._lost_its_warm_process = self._was_warm and not is_warm(self._environment, self.kernel_wall)
                why = getattr(self._kernel, "why", "")
                self._lost = f"{why or DIED} in cell {self._current}"
                if not why:  # by its own doing or by the machine's
                    self._faults.append(self._lost)
                lost = f"{self._lost}, before this question was marked"
            except CellTimeoutError:
                self._lost = f"cell {self._current} took too long and could not be stopped"
                self._faults.append(self._lost)
                lost = f"{self._lost}; nothing after it was run"
            except Exception as error:  # a message that nbclient cannot take, a kernel that does not start …
                first = str(error).split("\n")[0]
                self._lost = f"running the notebook failed in cell {self._current} ({type(error).__name__}: {first})"
                lost = self._lost
                self._faults.append(self._lost)
        self._record(nb, resources, lost)
        nb.metadata[COST] = self._cost()
        return nb, resources

    def _cost(self) -> dict:
        """What all runs of this notebook took so far: seconds by the clock, and where the kernel's parent tells them
        CPU seconds and the most bytes in memory, torch's own among them."""
        used = getattr(self._kernel, "used", {})
        self._used["cpu"] += used.get("cpu", 0.0)
        self._used["memory"] = max(self._used["memory"], used.get("memory", 0))
        known = {name: value for name, value in self._used.items() if value}
        return {"seconds": round(time.monotonic() - self._began, 2), **known}

    @contextmanager
    def _shut_in(self, folder: Path, resources):
        """While it runs, the notebook works behind the wall, in this folder, on copies of what came with it."""
        self.kernel_wall = None
        usual = resources.get("metadata", {}).get("path", "")
        if self.sandbox != NO_WALL:
            left = max(1.0, self._until - time.monotonic())  # of what all its runs may take together
            limits = {"memory": self.memory * MB, "disk": self.disk * MB, "seconds": left}
            self.kernel_wall = wall_in(folder, self._places(), self.gpu, **limits)
            if usual:
                copy_along(of_folder(Path(usual)).entries, folder / "work")
            resources.setdefault("metadata", {})["path"] = self.kernel_wall.work
        try:
            yield
        finally:
            resources["metadata"]["path"] = usual

    def _places(self) -> list[Path]:
        """The folders with what no notebook may read: the course's, and the class's where that is another."""
        return [self.bundle.root, *([self.executions.folder] if self.executions else [])]

    def _load(self, assignment: str) -> Diagnoser:
        course = self._course()
        self._diagnosers[assignment] = diagnoser_for(course, course.bundle(assignment), self.budgets)
        return self._diagnosers[assignment]

    def _course(self) -> Course:
        return Course.find(self.config.CourseDirectory.get("root", "."))

    def start_new_kernel(self, **kwargs):
        ours = {SOCKET_VARIABLE: str(self._address), **MARKING, "HOME": os.path.expanduser("~")}
        if wall := self.kernel_wall:
            ours |= of_a_notebook(Path(wall.home))
            if wall.data:
                ours[DATA_VARIABLE] = wall.data[0]
        kwargs["env"] = self._environment = {**passed_on({**os.environ, **kwargs.get("env", {})}), **ours}
        started = super().start_new_kernel(**kwargs)
        self._kernel = getattr(getattr(self.km, "provisioner", None), "process", None)
        self._was_warm = is_warm(self._environment, self.kernel_wall)
        return started

    def preprocess_cell(self, cell, resources, index):
        self._current, self._index = grade_id(cell) or f"{index + 1} ({one_line(cell.source, 60)})", index
        self._bounds = Bounds()
        if index in self._ended:
            return self._without(cell), resources
        if is_left_out(cell, self.bundle):
            cell.outputs, cell.execution_count = [nbformat.v4.new_output("stream", text=NOT_RUN)], None
            return cell, resources
        question = grade_id(cell).removeprefix(TEST)
        if grade_id(cell).startswith(TEST) and question in absent(self.nb):
            return cell, resources  # it is not asked, and `_record` says why
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
            if _timed_out(cell) and self.verdicts[question].failed:
                self.verdicts[question].needs_person = True
        if _timed_out(cell):
            self._faults.append(f"cell {self._current} took too long")
            self._require_an_answer()
        return cell, resources

    def output(self, outs, msg, display_id, cell_index):
        """As nbclient's, within bounds: what a cell shows must not fill the memory before it is over."""
        kind, content = msg["msg_type"], msg["content"]
        if self.output_hook_stack[msg["parent_header"].get("msg_id")]:  # it is caught by a widget, which no page shows
            return None
        if self.clear_before_next_output:
            self.clear_output(outs, {"content": {"wait": False}}, cell_index)
        if kind == "stream":
            self._bounds.add_text(outs, str(content.get("name", "stdout")), str(content.get("text", "")))
            return None
        if kind in ("display_data", "execute_result"):
            shown = nbformat.from_dict({"output_type": kind, "data": content.get("data", {})})
            if not self._bounds.takes(shown, outs):
                return None
        return super().output(outs, msg, display_id, cell_index)

    def clear_output(self, outs, msg, cell_index):
        super().clear_output(outs, msg, cell_index)
        if not outs:
            self._bounds = Bounds()

    def _without(self, cell):
        """A cell that has ended the kernel in an earlier run: not run, and if it marks a question, that is lost."""
        cell.outputs, cell.execution_count = [nbformat.v4.new_output("stream", text=ENDED_IT)], None
        question = grade_id(cell).removeprefix(TEST)
        if grade_id(cell).startswith(TEST) and question in self.bundle.questions:
            reason = f"{self._ended[self._index]}, while this question was marked"
            marks = self.bundle.questions[question].marks
            self.verdicts[question] = nothing(question, marks, reason, needs_person=True)
        return cell

    def _unasked(self, question: str, cell) -> Verdict:
        """The verdict on a grade cell that ended without calling the referee: no points, and what it said."""
        reason = f"the marking cell never asked to be marked ({_error(cell) or 'and gave no error'})"
        return nothing(question, self.bundle.questions[question].marks, reason, needs_person=True)

    def _explain(self, verdict: Verdict) -> None:
        """Where points were lost and the answer's own cell had failed, say how."""
        for number, cell in enumerate(self.nb.cells):
            if verdict.failed and grade_id(cell) == verdict.question and number in self._ended:
                verdict.lines[0].says = f"{self._ended[number]}, which holds this answer; the rest was run without it"
                verdict.needs_person = True
            if not (verdict.failed and grade_id(cell) == verdict.question and _error(cell)):
                continue
            if _error(cell) == "NotImplementedError:":
                verdict.lines[0].says = "not answered yet: the cell still raises NotImplementedError"
            else:
                verdict.notes.append(f"when it was run, the cell with your answer stopped with {_error(cell)}")
                verdict.needs_person = verdict.needs_person or _timed_out(cell)

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
            if id in absent(nb):
                self.verdicts[id] = not_asked(self.bundle, id)
            elif id not in self.verdicts:
                reason = lost or f"the cell {TEST}{id} is not in the notebook"
                self.verdicts[id] = nothing(id, question.marks, reason, needs_person=bool(lost))
            self._faults += faults_of(self.verdicts[id])
        if self._plan:
            self.verdicts |= self._plan.takes_over
        for cell in nb.cells:
            id = grade_id(cell).removeprefix(TEST)
            if grade_id(cell).startswith(TEST) and id in self.verdicts:
                verdict = self.verdicts[id]
                text = "\n".join([verdict.heading(), *verdict.text(OUTPUT_WIDTH)]) + "\n"
                cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=text)]
            elif cell.cell_type == "code":
                cell.outputs = bound_cell(cell.outputs)  # a later cell may have changed what an earlier one shows
        resources.setdefault("unrolled", {})["verdicts"] = _by_cell(self.verdicts)
        nb.metadata["unrolled"] = report(self.bundle, self.verdicts, nb, self._left_out(), self.sandbox)
        if self._plan:
            nb.metadata[EXECUTION] = self._plan.key
        nb.metadata.pop("widgets", None)
        show_mark_schemes(nb, self.bundle)

    def _left_out(self) -> list[str]:
        """What a student and an instructor should know of the run."""
        once_more = "the notebook was run once more without that cell"
        return [f"{why}: {once_more}" for why in dict.fromkeys(self._ended.values())]


def _by_cell(verdicts: Mapping[str, Verdict]) -> dict[str, Verdict]:
    """As nbgrader's preprocessors look for them: by the grade_id of the test cell."""
    return {TEST + id: verdict for id, verdict in verdicts.items()}


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


def report(
    bundle: Bundle, verdicts: dict[str, Verdict], notebook, ran: Sequence[str] = (), sandbox: str = NO_WALL
) -> dict:
    """What a marked notebook keeps about its marking, as plain data. ran: remarks on the run; those on the file stand
    in the notebook's metadata, where the doctor wrote them. sandbox: what it was shut in by."""
    texts = {grade_id(cell): cell.source for cell in notebook.cells}
    about = notebook.metadata.get("unrolled", {})
    return {
        "assignment": bundle.assignment,
        "questions": [verdicts[id].as_dict() for id in bundle.questions],
        "by_hand": [
            {"id": id, "of": points(of), "answered": bundle.is_answered(id, texts.get(id, ""))}
            for id, of in bundle.by_hand.items()
        ],
        "mended": [*map(str, about.get("mended", [])), *ran],
        "marked_by": {
            "unrolled": __version__,
            "bundle": bundle.hash,
            "release": about.get("release", "unknown"),
            "sandbox": sandbox,
        },
        "absent": absent(notebook),
    }


def absent(notebook) -> list[str]:
    """The questions that were not in the release that a notebook was begun on, as the doctor found."""
    return list(notebook.metadata.get("unrolled", {}).get("absent", []))


def not_asked(bundle: Bundle, id: str) -> Verdict:
    """The verdict on such a question: no points yet, and nobody's fault."""
    reason = "it was not in the release that you worked on; a person looks"
    return nothing(id, bundle.questions[id].marks, reason, needs_person=True)


def is_left_out(cell, bundle: Bundle) -> bool:
    """Is this still, to the letter, a cell that the master has there to play with? Marking does not run it."""
    return cell.cell_type == "code" and cell.source in bundle.explore


def code_cells(cells: list, bundle: Bundle) -> list[Cell]:
    """What was run so far, as the source is read: other cells cannot have had a part in a mark."""
    return [
        Cell(f"cell {grade_id(cell) or number}", plain_python(cell.source), _error(cell))
        for number, cell in enumerate(cells, start=1)
        if cell.cell_type == "code" and not is_left_out(cell, bundle)
    ]


def _error(cell) -> str:
    """The exception that a cell ended with, in one line; "" if it did not."""
    for output in cell.get("outputs", []):
        if output.output_type == "error" and output.ename == "StdinNotImplementedError":
            return NO_INPUT
        if output.output_type == "error":
            return f"{output.ename}: {output.evalue}".strip()[:300]
    return ""


def _timed_out(cell) -> bool:
    outputs = cell.get("outputs", [])
    return any(output.output_type == "error" and output.ename == "CellTimeoutError" for output in outputs)
