"""Grade a class: every submission through nbgrader's autograde and feedback, one after the other.

nbgrader stops a whole batch for some faults of one notebook. Here each submission is a batch of its own:
whatever happens to one, the others are graded, and the one is listed with its reason.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import glob
import json
import logging
import re
import secrets
import shlex
import shutil
import tempfile
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI
from nbgrader.utils import temp_attrs
from sqlalchemy.exc import SAWarning, SQLAlchemyError
from traitlets.config import Config

from unrolled.build.release import generate
from unrolled.course.course import Course
from unrolled.course.errors import BuildError, CourseError, SubmissionError
from unrolled.course.master import TEST
from unrolled.course.nbgrader_config import course_directory, load_config, only
from unrolled.doctor.entries import is_plain_folder
from unrolled.grading.ahead import Ahead
from unrolled.grading.before import Before
from unrolled.grading.execute import RefereedExecute
from unrolled.grading.executions import Executions
from unrolled.grading.handed_in import HandedIn
from unrolled.grading.mended import mend_submission, take_marks_back
from unrolled.grading.patience import GradebookAway, Patience, told_by_nbgrader
from unrolled.grading.standing import NOT_MARKED, Standing, standings
from unrolled.grading.stopping import held, was_broken_off
from unrolled.grading.table import write_table
from unrolled.grading.waiting import what_waits
from unrolled.grading.written import Rows, Written, rows

T = TypeVar("T")


@dataclass
class Result:
    """One student's assignment. report: as `mark_file` gives it, None where it could not be marked; standing: what the
    gradebook makes of it; trouble: why there is no mark."""

    student: str
    assignment: str
    report: dict | None = None
    trouble: str = ""
    feedback: Path | None = None
    flags: list[str] = field(default_factory=list)
    unchanged: bool = False  # nothing of it was run, and nothing was written
    standing: Standing = field(default_factory=Standing)

    @property
    def score(self) -> float:
        return self.standing.score

    @property
    def of(self) -> float:
        return self.standing.of

    @property
    def status(self) -> str:
        return NOT_MARKED if self.trouble else self.standing.status

    @property
    def mended(self) -> list[str]:
        """What was repaired in the file, and what its run needed."""
        return [str(remark) for remark in (self.report or {}).get("mended", [])]

    @property
    def reason(self) -> str:
        """What cost points first, or why it could not be marked; "" for full marks."""
        by_hand = {id for id, mark in self.standing.cells.items() if mark.by_hand}
        questions = (self.report or {}).get("questions", [])
        lost = [question for question in questions if question["reason"] and TEST + question["id"] not in by_hand]
        return self.trouble or (f"{lost[0]['id']}: {lost[0]['reason']}" if lost else "")


class ClassFolder:
    """Where a class's work lies: submitted/ autograded/ feedback/ gradebook.db, in one folder."""

    def __init__(self, course: Course, folder: Path, db_url: str = "") -> None:
        """db_url: the gradebook's, instead of the configured one for the course's own folder, and else a file in it."""
        self.course, self.folder = course, folder.resolve()
        self.handed_in = HandedIn(self.folder / "submitted", course.assignments)
        self.config = load_config(
            course,
            autograded_directory=self.folder / "autograded",
            feedback_directory=self.folder / "feedback",
        )
        # nbgrader gets what the doctor has made of a submission, and never the submission itself.
        self._mended = tempfile.TemporaryDirectory(prefix="unrolled-", ignore_cleanup_errors=True)
        self.mended: dict[tuple[str, str], list[str] | SubmissionError] = {}
        self.changes: dict[str, list[str]] = {}  # assignment -> what its master's changes did to the gradebook
        self.config.SaveChangedCells.history = str(self.folder / "retired")
        self.config.CourseDirectory.submitted_directory = self._mended.name
        self.config.MendedExporter.mended_already = True
        configured = load_config(course).CourseDirectory.get("db_url", "") if self.folder == course.root else ""
        self.config.CourseDirectory.db_url = db_url or configured or f"sqlite:///{self.folder / 'gradebook.db'}"
        self.patience = Patience(config=self.config)
        self._keep(Executions(self.folder, run=secrets.token_hex(8)))

    def mark_anew(self, questions: Collection[str] = ()) -> None:
        """Believe nothing that an earlier run has made. questions: take over what these earn now, and nothing else."""
        self._keep(dataclasses.replace(self.executions, anew=True, only=frozenset(questions)))

    def _keep(self, executions: Executions) -> None:
        self.executions = self.config.RefereedExecute.executions = executions

    def ask(self, run: Callable[[], T], refused: Callable[[T], str] = lambda answer: "") -> T:
        """What nbgrader answers, once its gradebook can. Raises GradebookAway."""
        return self.patience.ask(lambda: _quietly(run), refused)

    @property
    def gradebook(self) -> Gradebook:
        return Gradebook(self.config.CourseDirectory.db_url, self.config.CourseDirectory.course_id)

    def open_gradebook(self) -> None:
        """Raises CourseError where that can never be; one that does not answer now may answer later."""
        try:
            with contextlib.suppress(GradebookAway):
                self.ask(lambda: self.gradebook.close())
        except (SQLAlchemyError, ImportError) as error:
            secret = re.compile("(?<=:)[^:@/]+(?=@)")  # the password of postgresql://user:password@host/name
            told = secret.sub("…", f"{self.config.CourseDirectory.db_url} cannot be opened: {error}".split("\n")[0])
            raise CourseError(f"the gradebook {told}; see c.CourseDirectory.db_url, or --db") from None

    def submissions(self, assignment: str) -> list[str]:
        """The students who handed something in for an assignment, in order; its folder may have other capitals."""
        return self.handed_in.for_assignment(assignment)

    def mend(self, assignment: str, student: str) -> None:
        """Have the doctor look at a submission, and keep what it says until `take_mended`."""
        handed_in = self.folder / "submitted" / student / assignment
        target = self.mended_folder(student, assignment)
        try:
            self.mended[assignment, student] = mend_submission(
                self.course, assignment, self._exactly(handed_in), target
            )
        except SubmissionError as refusal:
            self.mended[assignment, student] = refusal

    def mended_folder(self, student: str, assignment: str) -> Path:
        """Where nbgrader finds what the doctor has made of a submission."""
        return Path(self._mended.name) / student / assignment

    def _exactly(self, handed_in: Path) -> Path:
        """The folder. Raises SubmissionError where there is only one with other capitals: nbgrader cannot find it."""
        others = [path.name for path in handed_in.parent.iterdir()] if is_plain_folder(handed_in.parent) else []
        alike = [name for name in others if name.casefold() == handed_in.name.casefold()]
        if handed_in.name not in alike and alike:
            raise SubmissionError(f"{handed_in.parent / alike[0]} has to be called {handed_in.name}: rename the folder")
        return handed_in

    def take_mended(self, assignment: str, student: str) -> list[str]:
        """What was repaired in a submission; what nbgrader finds of it is new by then. Raises SubmissionError."""
        if (assignment, student) not in self.mended:
            self.mend(assignment, student)
        said = self.mended.pop((assignment, student))
        if isinstance(said, SubmissionError):
            raise said
        return said

    def written(self, assignment: str, student: str) -> Written:
        """What stands of it from an earlier run. The submission must be mended already."""
        files = {"mended": self.mended_folder(student, assignment)}
        files |= {step: self.notebook(step, student, assignment) for step in ("autograded", "feedback")}
        made = RefereedExecute(config=self.config).made(assignment)
        return Written(self.executions, self.course.bundle(assignment), self.config, student, files, made)

    def was_run(self, assignment: str, student: str) -> bool:
        """Is nothing to be run for a submission that was mended? A refused one has nothing that could be."""
        said = self.mended[assignment, student]
        return isinstance(said, SubmissionError) or self.written(assignment, student).was_run

    def rows(self, assignment: str, student: str) -> Rows:
        """What the gradebook holds of a submission."""
        with self.gradebook as gradebook:
            return rows(gradebook, assignment, student)

    def notebook(self, step: str, student: str, assignment: str) -> Path:
        """A student's file in submitted/, autograded/ or feedback/."""
        name = self.course.bundle(assignment).name
        suffix = ".html" if step == "feedback" else ".ipynb"
        return self.folder / step / student / assignment / (name + suffix)


