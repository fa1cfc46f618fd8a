"""From master to release, with nbgrader's own converter.

`nbgrader generate_assignment` gives the same files, because everything of ours hangs in nbgrader's options
(nbgrader_config.py names ReleaseExporter).
"""

from __future__ import annotations

import base64
import filecmp
import logging
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbconvert.exporters import NotebookExporter
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment

from unrolled.build.hashes import content_hash, stamp
from unrolled.build.kept_releases import keep, published
from unrolled.course.course import Course
from unrolled.course.errors import BuildError
from unrolled.course.for_markers import is_for_markers
from unrolled.course.master import cell_name
from unrolled.course.nbgrader_config import course_directory, load_config

_IMAGE = re.compile(r"!\[(?P<alt>.*?)\]\((?P<path>[^()\s]+)\)")
_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


class EmbedImages(Preprocessor):
    """Put local pictures into the text as data URIs: Colab shows those, and no attachments or files."""

    def preprocess_cell(self, cell, resources, index):
        if cell.cell_type == "markdown":
            folder = Path(resources["metadata"]["path"])
            cell.source = _IMAGE.sub(lambda match: self._embedded(match, folder, cell), cell.source)
        return cell, resources

    def _embedded(self, match: re.Match, folder: Path, cell) -> str:
        path = match["path"]
        if path.startswith(("http:", "https:", "data:")):
            return match[0]
        picture = (folder / path).resolve()
        if picture.suffix != ".png" or not picture.is_file():
            raise BuildError(f"cell {cell.get('id')} shows {path}, which is no PNG file there: run img/draw_*.py")
        data = base64.b64encode(picture.read_bytes()).decode()
        return f"![{match['alt']}](data:image/png;base64,{data})"


class PlainMetadata(Preprocessor):
    """Keep of the notebook's metadata only what every machine agrees on, so that builds are the same."""

    def preprocess(self, nb, resources):
        nb.metadata = nbformat.from_dict({"kernelspec": _KERNEL, "language_info": {"name": "python"}})
        nb.nbformat_minor = 5
        for cell in nb.cells:
            kept = {key: cell.metadata[key] for key in ("nbgrader", "tags") if key in cell.metadata}
            cell.metadata = nbformat.from_dict(kept)
        return nb, resources


class NothingForMarkers(Preprocessor):
    """Take out what students do not get: the answers to what is asked without points."""

    def preprocess(self, nb, resources):
        nb.cells = [cell for cell in nb.cells if not is_for_markers(cell)]
        return nb, resources


class ReleaseExporter(NotebookExporter):
    """nbgrader's notebook exporter with the three steps above in front, and the content's hash put in at the end."""

    def _init_preprocessors(self):
        super()._init_preprocessors()
        self.register_preprocessor(NothingForMarkers(parent=self), enabled=True)
        self.register_preprocessor(PlainMetadata(parent=self), enabled=True)
        self.register_preprocessor(EmbedImages(parent=self), enabled=True)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._course = Path()
        self._replaced = self._published()  # now: nbgrader deletes the folder before it comes to the notebook

    def _published(self) -> dict[str, NotebookNode]:
        """Name -> the release that this one comes in the place of; nothing where it is made somewhere else."""
        converter = self.parent
        if not isinstance(converter, GenerateAssignment):
            return {}
        course = converter.coursedir
        root, assignment = Path(course.root), course.assignment_id
        self._course = root
        if (root / course.release_directory).resolve() != (root / "release").resolve():
            return {}
        names = [path.stem for path in (root / course.source_directory / assignment).glob("*.ipynb")]
        found = {name: published(root, assignment, name) for name in names}
        return {name: notebook for name, notebook in found.items() if notebook is not None}

    def _preprocess(self, nb, resources):
        nb, resources = super()._preprocess(nb, resources)
        about = resources["nbgrader"]
        stamp(nb, about["assignment"])
        replaced = self._replaced.get(about["notebook"])
        if replaced is not None and content_hash(replaced) != content_hash(nb):
            keep(self._course, about["assignment"], about["notebook"], replaced)
        return nb, resources


