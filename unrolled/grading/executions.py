"""Finished executions as files: what a notebook's run gave, kept until nobody needs it any more.

A run that was killed goes on from them, and unchanged work is not run again. A file is there whole or not at all, and
is named by a hash of all that it depends on: the work (whose it is, the notebook, the files beside it) and, for each
question, what marks it (its check, the draws, the budget, the versions, the walls). They hold verdicts and students'
work, so that they lie where git does not look, no notebook can read, and no other user of the machine may.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import shutil
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from unrolled.checking.verdict import Line, Verdict
from unrolled.course.bundle import Bundle
from unrolled.course.whole import write_whole
from unrolled.doctor import limits
from unrolled.doctor.copying import NOT_COPIED
from unrolled.doctor.entries import of_folder
from unrolled.grading.versions import our_code, versions

FOLDER = ".cache/executions"
WRITTEN = "written.json"  # beside a submission's executions: what of them stands in the gradebook and on the page
EXECUTION = "unrolled_execution"  # of a marked notebook's metadata: the name of the execution that it is from
_CODE = ("desk", "checking", "course", "marking", "grading/execute.py", "grading/referee.py", "grading/prepared.py")
_NO_MARKS = ("alternatives", "forgeries.py")  # of a question's files: what only its audit reads
# How lines of a verdict begin that say nothing of the student's work: this machine, today, or a fault of ours.
_FAULTS = (
    "machine unfit:",
    "the check itself failed (",
    "the notebook's process stopped answering: the code did not answer in time",
    "the referee failed (",
)


@dataclass(frozen=True)
class Execution:
    """A submission after it was run.

    verdicts: by question. work: a hash of what was run. made: for each question a hash of what has marked it. faults:
    what a machine may have been to blame for, in sentences: it is run again next time. run: the run of `unrolled grade`
    that made it. by: versions, for whoever reads the file.
    """

    notebook: nbformat.NotebookNode
    verdicts: dict[str, Verdict]
    work: str = ""
    made: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    run: str = ""
    by: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return execution_key(self.work, self.made)

    def as_json(self) -> str:
        """Raises TypeError or ValueError for a notebook that has no JSON."""
        body = {**vars(self), "verdicts": {id: dataclasses.asdict(verdict) for id, verdict in self.verdicts.items()}}
        return json.dumps({"digest": _digest(body), "execution": body}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Execution:
        """Raises ValueError, KeyError or TypeError where this is not what `as_json` gave."""
        whole = json.loads(text)
        body = whole["execution"]
        if whole["digest"] != _digest(body):
            raise ValueError("the file is spoilt")
        verdicts = {id: _verdict(about) for id, about in body["verdicts"].items()}
        return cls(**{**body, "notebook": nbformat.from_dict(body["notebook"]), "verdicts": verdicts})


def _digest(body: dict) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _verdict(about: dict) -> Verdict:
    return Verdict(**{**about, "lines": [Line(**line) for line in about["lines"]]})


def faults_of(verdict: Verdict) -> list[str]:
    """What in a verdict says nothing of the student's work."""
    said = [*(line.says for line in verdict.lines), *verdict.notes]
    return [f"{verdict.question}: {text}" for text in said if text.startswith(_FAULTS)]


# --- what an execution depends on -----------------------------------------------------------------------


def execution_key(work: str, made: Mapping[str, str]) -> str:
    """The name of an execution: whose work it was, and what has marked each of its questions."""
    return _hash([work, dict(made)])


def work_of(nb, resources) -> str:
    """A hash of whose notebook this is, what is in it, and what lies beside it.

    Two students with the same file stay two students.
    """
    about = resources["nbgrader"]
    path = resources.get("metadata", {}).get("path", "")
    return _hash([about["assignment"], about.get("student"), nbformat.writes(nb), hash_files(path) if path else {}])