def grade(
    folder: ClassFolder,
    assignment: str,
    students: list[str] | None = None,
    done: Callable[[Result], None] = print,
    ahead: Ahead | None = None,
) -> list[Result]:
    """Grade the submissions of one assignment; `done` is told each result as it comes.

    ahead: what runs submissions in other processes before they are asked for here; None to run each in this one.
    Raises BuildError when the master itself cannot be released, and CourseError where there can be no gradebook;
    nothing a student handed in raises.
    """
    folder.open_gradebook()
    api = NbGraderAPI(course_directory(folder.config, assignment), config=folder.config)
    told: list[str] = []

    def tell() -> None:
        if not told and (ahead is None or not ahead.has_told(assignment)):
            folder.ask(lambda: tell_gradebook(folder, assignment))
        told.append(assignment)

    results = []
    for student in students or folder.submissions(assignment):
        if ahead is not None:
            ahead.wait(assignment, student)
        with held():
            before, taken_back = None, True
            try:
                before = folder.ask(functools.partial(Before, folder, assignment, student))
                result = _grade_one(folder, api, assignment, student, tell)
            except SubmissionError as error:
                result = Result(student, assignment, trouble=str(error).replace(f"{folder.folder}/", ""))
            except GradebookAway as error:  # its marks stand as they are, and are written by the next run
                result, taken_back = Result(student, assignment, trouble=str(error)), False
            except BuildError:
                raise
            except KeyboardInterrupt:  # while the gradebook was waited for
                if before:
                    before.put_back()
                raise
            except Exception as error:  # the next student's work must not wait for this one's
                result = Result(student, assignment, trouble=f"{type(error).__name__}: {error}")
            if before and was_broken_off():  # what nbgrader says is that this notebook failed
                before.put_back()
                continue
            if result.trouble and taken_back:
                with contextlib.suppress(GradebookAway):
                    listing = functools.partial(_list_without_marks, folder, assignment, student)
                    try:
                        folder.ask(listing)
                    except MissingEntry:  # nothing of this assignment has been marked so far
                        tell()
                        folder.ask(listing)
            results.append(result)
            done(result)
    folder.executions.clear(assignment, folder.submissions(assignment))
    return results