def build(course: Course, assignment: str, release: Path | None = None) -> Path:
    """Make the release of one assignment; returns its folder. release: where, instead of the course's own.

    Raises BuildError when nbgrader refuses the master.
    """
    release = release or course.root / "release"
    config = load_config(course, release_directory=release)
    config.SaveCells.enabled = False
    generate(config, assignment, no_database=True)
    return release / assignment


class _Collector(logging.Handler):
    """Keeps the messages of errors, and what was changed in the gradebook (unrolled.grading.migration)."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.errors: list[str] = []
        self.changes: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR:
            self.errors.append(record.getMessage())
        elif hasattr(record, "changed"):
            self.changes.append(record.changed)


def generate(config, assignment: str, no_database: bool = False, notebook: str = "*") -> list[str]:
    """Run nbgrader's GenerateAssignment under a configuration; returns what it changed in a gradebook with marks.

    notebook: the master's name; with "*", nbgrader refuses a gradebook that has it under another one. Raises BuildError
    with what was logged.
    """
    course = course_directory(config, assignment)
    course.notebook_id = notebook
    converter = GenerateAssignment(coursedir=course, config=config)
    converter.force, converter.no_database = True, no_database
    handler = _Collector()
    converter.log.addHandler(handler)
    quiet, converter.log.propagate = converter.log.propagate, False
    try:
        converter.start()
    except Exception as error:
        said = "\n".join([*handler.errors, str(error)])
        raise BuildError(f"source/{assignment} cannot be released: {said}") from error
    finally:
        converter.log.removeHandler(handler)
        converter.log.propagate = quiet
    return handler.changes


def differences(course: Course, assignment: str) -> Iterator[str]:
    """In what the committed release differs from its master, a sentence each; nothing if they agree."""
    committed = course.root / "release" / assignment
    with tempfile.TemporaryDirectory() as folder:
        fresh = build(course, assignment, Path(folder))
        names = {p.relative_to(fresh) for p in fresh.rglob("*") if p.is_file()}
        kept = {p.relative_to(committed) for p in committed.rglob("*") if p.is_file()}
        for name in sorted(names | kept):
            where = f"release/{assignment}/{name}"
            if name not in kept:
                yield f"{where} is missing"
            elif name not in names:
                yield f"{where} comes from no master"
            elif name.suffix == ".ipynb":
                yield from (f"{where}: {what}" for what in _compare_notebooks(committed / name, fresh / name))
            elif not filecmp.cmp(committed / name, fresh / name, shallow=False):
                yield f"{where} differs"


def _compare_notebooks(committed: Path, fresh: Path) -> Iterator[str]:
    if committed.read_bytes() == fresh.read_bytes():
        return
    try:
        old = nbformat.read(committed, as_version=4)
    except Exception as error:
        yield f"is not a notebook ({error})"
        return
    new, found = nbformat.read(fresh, as_version=4), False
    for index, (was, now) in enumerate(zip(old.cells, new.cells, strict=False)):
        if was == now:
            continue
        found = True
        yield f"cell {cell_name(now)} (number {index}) {_first_difference(was, now)}"
    if len(old.cells) != len(new.cells):
        found = True
        yield f"has {len(old.cells)} cells, its master gives {len(new.cells)}"
    if not found:
        yield "differs in its metadata or its layout only"


def _first_difference(was, now) -> str:
    old, new = was.source.split("\n"), now.source.split("\n")
    for number, (before, after) in enumerate(zip(old, new, strict=False), start=1):
        if before != after:
            return f"line {number}: released {before[:100]!r}, master {after[:100]!r}"
    if len(old) != len(new):
        return f"has {len(old)} lines, its master gives {len(new)}"
    return "has other metadata"
