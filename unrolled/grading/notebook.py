"""Mark one notebook file, without course folders for students and without a gradebook."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbconvert.exporters.exporter import ResourcesDict

from unrolled.checking.subject import LocalChannel, Subject
from unrolled.course.bundle import Bundle
from unrolled.course.course import Course
from unrolled.course.errors import SubmissionError
from unrolled.course.master import CODE_STUB, TEST, grade_id
from unrolled.grading.execute import RefereedExecute, code_cells, diagnoser_for, is_left_out, report
from unrolled.marking.diagnosis import Diagnoser


def mark_file(
    course: Course,
    path: Path,
    in_process: bool = False,
    timeout: int = 120,
    budgets: Mapping[str, float] | None = None,
    unsandboxed: bool = False,
) -> dict:
    """Mark a notebook; returns what `execute.report` makes of it.

    {"assignment", "questions": [{"id", "points", "of", "verdicts" …}], "by_hand": [{"id", "of", "answered"}],
    "marked_by"}; by_hand: free-text answers, which get no points here.

    in_process: run it in this process, without a kernel and without a wall (faster, and only for code that
    you trust). timeout: seconds for one cell that does not train. budgets: question -> reference passes, where they
    differ from what the question allows. unsandboxed: go on where this machine can shut no notebook in. Raises
    SubmissionError when it is no notebook of this course.
    """
    submitted = read_notebook(path)
    bundle = recognise(course, submitted, path)
    notebook = rebuild(bundle, submitted)
    diagnoser = diagnoser_for(course, bundle, budgets)
    if in_process:
        return _run_here(diagnoser, notebook)
    with tempfile.TemporaryDirectory(prefix="unrolled-") as folder:
        resources = ResourcesDict(metadata={"path": folder}, nbgrader={"assignment": bundle.assignment})
        execute = RefereedExecute(diagnoser=diagnoser, timeout=timeout, unsandboxed=unsandboxed)
        notebook, _ = execute.preprocess(notebook, resources)
    return notebook.metadata["unrolled"]


def read_notebook(path: Path):
    """The file as nbformat 4, or a SubmissionError that says what is wrong with it."""
    try:
        notebook = nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise SubmissionError(f"{path}: there is no such file") from None
    except Exception as error:
        first = str(error).strip().split("\n")[0][:200]
        raise SubmissionError(
            f"{path} is not a notebook ({type(error).__name__}: {first}); download it again as .ipynb"
        ) from None
    for cell in notebook.cells:
        if isinstance(cell.source, list):
            cell.source = "".join(cell.source)
    return notebook


def recognise(course: Course, notebook, path: Path) -> Bundle:
    """Which assignment a notebook belongs to: by its cells' ids, else by its name, else by what it defines."""
    ids = {grade_id(cell) or cell.get("id", "") for cell in notebook.cells}
    bundles = [course.bundle(assignment) for assignment in course.assignments]
    best = max(bundles, key=lambda bundle: len(ids & bundle.answers.keys()), default=None)
    if best is not None and ids & best.answers.keys():
        return best
    for bundle in bundles:
        if path.stem.startswith(bundle.name):
            return bundle
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    for bundle in bundles:
        if any(defines(code, question.name) for question in bundle.declared.values()):
            return bundle
    raise SubmissionError(
        f"{path} belongs to no assignment of this course ({', '.join(course.assignments)}): none of its cells has "
        "the id of one of their questions"
    )


def defines(source: str, name: str) -> bool:
    """Does this code define a class or function of that name, or assign to it?"""
    return any(
        line.startswith((f"class {name}(", f"class {name}:", f"def {name}(", f"{name} ="))
        for line in source.split("\n")
    )


def rebuild(bundle: Bundle, submitted):
    """The master's own cells with the student's answers in them, and the student's extra cells in between.

    Everything that nbgrader locks comes from the master, so that edited, deleted or doubled tests do not matter.
    An answer cell is found by its grade_id, by its cell id, or by what it defines; a later copy of the same
    answer wins, as it would in the student's own session. One that is missing stays unanswered. A cell to play with
    is as the student left it.
    """
    notebook = nbformat.read(bundle.master_path, as_version=4)
    places = {grade_id(cell) or cell.id: index for index, cell in enumerate(notebook.cells)}
    playing = {id for id, index in places.items() if is_left_out(notebook.cells[index], bundle)}
    written: dict[str, str] = {}
    extras: dict[int, list] = {}
    after = -1
    for cell in submitted.cells:
        id = grade_id(cell) or cell.get("id", "")
        if id not in places and cell.cell_type == "code" and not is_left_out(cell, bundle):
            id = next((q.id for q in bundle.declared.values() if defines(cell.source, q.name)), id)
        if id in places:
            after = places[id]
            if (id in bundle.answers or id in bundle.by_hand or id in playing) and cell.source.strip():
                written[id] = cell.source
        elif cell.cell_type == "code" and cell.source.strip():
            extras.setdefault(after, []).append(nbformat.v4.new_code_cell(cell.source))

    cells = list(extras.get(-1, []))
    for index, cell in enumerate(notebook.cells):
        id = grade_id(cell) or cell.id
        if id in bundle.answers:
            cell.source = written.get(id, CODE_STUB)
        elif id in bundle.by_hand:
            cell.source = written.get(id, bundle.open_text(id))
        elif id in playing:
            cell.source = written.get(id, cell.source)
        cells += [cell, *extras.get(index, [])]
    notebook.cells = cells
    notebook.metadata["unrolled"] = submitted.metadata.get("unrolled", {})
    return notebook


def _run_here(diagnoser: Diagnoser, notebook) -> dict:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell = InteractiveShell()
    verdicts = {}
    for index, cell in enumerate(notebook.cells):
        question = grade_id(cell).removeprefix(TEST)
        if grade_id(cell).startswith(TEST) and question in diagnoser.bundle.questions:
            subject = Subject(LocalChannel(shell.user_ns))
            cells = code_cells(notebook.cells[:index], diagnoser.bundle)
            verdicts[question] = diagnoser.examine(question, subject, cells)
        elif cell.cell_type == "code" and not is_left_out(cell, diagnoser.bundle):
            with capture_output():
                shell.run_cell(cell.source)
    made_from = notebook.metadata.get("unrolled", {}).get("release", "unknown")
    return report(diagnoser.bundle, verdicts, notebook, made_from)
