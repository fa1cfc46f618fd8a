"""The doctor as nbgrader's plug-in: what nbgrader reads is what the doctor has written.

nbgrader finds notebooks and copies what lies beside them before any preprocessor has a say. The seam that comes first
is the exporter, which is made with the converter as its parent: it gives that converter a folder of mended submissions
in the place of the one that was handed in. `unrolled grade` mends by itself (grading.whole_class), one student after
the other, and says so in the configuration.
"""

from __future__ import annotations

import contextlib
import glob
import re
import shutil
import tempfile
from pathlib import Path

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc
from traitlets import Bool

from unrolled.course.course import Course
from unrolled.course.errors import SubmissionError
from unrolled.doctor.doctor import put, treat_folder
from unrolled.doctor.entries import Entry, of_file
from unrolled.grading.marked_answers import note_refusal

TIMESTAMP = "timestamp.txt"
BAD_TIMESTAMP = f"{TIMESTAMP} cannot be read, so that no time of handing in is known"


def mend_submission(course: Course, assignment: str, handed_in: Path, folder: Path) -> list[str]:
    """Write what is to be marked of a submission's folder into another; returns what was repaired.

    Raises SubmissionError, in a sentence, for a submission that cannot be marked.
    """
    shutil.rmtree(folder, ignore_errors=True)
    chosen = treat_folder(course, handed_in, assignment)
    with contextlib.suppress(FileNotFoundError):
        entry = of_file(handed_in / TIMESTAMP)
        when = _timestamp(entry) if entry else None
        if when is None:
            chosen.remarks.append(BAD_TIMESTAMP)
        elif when:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / TIMESTAMP).write_text(when, encoding="utf-8")
    put(chosen, folder)
    return chosen.remarks


def _timestamp(entry: Entry) -> str | None:
    """What nbgrader can read as a time, "" for an empty file; None for anything else."""
    try:
        text = entry.read(200).decode("utf-8-sig").strip()
        return text if not text or parse_utc(text) else None
    except Exception:  # dateutil raises whatever it comes upon
        return None


class MendedExporter(NotebookExporter):
    """nbgrader's exporter for autograde. Its making is what has the submissions mended."""

    mended_already = Bool(False, help="Is submitted_directory a folder of mended submissions?").tag(config=True)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.refused: dict[str, str] = {}  # path of a notebook that stands in for a submission -> why it is not marked
        if isinstance(self.parent, Autograde) and not self.mended_already:
            self._mend_all(self.parent)

    def _mend_all(self, converter: Autograde) -> None:
        given = converter.coursedir
        assignment = given.assignment_id
        course = Course.find(given.root)
        self._folder = tempfile.TemporaryDirectory(prefix="unrolled-")
        ours = CourseDirectory(parent=given.parent, config=given.config)
        for name in given.trait_names(config=True):
            setattr(ours, name, getattr(given, name))
        ours.submitted_directory = self._folder.name
        pattern = converter._format_source(assignment, "(?P<student_id>.*)", escape=True)
        for path in sorted(glob.glob(converter._format_source(assignment, given.student_id))):
            found = re.fullmatch(pattern, path)
            if found is None:
                continue
            student = found["student_id"]
            target = Path(ours.format_path(ours.submitted_directory, student, assignment))
            try:
                for remark in mend_submission(course, assignment, Path(path), target):
                    converter.log.warning("%s: %s", student, remark)
            except SubmissionError as refusal:
                stand_in = target / f"{course.bundle(assignment).name}.ipynb"
                target.mkdir(parents=True, exist_ok=True)
                nbformat.write(nbformat.v4.new_notebook(), stand_in)
                self.refused[str(stand_in)] = str(refusal)
        converter.coursedir = ours
        converter.init_notebooks()

    def from_filename(self, filename, resources=None, **kwargs):
        """Raises SubmissionError for what was refused: nbgrader then lists it among its errors and goes on."""
        if filename in self.refused:
            about = (resources or {}).get("nbgrader", {})
            if {"db_url", "assignment", "student"} <= about.keys():
                with Gradebook(about["db_url"]) as gradebook:
                    take_marks_back(gradebook, about["assignment"], about["student"])
            raise SubmissionError(self.refused[filename])
        return super().from_filename(filename, resources=resources, **kwargs)


def take_marks_back(gradebook: Gradebook, assignment: str, student: str) -> None:
    """A submission that could not be marked keeps no earlier one's points, and waits for a person."""
    gradebook.update_or_create_student(student)
    for notebook in gradebook.update_or_create_submission(assignment, student).notebooks:
        for mark in notebook.grades:
            note_refusal(gradebook.db, mark)
            mark.auto_score, mark.needs_manual_grade = 0.0, True
    gradebook.db.commit()
