"""The notebook that is marked: the release's own cells, with the student's answers and the student's cells between."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

import nbformat
from nbformat import NotebookNode

from unrolled.course.bundle import Bundle
from unrolled.course.master import TEST, TRY, grade_id
from unrolled.doctor.matching import Matches, code_of, defines, match, plainly
from unrolled.doctor.older import Begun, begun_on
from unrolled.doctor.plain import listed
from unrolled.doctor.template import Place, Template

OWN = "own-"  # how the ids of cells begin that no release has, and the student added


@dataclass
class Mended:
    """remarks: what was repaired, a sentence each, for student and instructor. answered: ids of the answers that hold
    something of the student's own."""

    notebook: NotebookNode
    remarks: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)


def mend(bundle: Bundle, submitted: NotebookNode) -> Mended:
    """Rebuild a notebook from the release of its assignment.

    What nbgrader locks comes from the master. An answer may have come in several cells: all are kept, in their order,
    and the one that defines what is asked for is the one that is marked. Everything else that the student wrote stays
    where it was between the answers.
    """
    begun, cells = begun_on(bundle, submitted), submitted.cells
    template = begun.template
    matches = match(template, cells)
    mended = Mended(nbformat.v4.new_notebook(metadata=copy.deepcopy(template.metadata)))
    mended.notebook.nbformat_minor = 5
    followed = _following(matches, cells)
    numbers = _Numbered(template)
    mended.notebook.cells += [own for own in map(numbers.own, (cells[n] for n in followed.get(-1, []))) if own]
    for index, place in enumerate(template.places):
        mine, after = matches.get(index, []), followed.get(index, [])
        if place.is_written:
            made = _answer(place, mine, after, cells, numbers, mended)
        else:
            made = [_given(place, mine, cells)]
            extra = _copies(place, mine, cells)
            made += [own for own in map(numbers.own, (cells[n] for n in sorted([*extra, *after]))) if own]
        mended.notebook.cells += made
    mended.answered += _answered_elsewhere(template, matches, cells)
    mended.remarks += [*begun.remarks, *_remarks(template, matches, cells, begun)]
    about = {"assignment": bundle.assignment, "absent": list(begun.absent)}
    mended.notebook.metadata["unrolled"] = {**submitted.metadata.get("unrolled", {}), **about}
    return mended


def _following(matches: Matches, cells: list) -> dict[int, list[int]]:
    """Place -> the student's own cells that stand behind it, before the next one; -1 for those before all."""
    of = {number: place for place, numbers in matches.items() for number in numbers}
    followed: dict[int, list[int]] = {}
    last = -1
    for number in range(len(cells)):
        if number in of:
            last = of[number]
        else:
            followed.setdefault(last, []).append(number)
    return followed


class _Numbered:
    """Makes the student's own cells anew, without metadata, with ids that do not depend on chance."""

    def __init__(self, template: Template) -> None:
        self.taken = set(template.by_cell_id)
        self.count = 0

    def own(self, cell: NotebookNode) -> NotebookNode | None:
        """None for an empty one."""
        if not cell.source.strip():
            return None
        self.count += 1
        id = f"{OWN}{self.count}"
        while id in self.taken:
            id += "-"
        if cell.cell_type == "code":
            return nbformat.v4.new_code_cell(cell.source, id=id)
        made = nbformat.v4.new_raw_cell if cell.cell_type == "raw" else nbformat.v4.new_markdown_cell
        return _with_attachments(made(cell.source, id=id), cell)


def _with_attachments(made: NotebookNode, cell: NotebookNode) -> NotebookNode:
    if cell.get("attachments") and made.cell_type != "code":
        made["attachments"] = copy.deepcopy(cell.attachments)
    return made


def _given(place: Place, mine: list[int], cells: list) -> NotebookNode:
    """A cell that is no answer: as the student left it, unless it is locked."""
    made = copy.deepcopy(place.cell)
    if place.kind == "given" and mine and cells[mine[0]].cell_type == made.cell_type:
        made.source = cells[mine[0]].source
        _with_attachments(made, cells[mine[0]])
    return made


def _copies(place: Place, mine: list[int], cells: list) -> list[int]:
    """Further copies of a given cell that say something else: these are the student's own by now."""
    sources = {plainly(place.cell.source)}
    kept = []
    for number in mine[1:]:
        if plainly(cells[number].source) not in sources:
            sources.add(plainly(cells[number].source))
            kept.append(number)
    return kept


