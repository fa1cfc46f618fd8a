"""What a student had of an assignment before it is marked anew, to be put back where the marking is broken off.

By the time a notebook is run, nbgrader has taken the earlier marked one away, and told the gradebook of the student and
of the time of the new submission. Marks and feedback pages it touches later, when nothing is broken off any more.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from nbgrader.api import MissingEntry, Student
from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from unrolled.grading.whole_class import ClassFolder


class Before:
    """Made before a submission is marked; `put_back` takes everything back that was done since."""

    def __init__(self, folder: ClassFolder, assignment: str, student: str) -> None:
        self.folder, self.assignment, self.student = folder, assignment, student
        self._marked = folder.notebook("autograded", student, assignment).parent
        self._kept: tempfile.TemporaryDirectory | None = None
        if self._marked.is_dir():
            self._kept = tempfile.TemporaryDirectory(prefix="unrolled-", ignore_cleanup_errors=True)
            shutil.copytree(self._marked, Path(self._kept.name) / "marked", symlinks=True)
        with folder.gradebook as gradebook:
            self._known = gradebook.db.get(Student, student) is not None
            self._timestamp, self._had_one = None, False
            with contextlib.suppress(MissingEntry):
                self._timestamp = gradebook.find_submission(assignment, student).timestamp
                self._had_one = True

    def put_back(self) -> None:
        """A gradebook that does not answer keeps what it has been told of: no mark is among that."""
        shutil.rmtree(self._marked, ignore_errors=True)
        if self._kept:
            shutil.copytree(Path(self._kept.name) / "marked", self._marked, symlinks=True)
        else:
            with contextlib.suppress(OSError):  # there may be other assignments in it
                self._marked.parent.rmdir()
        with contextlib.suppress(MissingEntry, SQLAlchemyError), self.folder.gradebook as gradebook:
            if not self._known:
                gradebook.remove_student(self.student)
            elif not self._had_one:
                gradebook.remove_submission(self.assignment, self.student)
            else:
                gradebook.find_submission(self.assignment, self.student).timestamp = self._timestamp
                gradebook.db.commit()