def made_by(bundle: Bundle, salt: str, budgets: Mapping[str, float], about_the_run: Iterable[Any]) -> dict[str, str]:
    """Question -> a hash of everything that its mark depends on, beside the student's work.

    about_the_run: walls, limits and devices, as far as a mark may depend on them.
    """
    common = [versions(), our_code(*_CODE), salt, bundle.master_path.read_text(encoding="utf-8"), *about_the_run]
    made = {}
    for id, declared in bundle.declared.items():
        files = {
            str(path.relative_to(bundle.checks_path)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in bundle.files(id)
            if not set(_NO_MARKS) & set(path.relative_to(bundle.checks_path).parts)
        }
        made[id] = _hash([common, files, budgets.get(id, declared.budget)])
    return made


def hash_files(folder: str | Path, notebooks: bool = False) -> dict[str, str]:
    """Path -> hash of each file that goes along with a notebook. notebooks: those too, and when it was handed in."""
    hashes = {}
    for entry in of_folder(Path(folder)).entries:
        if notebooks or not (entry.name.lower().endswith(NOT_COPIED) or entry.name == "timestamp.txt"):
            with contextlib.suppress(OSError):
                hashes[entry.path] = hashlib.sha256(entry.read(limits.ALL_BYTES)).hexdigest()
    return hashes


def _hash(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


# --- files ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Executions:
    """A class's. Plain data, which goes to the processes that run notebooks.

    folder: the class's. run: the name of this run. anew: believe nothing that an earlier run has made. only: take over
    the verdicts on these questions alone, where the work is the same and was marked before.
    """

    folder: Path
    run: str
    anew: bool = False
    only: frozenset[str] = frozenset()

    def place(self, assignment: str, student: str) -> Path:
        return self.folder / FOLDER / assignment / student

    def find(self, assignment: str, student: str, key: str) -> Execution | None:
        """What is kept under this name; None if there is no such file, or not the one that was written."""
        try:
            execution = Execution.from_json((self.place(assignment, student) / f"{key}.json").read_text("utf-8"))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return execution if execution.key == key else None

    def keep(self, assignment: str, student: str, execution: Execution) -> None:
        """What cannot be kept is not: a full disk, for one, stops nobody's marking here."""
        with contextlib.suppress(OSError, ValueError, TypeError, RecursionError):
            self.write(assignment, student, f"{execution.key}.json", execution.as_json())

    def write(self, assignment: str, student: str, name: str, text: str) -> None:
        """A file among a submission's executions, whole or not at all, whatever ends the machine. Raises OSError."""
        place = self.place(assignment, student)
        self._make(place)
        write_whole(place / name, text.encode())

    def _make(self, place: Path) -> None:
        top = self.folder / FOLDER
        if not place.is_dir():
            top.parent.mkdir(parents=True, exist_ok=True)
            top.mkdir(mode=0o700, exist_ok=True)
            top.chmod(0o700)
            (top / ".gitignore").write_text("*\n", encoding="utf-8")  # the class may lie in somebody's repository
            place.mkdir(parents=True, exist_ok=True)

    def written(self, assignment: str, student: str) -> dict:
        """What was noted last of a submission with `WRITTEN`; {} if nothing was, or it cannot be read."""
        try:
            noted = json.loads((self.place(assignment, student) / WRITTEN).read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return noted if isinstance(noted, dict) else {}

    def forget_others(self, assignment: str, student: str, key: str) -> None:
        """Of a submission one execution is kept: this one, whose marks are written."""
        with contextlib.suppress(OSError):
            for path in self.place(assignment, student).iterdir():
                if path.name not in (WRITTEN, f"{key}.json"):
                    path.unlink()

    def clear(self, assignment: str, students: Collection[str]) -> None:
        """Delete the executions of everybody but these: who has a submission no more needs none."""
        with contextlib.suppress(OSError):
            for place in (self.folder / FOLDER / assignment).iterdir():
                if place.name not in students:
                    shutil.rmtree(place, ignore_errors=True)


# --- one submission -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """What is to be done for a submission: run it, and under which name to keep what comes of it.

    takes_over: verdicts of an earlier run on the same work, by question, which stand whatever this one gives.
    """

    executions: Executions
    assignment: str
    student: str
    work: str
    made: dict[str, str]
    takes_over: dict[str, Verdict] = field(default_factory=dict)
    faults: tuple[str, ...] = ()  # of the run that they are from

    @property
    def key(self) -> str:
        return execution_key(self.work, self.made)

    def finished(self) -> Execution | None:
        """What it would give, if that is known: from this run, or from an earlier one if no machine was to blame."""
        execution = self.executions.find(self.assignment, self.student, self.key)
        if execution is None or execution.run == self.executions.run:
            return execution
        return None if self.executions.anew or execution.faults else execution

    def keep(self, notebook, verdicts: dict[str, Verdict], faults: Iterable[str]) -> None:
        all_faults = list(dict.fromkeys([*self.faults, *faults]))
        execution = Execution(notebook, verdicts, self.work, self.made, all_faults, self.executions.run, versions())
        self.executions.keep(self.assignment, self.student, execution)


def plan(executions: Executions, nb, resources, made: Mapping[str, str]) -> Plan:
    """For a notebook that nbgrader would execute. made: what would mark each question now.

    The earlier run is the one whose marks are written, so that whoever asks gets the same plan until others are.
    """
    assignment, student = resources["nbgrader"]["assignment"], resources["nbgrader"].get("student") or ""
    work = work_of(nb, resources)
    earlier = executions.find(assignment, student, str(executions.written(assignment, student).get("execution")))
    if earlier is None or earlier.work != work:
        return Plan(executions, assignment, student, work, dict(made))
    kept: dict[str, Verdict] = {}
    faults: tuple[str, ...] = ()
    if executions.only:
        kept = {id: verdict for id, verdict in earlier.verdicts.items() if id in made and id not in executions.only}
        faults = tuple(earlier.faults)
    elif not executions.anew and not earlier.faults:
        kept = {id: verdict for id, verdict in earlier.verdicts.items() if made.get(id) == earlier.made.get(id)}
    if kept.keys() == made.keys():  # nothing is left to mark: it is this very execution, whole
        kept = {}
    return Plan(executions, assignment, student, work, {**made, **{id: earlier.made[id] for id in kept}}, kept, faults)
