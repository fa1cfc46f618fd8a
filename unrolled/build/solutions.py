"""The executed solution of an assignment, to read: a notebook and a page, without what only graders need.

nbgrader's own generate_solution leaves the hidden tests and all marker lines in, so this is a way of ours from its
parts.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests

from unrolled.build.release import EmbedImages, PlainMetadata
from unrolled.course.bundle import Bundle
from unrolled.course.course import Course
from unrolled.course.errors import BuildError
from unrolled.course.master import cell_name, mark_scheme, model_text, strip_markers
from unrolled.kernels.kernel import FIGURES_IN_PAGES, PrivateKernel


def make_solution(course: Course, assignment: str, folder: Path, timeout: int = 600) -> tuple[Path, Path]:
    """Write `<folder>/<assignment>/<name>.ipynb` and `.html`; returns both paths.

    timeout: seconds for one cell. Raises BuildError, and writes nothing, when the master has a region that is not
    closed, a picture that is missing or a cell that fails.
    """
    bundle = course.bundle(assignment)
    resources = {"metadata": {"path": str(bundle.master_path.parent), "name": bundle.name}}
    try:
        notebook = to_read(bundle)
        _execute(notebook, resources, timeout)
    except BuildError as error:
        raise BuildError(f"source/{assignment} gives no solution: {error}") from error
    page, _ = HTMLExporter(template_name="lab").from_notebook_node(notebook, resources)

    target = folder / assignment
    target.mkdir(parents=True, exist_ok=True)
    paths = target / f"{bundle.name}.ipynb", target / f"{bundle.name}.html"
    nbformat.write(notebook, paths[0])
    paths[1].write_text(page, encoding="utf-8")
    return paths


def to_read(bundle: Bundle) -> NotebookNode:
    """A master as its solution shows it, not yet executed: no hidden tests, no marker lines, the pictures in it. What
    is for markers stays, and a mark scheme gets a heading: whoever marks by hand reads it here. Raises BuildError."""
    notebook = nbformat.read(bundle.master_path, as_version=4)
    for cell in notebook.cells:
        if scheme := mark_scheme(cell.source):
            cell.source = f"{model_text(cell.source)}\n\n**Mark scheme**\n\n{scheme}"
    steps = [ClearHiddenTests(), PlainMetadata(), EmbedImages()]
    for step in steps:
        try:
            step.preprocess(notebook, {"metadata": {"path": str(bundle.master_path.parent)}})
        except RuntimeError as error:  # how nbgrader says that a region is not closed
            raise BuildError(str(error)) from error
    for cell in notebook.cells:
        cell.source = strip_markers(cell.source).strip("\n")
    return notebook


def _execute(notebook: NotebookNode, resources: dict, timeout: int) -> None:
    """Run every cell in the master's folder. Raises BuildError with the cell and its exception."""
    current = "?"

    def note(cell: NotebookNode, cell_index: int) -> None:
        nonlocal current
        current = cell_name(cell, cell_index)

    with tempfile.TemporaryDirectory(prefix="unrolled-") as private:
        client = PrivateClient(
            notebook,
            kernel_name="python3",
            timeout=timeout,
            resources=resources,
            record_timing=False,  # times would make every run's file another one
            on_cell_start=note,
        )
        client.kernel_folder = Path(private)
        client.shutdown_kernel = "immediate"  # nothing left to save
        try:
            client.execute(env=os.environ | FIGURES_IN_PAGES)
        except CellExecutionError as error:
            raise BuildError(f"cell {current} stopped with {error.ename}: {error.evalue}") from error
        except CellTimeoutError as error:
            raise BuildError(f"cell {current} took longer than {timeout} seconds (CellTimeoutError)") from error
        except DeadKernelError as error:
            raise BuildError(f"the kernel died in cell {current} (DeadKernelError)") from error


class PrivateClient(PrivateKernel, NotebookClient):
    """nbclient's NotebookClient; its kernel is reached through private files in `kernel_folder`."""
