"""Mark one notebook file, without course folders for students and without a gradebook."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbconvert.exporters.exporter import ResourcesDict

from unrolled.checking.subject import LocalChannel, Subject
from unrolled.course.course import Course
from unrolled.course.master import TEST, grade_id
from unrolled.doctor.doctor import put, treat_file, treat_folder
from unrolled.grading.execute import RefereedExecute, absent, code_cells, diagnoser_for, is_left_out, not_asked, report
from unrolled.marking.diagnosis import Diagnoser


def mark_file(
    course: Course,
    path: Path,
    in_process: bool = False,
    timeout: int = 120,
    budgets: Mapping[str, float] | None = None,
    unsandboxed: bool = False,
    gpu: bool = False,
) -> dict:
    """Mark a notebook; returns what `execute.report` makes of it.

    {"assignment", "questions": [{"id", "points", "of", "verdicts" …}], "by_hand": [{"id", "of", "answered"}],
    "mended", "marked_by"}; by_hand: free-text answers, which get no points here; mended: what was repaired in the file,
    and what its run needed. path: a notebook, an archive with one, or a submission's folder.

    in_process: run it in this process, without a kernel and without a wall (faster, and only for code that
    you trust). timeout: seconds for one cell that does not train. budgets: question -> reference passes, where they
    differ from what the question allows. unsandboxed: go on where this machine can shut no notebook in. gpu: let it use
    this machine's graphics cards. Raises SubmissionError when it is no notebook of this course.
    """
    chosen = treat_folder(course, path) if path.is_dir() else treat_file(course, path)
    diagnoser = diagnoser_for(course, chosen.bundle, budgets)
    with tempfile.TemporaryDirectory(prefix="unrolled-") as folder:
        written = put(chosen, Path(folder) / "submission")  # with what goes along, as nbgrader would have it
        notebook = nbformat.read(written, as_version=4)
        written.unlink()
        if in_process:
            return _run_here(diagnoser, notebook)
        resources = ResourcesDict(
            metadata={"path": str(written.parent)}, nbgrader={"assignment": chosen.bundle.assignment}
        )
        execute = RefereedExecute(diagnoser=diagnoser, timeout=timeout, unsandboxed=unsandboxed, gpu=gpu)
        notebook, _ = execute.preprocess(notebook, resources)
    return notebook.metadata["unrolled"]


def _run_here(diagnoser: Diagnoser, notebook) -> dict:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell = InteractiveShell()
    verdicts = {}
    for index, cell in enumerate(notebook.cells):
        question = grade_id(cell).removeprefix(TEST)
        if grade_id(cell).startswith(TEST) and question in absent(notebook):
            verdicts[question] = not_asked(diagnoser.bundle, question)
        elif grade_id(cell).startswith(TEST) and question in diagnoser.bundle.questions:
            subject = Subject(LocalChannel(shell.user_ns))
            cells = code_cells(notebook.cells[:index], diagnoser.bundle)
            verdicts[question] = diagnoser.examine(question, subject, cells)
        elif cell.cell_type == "code" and not is_left_out(cell, diagnoser.bundle):
            with capture_output():
                shell.run_cell(cell.source)
    return report(diagnoser.bundle, verdicts, notebook)
