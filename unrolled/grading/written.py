"""What of a submission is written already: its marks in the gradebook, its notebook in autograded/, its page.

A regrade of unchanged work would write the same once more. So it is noted what was written from what, and as long as
all of it still stands, and would come from the same, nothing is done. What people write, marks and comments, is none of
a regrade's business, and makes the page anew alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from traitlets.config import Config

from unrolled.course.bundle import Bundle
from unrolled.grading.executions import EXECUTION, WRITTEN, Executions, hash_files
from unrolled.grading.versions import our_code, versions

_ELSEWHERE = (
    "CourseDirectory",
    "RefereedExecute",
    "SaveChangedCells",
    "Patience",
)  # of a configuration: asked for in other ways


@dataclass
class Rows:
    """What the gradebook holds of a submission. marked: as autograde wrote it; shown: all that is on the page."""

    marked: str = ""
    shown: str = ""


def rows(gradebook: Gradebook, assignment: str, student: str) -> Rows:
    """Rows of hashes of nothing, where the gradebook has no such submission."""
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return Rows()
    about = [str(submission.timestamp), str(submission.assignment.duedate)]
    marked, by_people = [], []
    for notebook in submission.notebooks:
        marked.append([notebook.name, notebook.late_submission_penalty])
        for grade in notebook.grades:
            marked.append([grade.name, grade.max_score, grade.auto_score])
            by_people.append([grade.name, grade.manual_score, grade.extra_credit, grade.needs_manual_grade])
        by_people += [[comment.name, comment.auto_comment, comment.manual_comment] for comment in notebook.comments]
    marked.sort(key=str)
    by_people.sort(key=str)
    return Rows(_hash([about, marked]), _hash([about, marked, by_people]))


class Written:
    """One submission's. What is noted is believed only where all of it is as it was."""

    def __init__(
        self,
        executions: Executions,
        bundle: Bundle,
        config: Config,
        student: str,
        files: Mapping[str, Path],
        made: Mapping[str, str],
    ) -> None:
        """files: "mended", a folder, and "autograded" and "feedback", what nbgrader makes of it.

        made: for each question a hash of what would mark it now.
        """
        self._executions, self._bundle, self._student = executions, bundle, student
        self._files, self._made, self._config = files, made, _plainly(config)
        self._noted = executions.written(bundle.assignment, student)

    @property
    def was_run(self) -> bool:
        """Is nothing to be run for it, by what is noted and by the files? The gradebook is not asked."""
        noted = self._noted
        return (
            not self._executions.anew
            and not noted.get("faults", True)
            and noted.get("made") == self._made
            and noted.get("handed_in") == self._handed_in()
            and noted.get("autograded") == _of_file(self._files["autograded"])
        )

    def marks_stand(self, rows: Rows) -> bool:
        return self.was_run and self._noted.get("rows") == rows.marked

    def page_stands(self, rows: Rows) -> bool:
        page = _of_file(self._files["feedback"])
        return page != "" and self._noted.get("page") == [self._shown(rows), page] and not self._executions.anew

    def forget(self) -> None:
        """Before marks are written: whatever happens on the way, they are not taken for written."""
        self._note({"execution": self._noted["execution"]} if "execution" in self._noted else {})

    def note_marks(self, rows: Rows) -> None:
        """After it. The execution that they are from is the one to keep."""
        about = json.loads(self._files["autograded"].read_text(encoding="utf-8"))["metadata"]
        key = about.get(EXECUTION, "")
        execution = self._executions.find(self._bundle.assignment, self._student, key)
        if execution is None:  # it could not be kept
            return
        self._note(
            {
                "execution": key,
                "made": execution.made,
                "faults": execution.faults,
                "handed_in": self._handed_in(),
                "autograded": _of_file(self._files["autograded"]),
                "rows": rows.marked,
            }
        )
        self._executions.forget_others(self._bundle.assignment, self._student, key)

    def note_page(self, rows: Rows) -> None:
        self._note({**self._noted, "page": [self._shown(rows), _of_file(self._files["feedback"])]})

    def _note(self, noted: dict) -> None:
        self._noted = noted
        with contextlib.suppress(OSError):
            self._executions.write(self._bundle.assignment, self._student, WRITTEN, json.dumps(noted, indent=1))

    def _handed_in(self) -> str:
        """Of what was handed in, and of whatever else nbgrader's steps round the execution look at."""
        given = hash_files(self._bundle.master_path.parent)
        return _hash([hash_files(self._files["mended"], notebooks=True), given, self._config])

    def _shown(self, rows: Rows) -> str:
        release = self._bundle.root / "release" / self._bundle.assignment
        made_by = [versions(), our_code("reports"), self._bundle.hash, hash_files(release, notebooks=True)]
        return _hash([rows.shown, _of_file(self._files["autograded"]), made_by, self._config])


def _of_file(path: Path) -> str:
    """A hash of what is in it, "" for a file that is not there."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _hash(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _plainly(config: Config) -> str:
    """A configuration in words that are the same the next time: a function has its name, and no address."""
    others = {name: section for name, section in config.items() if name not in _ELSEWHERE}
    return json.dumps(others, sort_keys=True, default=lambda one: getattr(one, "__qualname__", type(one).__name__))
