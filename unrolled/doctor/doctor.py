"""From what was handed in to what is marked: the one way that `mark`, `grade` and nbgrader's own commands take."""

from __future__ import annotations

from pathlib import Path

import nbformat

from unrolled.course.course import Course
from unrolled.course.errors import SubmissionError
from unrolled.doctor.choosing import Chosen, choose
from unrolled.doctor.copying import copy_along
from unrolled.doctor.entries import Entry, Found, is_plain_folder, of_file, of_folder


def treat_folder(course: Course, folder: Path, assignment: str | None = None) -> Chosen:
    """The submission in a folder. Raises SubmissionError, in a sentence, where it cannot be marked."""
    if not is_plain_folder(folder):
        raise SubmissionError(
            f"{folder} is a link to a folder, and no link is followed"
            if folder.is_symlink()
            else f"{folder} is missing"
        )
    found = of_folder(folder)
    chosen = choose(course, found, str(folder), assignment)
    if found.more:
        chosen.remarks.append("there are more files than are looked at; those nearest to the top were")
    return chosen


def treat_file(course: Course, path: Path, assignment: str | None = None) -> Chosen:
    """A single file: a notebook, or an archive with one in it. Of what lies beside it, that goes along which its code
    speaks of: the file may lie among somebody's downloads."""
    try:
        entry = of_file(path)
    except FileNotFoundError:
        raise SubmissionError(f"{path}: there is no such file") from None
    if entry is None:
        raise SubmissionError(f"{path} is a link or no regular file, and no link is followed")
    chosen = choose(course, Found([entry]), str(path), assignment)
    if not chosen.entry.archive:
        code = "\n".join(cell.source for cell in chosen.notebook.cells if cell.cell_type == "code")
        chosen.along = [one for one in of_folder(path.parent).entries if one.place != path and _is_spoken_of(one, code)]
    return chosen


def _is_spoken_of(entry: Entry, code: str) -> bool:
    if entry.name.endswith(".py"):
        return any(part.removesuffix(".py") in code for part in entry.path.split("/"))
    return entry.path in code


def put(chosen: Chosen, folder: Path) -> Path:
    """Write the mended notebook, under the name that nbgrader looks for, and what goes along; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    left = copy_along(chosen.along, folder, chosen.entry.folder)
    if left:
        chosen.remarks.append(f"{left} files were not taken along: there are too many, or they are too large")
    path = folder / f"{chosen.bundle.name}.ipynb"
    nbformat.write(finished(chosen), path)
    return path


def finished(chosen: Chosen) -> nbformat.NotebookNode:
    """The mended notebook, with what was repaired in its metadata, where marking and reports read it."""
    chosen.notebook.metadata["unrolled"]["mended"] = [str(remark) for remark in chosen.remarks]
    return chosen.notebook