@contextlib.contextmanager
def running_ahead(folder: ClassFolder, work: list[tuple[str, str]], workers: int) -> Iterator[Ahead | None]:
    """What `grade` can take its executions from. work: (assignment, student) pairs in the order of grading.

    workers: processes; with one alone, or little to do, everything is run in this process, and None is given.
    """
    if min(workers, len(work)) < 2:
        yield None
        return
    bundles = [folder.course.bundle(assignment) for assignment in dict(work)]
    costs = {b.assignment: sum(question.budget or 0 for question in b.declared.values()) for b in bundles}
    costs = {assignment: cost for assignment, cost in costs.items() if cost}
    told = functools.partial(tell_gradebook, folder)
    with Ahead(folder.config, work, costs, workers, told, folder.mend, folder.was_run, folder.ask) as ahead:
        yield ahead


def tell_gradebook(folder: ClassFolder, assignment: str) -> None:
    """Put the master's cells, hidden ones included, into the gradebook; nbgrader restores them from there.

    What that changed for work that is marked already (unrolled.grading.migration) is in `folder.changes`.
    """
    with tempfile.TemporaryDirectory(prefix="unrolled-") as scratch:
        config = Config(folder.config)
        config.CourseDirectory = Config(folder.config.CourseDirectory)
        config.CourseDirectory.release_directory = scratch
        changes = generate(config, assignment, notebook=folder.course.bundle(assignment).name)
    folder.changes.setdefault(assignment, []).extend(changes)


def _grade_one(
    folder: ClassFolder, api: NbGraderAPI, assignment: str, student: str, tell: Callable[[], None]
) -> Result:
    """tell: has the gradebook know the assignment's cells."""
    result = Result(student, assignment)
    folder.take_mended(assignment, student)
    written = folder.written(assignment, student)
    rows = folder.ask(lambda: folder.rows(assignment, student))
    result.unchanged = written.marks_stand(rows)
    if not result.unchanged:
        tell()
        written.forget()
        with temp_attrs(api.coursedir, notebook_id=only(folder.mended_folder(student, assignment))):
            outcome = folder.ask(lambda: api.autograde(assignment, glob.escape(student)), told_by_nbgrader)
        if not outcome["success"]:
            result.trouble = _reason(outcome)
            return result
        rows = folder.ask(lambda: folder.rows(assignment, student))
        written.note_marks(rows)
    marked = json.loads(folder.notebook("autograded", student, assignment).read_text(encoding="utf-8"))
    result.report = marked["metadata"]["unrolled"]
    result.feedback = folder.notebook("feedback", student, assignment)
    if not written.page_stands(rows):
        result.unchanged = False
        with temp_attrs(api.coursedir, notebook_id=only(folder.notebook("autograded", student, assignment).parent)):
            outcome = folder.ask(lambda: api.generate_feedback(assignment, glob.escape(student)), told_by_nbgrader)
        if outcome["success"]:
            written.note_page(rows)
        else:
            result.feedback = None
            result.flags.append(f"no feedback page: {_reason(outcome)}")
    result.standing, waiting = folder.ask(lambda: _standing(folder, assignment, student))
    texts = folder.course.bundle(assignment).by_hand
    if {id for id, mark in result.standing.cells.items() if mark.asks and not mark.old} - texts.keys():
        result.flags.append("a person has to look")
    result.flags += waiting
    return result


