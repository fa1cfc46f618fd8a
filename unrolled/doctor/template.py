"""What a submission is rebuilt from: the cells of the release, with the hidden tests that the master has for it."""

from __future__ import annotations

import contextlib
import copy
from dataclasses import dataclass
from functools import lru_cache

import nbformat

from unrolled.build.release import EmbedImages, NothingForMarkers, PlainMetadata
from unrolled.course.bundle import Bundle
from unrolled.course.errors import BuildError
from unrolled.course.master import CODE_STUB, TEST, TEXT_STUB, code_stub, grade_id, text_stub

# Lines that stand where nothing was written yet, whatever the course's own settings for them are.
STUBS = frozenset({CODE_STUB, CODE_STUB.removesuffix("()"), TEXT_STUB, "# YOUR CODE HERE", "pass"})


@dataclass(frozen=True)
class Place:
    """One cell of the release. kind: "answer", "words" (a person marks it), "locked", or "given" for what a student may
    change; name: what an answer defines, by its contract; cell: as a student gets it."""

    kind: str
    id: str
    name: str
    cell: nbformat.NotebookNode

    @property
    def type(self) -> str:
        return self.cell.cell_type

    @property
    def is_written(self) -> bool:
        """Is it a student's to write?"""
        return self.kind in ("answer", "words")

    def is_answered(self, source: str) -> bool:
        """Does a source for this cell hold anything that the release has not?"""
        there = {line.strip() for line in self.cell.source.split("\n")} | STUBS
        return any(line.strip() and line.strip() not in there for line in source.split("\n"))


@dataclass(frozen=True)
class Template:
    """The release of one assignment."""

    assignment: str
    metadata: nbformat.NotebookNode
    places: tuple[Place, ...]

    @property
    def by_grade_id(self) -> dict[str, int]:
        return {place.id: number for number, place in enumerate(self.places) if place.id}

    @property
    def by_cell_id(self) -> dict[str, int]:
        return {place.cell.id: number for number, place in enumerate(self.places) if place.cell.get("id")}

    def is_alone(self, place: Place) -> bool:
        """Is it the only answer that is about its name?"""
        return sum(other.name == place.name for other in self.places) == 1

    def test_of(self, number: int) -> int:
        """The place of the hidden test of an answer; behind all others where it has none."""
        return self.by_grade_id.get(TEST + self.places[number].id, len(self.places))


def template_of(bundle: Bundle) -> Template:
    """Made from the master once, until the master is another."""
    about = bundle.master_path.stat()
    return _made(_Key(bundle, about.st_mtime_ns, about.st_size))


class _Key:
    """A bundle for a cache: equal for the same course, assignment and state of the master."""

    def __init__(self, bundle: Bundle, *state: int) -> None:
        self.bundle, self.value = bundle, (bundle.root, bundle.assignment, *state)

    def __hash__(self) -> int:
        return hash(self.value)

    def __eq__(self, other) -> bool:
        return self.value == other.value


@lru_cache(32)
def _made(key: _Key) -> Template:
    bundle = key.bundle
    notebook = nbformat.read(bundle.master_path, as_version=4)
    for step in (NothingForMarkers(), PlainMetadata()):
        notebook, _ = step.preprocess(notebook, {})
    pictures = {"metadata": {"path": str(bundle.master_path.parent)}}
    places = []
    for index, cell in enumerate(notebook.cells):
        with contextlib.suppress(BuildError):  # a picture that is missing costs the page that picture
            EmbedImages().preprocess_cell(cell, pictures, index)
        places.append(_place(bundle, cell))
    return Template(bundle.assignment, notebook.metadata, tuple(places))


def _place(bundle: Bundle, cell: nbformat.NotebookNode) -> Place:
    about, id = cell.metadata.get("nbgrader", {}), grade_id(cell)
    if not about.get("solution"):
        return Place("locked" if about.get("locked") else "given", id, "", cell)
    cell = copy.deepcopy(cell)
    if cell.cell_type == "code":
        cell.source = code_stub(cell.source)
        return Place("answer", id, bundle.declared[id].name if id in bundle.declared else "", cell)
    cell.source = text_stub(cell.source)
    return Place("words", id, "", cell)
