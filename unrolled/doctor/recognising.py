"""Which assignment a notebook belongs to."""

from __future__ import annotations

from nbformat import NotebookNode

from unrolled.course.bundle import Bundle
from unrolled.course.course import Course
from unrolled.course.master import TEST, TRY, grade_id
from unrolled.doctor.matching import defines, plainly, released
from unrolled.doctor.template import template_of


def belongs_to(course: Course, notebook: NotebookNode) -> Bundle | None:
    """By its cells' ids; where it has none that are known, by what its cells say and define. None: to no assignment."""
    bundles = [course.bundle(assignment) for assignment in course.assignments]
    ids = {grade_id(cell) for cell in notebook.cells} - {""}
    ids |= {cell.get("id", "") for cell in notebook.cells if not grade_id(cell)}
    return _best(bundles, [len(ids & _ids(bundle)) for bundle in bundles]) or _best(
        bundles, _by_content(bundles, notebook)
    )


def _best(bundles: list[Bundle], kinship: list[int]) -> Bundle | None:
    best = max(kinship, default=0)
    return bundles[kinship.index(best)] if best else None


def _ids(bundle: Bundle) -> set[str]:
    """The ids of what is asked and tested there. Others, of set-up cells, may be alike in all assignments."""
    asked = set(bundle.answers) | set(bundle.by_hand)
    return asked | {prefix + id for id in asked for prefix in (TRY, TEST)}


def _by_content(bundles: list[Bundle], notebook: NotebookNode) -> list[int]:
    """How many cells read as only this assignment's do, and how many of its names are defined."""
    sources = {plainly(cell.source) for cell in notebook.cells if cell.source.strip()}
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    given = [{plainly(released(place)) for place in template_of(bundle).places} for bundle in bundles]
    kinship = []
    for number, bundle in enumerate(bundles):
        elsewhere = set().union(*(given[:number] + given[number + 1 :]))
        names = {question.name for question in bundle.declared.values()}
        kinship.append(len(sources & (given[number] - elsewhere)) + sum(defines(code, name) for name in names))
    return kinship