def _answer(
    place: Place, mine: list[int], after: list[int], cells: list, numbers: _Numbered, mended: Mended
) -> list[NotebookNode]:
    """An answer's cells: the one that is marked and, around it, the student's others in the order of the submission."""
    parts = _parts(place, mine, cells)
    made = copy.deepcopy(place.cell)
    if not parts:
        if len(mine) == 1 and cells[mine[0]].source.strip():
            made.source = cells[mine[0]].source  # the stub, with what the student may have taken out of it
        return [made, *(own for own in map(numbers.own, (cells[n] for n in after)) if own)]
    mended.answered.append(place.id)
    if place.kind == "words":
        made.source = "\n\n".join(cells[number].source.strip("\n") for number in parts)
        for number in parts:
            _with_attachments(made, cells[number])
        main = parts[0]
    else:
        defining = [n for n in parts if place.name and defines(code_of(cells[n]), place.name)]
        main = (defining or parts)[-1]
        made.source = code_of(cells[main])
    if len(parts) > 1:
        told = "two" if len(parts) == 2 else str(len(parts))
        joined = "read as one text" if place.kind == "words" else "all were run, in their order"
        mended.remarks.append(f"the answer {place.id} stood in {told} cells: {joined}")
    if place.kind == "answer" and cells[main].cell_type != "code":
        mended.remarks.append(f"the answer {place.id} had become text: it was run as code")
    around = sorted({main, *after, *(parts if place.kind == "answer" else [])})
    out: list[NotebookNode | None] = []
    for number in around:
        if number == main:
            out.append(made)
        elif number in parts:
            out.append(numbers.own(nbformat.v4.new_code_cell(code_of(cells[number]))))
        else:
            out.append(numbers.own(cells[number]))
    return [cell for cell in out if cell is not None]


def _parts(place: Place, mine: list[int], cells: list) -> list[int]:
    """The cells of an answer in which something was written, one of each wording."""
    parts: dict[str, int] = {}
    for number in mine:
        source = code_of(cells[number]) if place.kind == "answer" else cells[number].source
        if source.strip() and place.is_answered(source):
            parts[plainly(source)] = number  # the later of two that are the same: what stands between has run by then
    return sorted(parts.values())


def _answered_elsewhere(template: Template, matches: Matches, cells: list) -> list[str]:
    """Answers whose own cell is empty, and which a cell of the student's own defines: they count as they run."""
    own = set(range(len(cells))) - {number for numbers in matches.values() for number in numbers}
    return [
        place.id
        for index, place in enumerate(template.places)
        if place.kind == "answer"
        and place.name
        and template.is_alone(place)
        and not _parts(place, matches.get(index, []), cells)
        and any(cells[n].cell_type == "code" and defines(cells[n].source, place.name) for n in own)
    ]


def _remarks(template: Template, matches: Matches, cells: list, begun: Begun) -> list[str]:
    """What else a student and an instructor should know."""
    remarks = []
    asked = [(index, place) for index, place in enumerate(template.places) if not _is_absent(place, begun)]
    gone = [place.id for index, place in asked if place.is_written and index not in matches]
    if gone:
        remarks.append(f"deleted, and so not answered: {listed(gone)}")
    tests = [
        place.id
        for index, place in asked
        if place.id.startswith((TRY, TEST)) and index not in matches and place.id.split("_", 1)[1] not in gone
    ]
    if tests:
        remarks.append(f"test cells that had been deleted were put back: {listed(tests)}")
    known = {*template.by_grade_id, *begun.retired}
    foreign = {grade_id(cell) for cell in cells if grade_id(cell) and grade_id(cell) not in known}
    if foreign:
        remarks.append(f"cells that are not of this assignment were taken for your own: {listed(sorted(foreign))}")
    if matches and not any(grade_id(cell) for cell in cells):
        remarks.append("the notebook had lost the marks that nbgrader knows its cells by: they were found by content")
    far = [
        place.id
        for index, place in enumerate(template.places)
        if place.kind == "answer" and _was_elsewhere(template, matches, index)
    ]
    if far:
        remarks.append(f"written further down than its test, and run above it: {listed(far)}")
    return remarks


def _is_absent(place: Place, begun: Begun) -> bool:
    return place.id.removeprefix(TEST) in begun.absent


def _was_elsewhere(template: Template, matches: Matches, index: int) -> bool:
    test = matches.get(template.test_of(index))
    return bool(test and matches.get(index) and max(matches[index]) > max(test))
