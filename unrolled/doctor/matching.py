"""Which cell of a submission is which cell of the release: by its ids, else by its content, else by where it stands."""

from __future__ import annotations

import re
from collections import defaultdict
from difflib import SequenceMatcher

from nbformat import NotebookNode

from unrolled.course.master import grade_id
from unrolled.doctor.template import Place, Template

ALIKE = 0.6  # share of what two versions of a cell have in common; cells of one notebook are below 0.4 to one another
LONG = 4000  # characters of which a comparison looks at no more

Cells = list[NotebookNode]
Matches = dict[int, list[int]]  # number of a place -> the numbers of the submission's cells that are it, in order


def match(template: Template, cells: Cells) -> Matches:
    """A place that nothing was found for is not among the keys; a cell is in one place at most."""
    matches: Matches = defaultdict(list)
    free = set(range(len(cells)))

    def take(place: int, cell: int) -> None:
        matches[place] = sorted([*matches[place], cell])
        free.discard(cell)

    for number, place in _by_ids(template, cells):
        take(place, number)
    for number, place in _by_content(template, cells, matches, free):
        take(place, number)
    for number, place in _by_definition(template, cells, matches, free):
        take(place, number)
    for number, place in _by_position(template, cells, matches, free):
        take(place, number)
    return dict(matches)


def _by_ids(template: Template, cells: Cells):
    grades, ids = template.by_grade_id, template.by_cell_id
    for number, cell in enumerate(cells):
        place = grades.get(grade_id(cell))
        if place is None and not grade_id(cell):
            place = ids.get(cell.get("id", ""))
        if place is None and grade_id(cell) and cell.get("id", "") in ids:  # the one was changed, the other was not
            place = ids[cell.id] if template.places[ids[cell.id]].is_written else None
        if place is not None:
            yield number, place


def _by_content(template: Template, cells: Cells, matches: Matches, free: set[int]):
    """The cells that still read as they were given out. Where several do, the next in order is meant."""
    given: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, place in enumerate(template.places):
        if index not in matches:
            for source in (place.cell.source, released(place)):
                if source.strip() and index not in given[place.type, plainly(source)]:
                    given[place.type, plainly(source)].append(index)
    last = -1
    of = {number: place for place, numbers in matches.items() for number in numbers}
    for number, cell in enumerate(cells):
        if number not in free:
            last = of.get(number, last)
            continue
        known = given.get((cell.cell_type, plainly(cell.source)), [])
        if known:
            last = next((index for index in known if index > last), known[0])
            for others in given.values():
                if last in others:
                    others.remove(last)
            yield number, last


def _by_definition(template: Template, cells: Cells, matches: Matches, free: set[int]):
    """Answers that have lost their ids: the code that defines what the contract calls for.

    It is looked for between its neighbours first: several questions may be about one name. Of an answer that has its
    cell, but with nothing in it, too: where the student wrote elsewhere, further down than the test, which would not
    see it.
    """
    gaps = _gaps(template, cells, matches)
    for index, place in enumerate(template.places):
        if place.kind != "answer" or not place.name:
            continue
        here = matches.get(index, [])
        if any(place.is_answered(code_of(cells[number])) for number in here):
            continue
        defining = [number for number in sorted(free) if defines(code_of(cells[number]), place.name)]
        start, end = gaps.get(index, (-1, -1))
        near = [number for number in defining if start < number < end]
        rivals = sum(gap == (start, end) and template.places[i].name == place.name for i, gap in gaps.items())
        if near and rivals == 1:
            defining = near
        elif not template.is_alone(place):
            continue
        test = max(matches.get(template.test_of(index), []), default=-1)
        yield from ((number, index) for number in defining if not here or number > test)


def _by_position(template: Template, cells: Cells, matches: Matches, free: set[int]):
    """What stands between the same neighbours as in the release, and is like it or alone there."""
    spans = _gaps(template, cells, matches)
    for index, (start, end) in spans.items():
        place = template.places[index]
        between = [number for number in range(start + 1, end) if number in free and cells[number].source.strip()]
        if place.kind == "locked":
            continue
        same = [number for number in between if (cells[number].cell_type == "code") == (place.type == "code")]
        if not place.is_written:
            alike = [(likeness(place.cell.source, cells[number].source), number) for number in same]
            best = max(alike, default=(0.0, -1))
            if best[0] >= ALIKE:
                free.discard(best[1])
                yield best[1], index
            continue
        here = [number for number in same if _shares_a_line(place, cells[number].source)]
        rivals = sum(spans[other] == (start, end) for other in spans if template.places[other].kind == place.kind)
        if not here and rivals == 1 and (place.kind == "words" or len(same) == 1):
            here = same
        for number in here:
            free.discard(number)
            yield number, index


def _gaps(template: Template, cells: Cells, matches: Matches) -> dict[int, tuple[int, int]]:
    """Place without a cell -> the numbers of the cells that its nearest neighbours have, where these are in order."""
    gaps = {}
    for index in range(len(template.places)):
        if index in matches:
            continue
        before = next((max(matches[i]) for i in range(index - 1, -1, -1) if i in matches), -1)
        after = next((min(matches[i]) for i in range(index + 1, len(template.places)) if i in matches), len(cells))
        if before < after:
            gaps[index] = before, after
    return gaps


# --- comparing --------------------------------------------------------------------------------------------


def plainly(source: str) -> str:
    """A source without what editors change: blanks at line ends, empty lines around it."""
    return "\n".join(line.rstrip() for line in source.strip().split("\n"))


def released(place: Place) -> str:
    """A locked cell as a student has it: without what the master hides in it."""
    kept, hidden = [], False
    for line in place.cell.source.split("\n"):
        if line.strip().startswith("### BEGIN HIDDEN TESTS"):
            hidden = True
        elif line.strip().startswith("### END HIDDEN TESTS"):
            hidden = False
        elif not hidden:
            kept.append(line)
    return "\n".join(kept)


def likeness(one: str, other: str) -> float:
    """1 for the same text, 0 for nothing in common."""
    comparison = SequenceMatcher(None, plainly(one)[:LONG], plainly(other)[:LONG], autojunk=False)
    if comparison.real_quick_ratio() < ALIKE or comparison.quick_ratio() < ALIKE:
        return 0.0
    return comparison.ratio()


def _shares_a_line(place: Place, source: str) -> bool:
    """Does a source still hold a line that the answer's cell came with?"""
    given = {line.strip() for line in place.cell.source.split("\n") if len(line.strip()) >= 12}
    given -= {"raise NotImplementedError()", "YOUR ANSWER HERE", "# YOUR CODE HERE"}
    return any(line.strip() in given for line in source.split("\n"))


def code_of(cell: NotebookNode) -> str:
    """A cell's code, also where the cell was turned into text, with the fence that then stands around it."""
    fenced = re.fullmatch(r"\s*```\w*\n(.*?)\n```\s*", cell.source, re.S)
    return fenced[1] if fenced and cell.cell_type != "code" else cell.source


def defines(source: str, name: str) -> bool:
    """Does this code define a class or function of that name, or assign to it?"""
    name = re.escape(name)
    made = rf"(?:class|def|async def) +{name}\b|(?:[\w.*]+ *, *)*{name} *(?:, *[\w.*]+ *)*(?::(?!=)|=(?!=))"
    return re.search(rf"^(?:{made})", source, re.M) is not None