def _standing(folder: ClassFolder, assignment: str, student: str) -> tuple[Standing, list[str]]:
    """How it stands, and what waits for a person, in sentences."""
    with folder.gradebook as gradebook:
        (notebook,) = gradebook.find_submission(assignment, student).notebooks
        waiting = what_waits(notebook, list(folder.course.bundle(assignment).by_hand))
        return standings(gradebook, assignment, [student])[student], waiting


def _list_without_marks(folder: ClassFolder, assignment: str, student: str) -> None:
    """List a submission that could not be marked: no points, for a person to look at.

    It must not keep the marks, or the pages, of an earlier one.
    """
    for step in ("autograded", "feedback"):
        shutil.rmtree(folder.notebook(step, student, assignment).parent, ignore_errors=True)
    with folder.gradebook as gradebook:
        take_marks_back(gradebook, assignment, student)


def write_csv(folder: ClassFolder, assignment: str, results: Iterable[Result] = ()) -> Path:
    """The assignment's marks, of everybody, in the class's folder. results: of this run, for why somebody has none."""
    path = folder.folder / f"{assignment}.csv"
    why = {result.student: result.trouble for result in results if result.trouble}
    with folder.gradebook as gradebook:
        known = {one.student.id for one in _quietly(lambda: gradebook.assignment_submissions(assignment))}
    remarks: dict[str, list[str]] = {}
    unmarked: dict[str, str] = {}
    for student in folder.submissions(assignment):
        try:
            marked = json.loads(folder.notebook("autograded", student, assignment).read_text(encoding="utf-8"))
            remarks[student] = [str(remark) for remark in marked["metadata"]["unrolled"].get("mended", [])]
        except (OSError, ValueError, KeyError):
            unmarked[student] = why.get(student) or _why_not(folder, assignment, student, student in known)
    for stray in folder.handed_in.strays():
        if stray.assignment == assignment and stray.student in remarks:
            remarks[stray.student].append(f"not looked at: {stray}")
        elif stray.assignment == assignment:
            unmarked[stray.student] = "; ".join(filter(None, [unmarked.get(stray.student), str(stray)]))
    folder.ask(lambda: _write_table(folder, path, assignment, remarks, unmarked))
    return path


def _write_table(folder: ClassFolder, path: Path, assignment: str, remarks: dict, unmarked: dict) -> None:
    with folder.gradebook as gradebook:
        write_table(path, gradebook, assignment, remarks, unmarked)


def _why_not(folder: ClassFolder, assignment: str, student: str, known: bool) -> str:
    """Why a submission has no mark, where this run has not come to it. known: has an earlier one listed it?"""
    try:
        if known:
            folder.take_mended(assignment, student)
    except SubmissionError as refusal:
        return str(refusal).replace(f"{folder.folder}/", "")
    return f"not graded yet: unrolled grade {assignment} --student {shlex.quote(student)}"


def _quietly(run: Callable):
    """Keep nbgrader's log lines off the terminal; what matters of them comes back in the result."""
    logger = logging.getLogger("traitlets")
    before, logger.propagate = logger.propagate, False
    handlers, logger.handlers = logger.handlers, [logging.NullHandler()]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # about nbgrader's own session; it writes all the same
            return run()
    finally:
        logger.propagate, logger.handlers = before, handlers


def _reason(outcome: dict) -> str:
    """The last line of a traceback in nbgrader's log, which is the exception that stopped it."""
    text = (outcome.get("log") or "") + "\n" + (outcome.get("error") or "")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = [line for line in lines if "Error" in line.split(":")[0] and not line.startswith(("[", "File", "raise"))]
    return (told or lines or ["nbgrader gave no reason"])[0][:300]
