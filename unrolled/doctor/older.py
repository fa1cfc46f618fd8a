"""Work that was begun on an older release: it is rebuilt from that release, with today's checks.

What the students were given then (locked cells, visible tests, what each answer's cell came with) is what their answers
stand on. A question that came later was never asked of them, and one that has gone since is not marked.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from nbformat import NotebookNode
from nbgrader.utils import compute_checksum

from unrolled.build.kept_releases import kept, without_pictures
from unrolled.course.bundle import Bundle
from unrolled.course.master import TEST, TRY, grade_id
from unrolled.doctor.matching import plainly, released
from unrolled.doctor.plain import listed
from unrolled.doctor.template import STUBS, Place, Template, template_of

OLDER = "unrolled_older"  # in a cell's metadata: it is as an older release had it, and nbgrader is to leave it so


@dataclass(frozen=True)
class Begun:
    """What a submission is rebuilt from. absent: what is asked today and was not then; retired: ids of cells that are
    gone since; remarks: what student and instructor should know."""

    template: Template
    absent: tuple[str, ...] = ()
    retired: frozenset[str] = frozenset()
    remarks: list[str] = field(default_factory=list)


def begun_on(bundle: Bundle, submitted: NotebookNode) -> Begun:
    """By the hash that the notebook carries. Where that release is not known, today's is meant."""
    today = template_of(bundle)
    about = submitted.metadata.get("unrolled", {})
    release = about.get("release") if isinstance(about, dict) else None
    cells = kept(bundle.root, bundle.assignment, bundle.name, release)
    if cells is None or _same(today, cells):
        return Begun(today)
    then, now = {grade_id(cell) for cell in cells} - {""}, set(today.by_grade_id)
    asked = [_question(place.id) for place in today.places if _is_asked(place)]
    new = [id for id in asked if not _cells_of(id) & then]
    there = {grade_id(cell) for cell in submitted.cells}
    absent = [id for id in new if not _cells_of(id) & there]
    old = {grade_id(cell): cell for cell in cells if grade_id(cell)}
    places = [made for cell in cells if (made := _place(today, cell)) is not None]
    left_out = {id for question in absent for id in _cells_of(question)}
    places = _with_new(today, places, then, left_out, new != absent)
    remarks = _remarks(str(release), today, old, absent, then - now)
    return Begun(replace(today, places=tuple(places)), tuple(absent), frozenset(then - now), remarks)


def _same(today: Template, cells: Sequence[NotebookNode]) -> bool:
    """Does the master still give what this release did, as far as marking goes? Prose may have changed."""
    ours = [(place.type, _text(released(place)), _about(place.cell)) for place in today.places]
    theirs = [(cell.cell_type, _text(cell.source), _about(cell)) for cell in cells]
    return [one for one in ours if one[2][0]] == [one for one in theirs if one[2][0]]


def _text(source: str) -> str:
    """What a cell says to a student; how the gap for an answer is marked depends on the course's settings."""
    lines = plainly(without_pictures(source)).split("\n")
    return "\n".join(line for line in lines if line.strip() not in STUBS)


def _about(cell: NotebookNode) -> tuple:
    about = cell.metadata.get("nbgrader", {})
    return grade_id(cell), *(about.get(name) or 0 for name in ("grade", "solution", "locked", "points"))


def _is_asked(place: Place) -> bool:
    return place.kind == "words" or (place.id.startswith(TEST) and bool(place.cell.metadata.nbgrader.get("grade")))


def _question(id: str) -> str:
    return id.removeprefix(TEST)


def _cells_of(question: str) -> set[str]:
    return {question, TRY + question, TEST + question}


def _place(today: Template, cell: NotebookNode) -> Place | None:
    """A cell of the release as the notebook gets it; None for one that nothing is asked by today."""
    id, about = grade_id(cell), cell.metadata.get("nbgrader", {})
    if not id:
        return Place("given", "", "", cell)
    number = today.by_grade_id.get(id)
    if number is None:
        is_question = about.get("solution") or about.get("grade")
        return None if is_question else Place("locked" if about.get("locked") else "given", id, "", _older(cell))
    place = today.places[number]
    if id.startswith(TEST) or place.type != cell.cell_type:
        return place
    made = _older(cell)
    made.metadata["nbgrader"] = {**place.cell.metadata.nbgrader, "checksum": compute_checksum(cell)}
    return replace(place, cell=made)


def _older(cell: NotebookNode) -> NotebookNode:
    made = copy.deepcopy(cell)
    made.metadata[OLDER] = True
    return made


def _with_new(today: Template, places: list[Place], then: set[str], left_out: set[str], any_came: bool) -> list[Place]:
    """The places with today's new ones among them, each behind the one that it stands behind today.

    left_out: cells of questions that the student has not: of these there is only what is marked. any_came: has she a
    new question? Then what is given with it comes, too.
    """
    made = list(places)
    behind = -1
    for place in today.places:
        if not place.id:
            continue
        if place.id in then:
            behind = next((i for i, other in enumerate(made) if other.id == place.id), behind)
        elif _is_asked(place) or (any_came and place.id not in left_out):
            behind += 1
            made.insert(behind, place)
    return made


def _remarks(
    release: str, today: Template, old: dict[str, NotebookNode], absent: Sequence[str], gone: set[str]
) -> list[str]:
    remarks = [f"begun on an earlier release ({release}): what it gave is as it was then, and the checks are today's"]
    retired = [id for id in sorted(gone) if old[id].metadata.nbgrader.get("solution")]
    if retired:
        remarks.append(f"not asked any more, and so not marked: {listed(retired)}")
    if absent:
        remarks.append(f"not in that release, so that a person looks: {listed(absent)}")
    for place in today.places:
        if place.id in old and _is_asked(place):
            then, now = (cell.metadata.nbgrader.get("points", 0) for cell in (old[place.id], place.cell))
            if then != now:
                told = f"{_question(place.id)} was worth {then:g} points in that release"
                remarks.append(f"{told}, and is worth {now:g} now")
    return remarks
