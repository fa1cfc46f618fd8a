"""The lint of masters: what an author can get wrong and a student or a grader would trip over.

Each rule is a short generator over the cells; a fault is the name of the cell and a sentence with the cure.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from nbformat.validator import iter_validate

from unrolled.build.given_away import given_away
from unrolled.course.bundle import Bundle
from unrolled.course.errors import BundleError
from unrolled.course.for_markers import is_for_markers
from unrolled.course.master import EXPLORE, MARKER, TEST, TRY, cell_name, code_stub, grade_id

WIDTH = 120  # characters of a line of code: what a notebook in Colab shows on a wide screen without a scroll bar
ALT_LENGTH = 20  # characters: shorter alt texts name a picture and do not say what to see

_WORD = re.compile(r"[a-z][a-z0-9_]*")
# What was meant as a marker. "### End …" may be a heading in markdown, so the words must follow; in code anything
# with two or more # in front will do.
_MEANT = re.compile(r"\b(BEGIN|END)[\s_-]*(SOLUTION|HIDDEN|MARK(ING)?[\s_-]*SCHEME)", re.IGNORECASE)
_MEANT_IN_CODE = re.compile(r"^\s*#{2,}\s*(BEGIN|END)\b", re.IGNORECASE)
_IMAGE = re.compile(r"!\[(?P<alt>.*?)\]\((?P<path>[^()\s]+)")

Fault = tuple[str, str]  # the cell's name, and what is wrong with it


@dataclass(frozen=True)
class Cell:
    """A master's cell with what the rules ask about. name: grade_id, else the cell's id, else its number."""

    name: str
    raw: nbformat.NotebookNode

    @property
    def meta(self) -> dict:
        return self.raw.metadata.get("nbgrader", {})

    @property
    def grade_id(self) -> str:
        return grade_id(self.raw)

    @property
    def points(self) -> float:
        return float(self.meta.get("points") or 0)

    @property
    def is_code(self) -> bool:
        return self.raw.cell_type == "code"

    @property
    def grade(self) -> bool:
        return bool(self.meta.get("grade"))

    @property
    def solution(self) -> bool:
        return bool(self.meta.get("solution"))

    @property
    def locked(self) -> bool:
        return bool(self.meta.get("locked"))

    @property
    def is_question(self) -> bool:
        """An answer that is marked by a check, not by a person."""
        return self.is_code and self.solution and not self.grade

    @property
    def lines(self) -> list[str]:
        return self.raw.source.split("\n")


def lint(bundle: Bundle, total: float | None = 100) -> Iterator[str]:
    """The faults of a master, a sentence each, with the cell's name and the cure; nothing if it is clean.

    total: the points of all grade cells together; None for an assignment that is not complete.
    """
    where = f"source/{bundle.assignment}/{bundle.master_path.name}"
    try:
        notebook = nbformat.v4.reads(bundle.master_path.read_text(encoding="utf-8"))
        version = notebook.nbformat, notebook.nbformat_minor
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
        yield f"{where} cannot be read as a notebook ({error}): restore it, or save it in JupyterLab"
        return
    if version[0] != 4 or version[1] < 5:
        yield f"{where} has format {version[0]}.{version[1]}: save it as 4.5, the first with cell ids"
        return
    schema_faults = [error.message.split("\n")[0][:200] for error in iter_validate(notebook)]
    if schema_faults:
        yield from (f"{where} is no valid notebook: {fault}; save it in JupyterLab" for fault in schema_faults)
        return

    cells = [_cell(raw, number) for number, raw in enumerate(notebook.cells)]
    for rule in RULES:
        yield from (f"{where}, cell {name}: {what}" for name, what in rule(cells))
    try:
        yield from (f"{where}, cell {name}: {what}" for name, what in _checks(cells, bundle))
        yield from (f"{where}, cell {name}: {what}" for name, what in _given_away(cells, bundle))
    except BundleError as error:  # a check is missing, or is of a question that the master has not
        yield f"{where}: {error}; write what is missing, or take the check out"
    points = sum(cell.points for cell in cells if cell.grade)
    if total is not None and points != total:
        yield f"{where}: its grade cells have {points:g} points together; make them {total:g}"


def _cell(raw: nbformat.NotebookNode, number: int) -> Cell:
    return Cell(cell_name(raw, number), raw)


# --- the notebook as a file -----------------------------------------------------------------------------------


def _ids(cells: list[Cell]) -> Iterator[Fault]:
    seen, seen_grade_ids = set(), set()
    for cell in cells:
        if cell.raw.id in seen:
            yield cell.name, f"the cell id {cell.raw.id!r} is there twice; give one of the two another"
        seen.add(cell.raw.id)
        if not cell.meta:
            continue
        if not _WORD.fullmatch(cell.grade_id):
            yield cell.name, f"the grade_id {cell.grade_id!r} is no word; use small letters, digits and _"
        if cell.grade_id in seen_grade_ids:
            yield cell.name, "the grade_id is there twice; grade_ids are chosen once and never reused"
        seen_grade_ids.add(cell.grade_id)


def _no_outputs(cells: list[Cell]) -> Iterator[Fault]:
    for cell in cells:
        if cell.raw.get("outputs"):
            yield cell.name, "has outputs; clear them (nbstripout does it at every commit)"
        if cell.raw.get("execution_count") is not None:
            yield cell.name, "has an execution count; clear the outputs"


def _something_in_it(cells: list[Cell]) -> Iterator[Fault]:
    for cell in cells:
        if not cell.raw.source.strip():
            yield cell.name, "has no source; delete the cell"


def _alt_texts(cells: list[Cell]) -> Iterator[Fault]:
    for cell in cells:
        for image in _IMAGE.finditer("" if cell.is_code else cell.raw.source):
            if len(image["alt"].strip()) < ALT_LENGTH:
                yield (
                    cell.name,
                    f"the picture {image['path'][:60]} has the alt text {image['alt']!r}; say in {ALT_LENGTH} "
                    "characters or more what there is to see",
                )


def _width(cells: list[Cell]) -> Iterator[Fault]:
    """The line with a hidden check's points is let off: it has to be one line, however many ideas are marked."""
    for cell in cells:
        for number, line in enumerate(cell.lines if cell.is_code else [], start=1):
            if len(line) > WIDTH and not line.startswith(f"# {cell.grade_id}:"):
                yield cell.name, f"line {number} has {len(line)} characters; break it before {WIDTH}"


def _explore(cells: list[Cell]) -> Iterator[Fault]:
    """What is there to play with is not run while marking, so it must be nothing that marking stands on."""
    for cell in cells:
        if EXPLORE not in cell.raw.metadata.get("tags", []):
            continue
        if not cell.is_code:
            yield cell.name, "has the tag explore and is no code; take the tag off"
        if cell.grade or cell.solution:
            yield cell.name, "has the tag explore and is an answer or a test, which marking has to run; take it off"
        elif cell.locked:
            yield cell.name, "has the tag explore and is locked; unlock it, so that students can play with it"
        for other in cells:
            if other.is_code and other is not cell and other.raw.source == cell.raw.source:
                yield cell.name, f"has the same source as cell {other.name}, which would not be run either; change one"


def _for_markers(cells: list[Cell]) -> Iterator[Fault]:
    """A release is without such a cell, so nothing may run in it and nobody may be marked by it."""
    for cell in cells:
        if is_for_markers(cell.raw) and (cell.is_code or cell.meta):
            yield (
                cell.name,
                "has the tag for-markers, so that no student gets it; make it markdown, unknown to nbgrader",
            )


# --- regions --------------------------------------------------------------------------------------------------


def _markers(cells: list[Cell]) -> Iterator[Fault]:
    for cell in cells:
        for number, line in enumerate(cell.lines, start=1):
            meant = _MEANT.search(line) or (cell.is_code and _MEANT_IN_CODE.match(line))
            if meant and not MARKER.match(line):
                yield (
                    cell.name,
                    f"line {number} is no marker: {line.strip()!r}; write ### BEGIN SOLUTION, ### BEGIN HIDDEN TESTS "
                    "or ### BEGIN MARK SCHEME, or the same with END, alone in the line",
                )


def _closed(cells: list[Cell]) -> Iterator[Fault]:
    """A mark scheme may stand inside a model answer; otherwise regions follow one another."""
    for cell in cells:
        open_regions: list[str] = []
        for number, line in enumerate(cell.lines, start=1):
            marker = MARKER.match(line)
            if not marker:
                continue
            region = marker["region"]
            if marker["edge"] == "BEGIN":
                if open_regions and (open_regions, region) != (["SOLUTION"], "MARK SCHEME"):
                    yield cell.name, f"line {number} begins a region inside {open_regions[-1]}; end that one first"
                open_regions.append(region)
            elif not open_regions or open_regions[-1] != region:
                yield cell.name, f"line {number} ends a {region} region that is not open there; add its BEGIN"
            else:
                open_regions.pop()
        for region in open_regions:
            yield cell.name, f"a {region} region is not closed; add ### END {region}"


def _in_their_cells(cells: list[Cell]) -> Iterator[Fault]:
    for cell in cells:
        regions = {marker["region"] for line in cell.lines if (marker := MARKER.match(line))}
        if "SOLUTION" in regions and not cell.solution:
            yield cell.name, "has a SOLUTION region and is no answer cell; set solution in its nbgrader metadata"
        if "HIDDEN TESTS" in regions and (not cell.grade or cell.solution):
            yield cell.name, "has HIDDEN TESTS and is no test cell; set grade in its nbgrader metadata"
        if "MARK SCHEME" in regions and not (cell.grade and cell.solution):
            yield cell.name, "has a MARK SCHEME and is not marked by hand; set grade and solution"


def _stubs(cells: list[Cell]) -> Iterator[Fault]:
    for cell in cells:
        if not (cell.is_code and cell.solution):
            continue
        try:
            released = TransformerManager().transform_cell(code_stub(cell.raw.source))  # `%` and `!` are no Python
            tree = ast.parse(released)
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef) and any(isinstance(part, ast.Raise) for part in node.body):
                    yield (
                        cell.name,
                        f"a student's class {node.name} raises as soon as it is defined, with every method filled in; "
                        "put the SOLUTION markers inside a method",
                    )
        except SyntaxError as error:
            yield (
                cell.name,
                f"what a student gets does not compile ({error.msg}, line {error.lineno}); indent the markers "
                "as the lines between them",
            )


def _indents(cells: list[Cell]) -> Iterator[Fault]:
    """The stub takes the marker's indentation: one outside of its function would stop every student's cell."""
    for cell in cells:
        for number, (line, below) in enumerate(zip(cell.lines, cell.lines[1:], strict=False), start=1):
            marker = MARKER.match(line)
            if not (cell.is_code and marker and marker["region"] == "SOLUTION" and marker["edge"] == "BEGIN"):
                continue
            if below.strip() and not MARKER.match(below) and below[: -len(below.lstrip())] != marker["indent"]:
                yield cell.name, f"line {number} is not indented as the solution below it; indent the markers as that"


# --- questions ------------------------------------------------------------------------------------------------


def _questions(cells: list[Cell]) -> Iterator[Fault]:
    """Every question has a visible test, then a hidden check; every test has a question."""
    place = {cell.grade_id: index for index, cell in enumerate(cells)}
    questions = [cell for cell in cells if cell.is_question]
    for question in questions:
        visible, hidden = TRY + question.grade_id, TEST + question.grade_id
        missing = [name for name in (visible, hidden) if name not in place]
        for name in missing:
            yield question.name, f"the question has no cell {name}; add it after the answer"
        if not missing and not place[question.grade_id] < place[visible] < place[hidden]:
            yield question.name, f"the order is to be {question.grade_id}, {visible}, {hidden}; move the cells"
    tests = {kind + question.grade_id for question in questions for kind in (TRY, TEST)}
    for cell in cells:
        if cell.grade and not cell.solution and cell.grade_id not in tests:
            yield cell.name, "belongs to no question; call it try_ or test_ and the id of an answer cell"


def _visible_tests(cells: list[Cell]) -> Iterator[Fault]:
    for cell in cells:
        if not cell.grade_id.startswith(TRY):
            continue
        if not (cell.is_code and cell.grade and not cell.solution):
            yield cell.name, "is no test cell; make it code with grade and without solution, so that Validate runs it"
        if not cell.locked:
            yield cell.name, "is not locked; lock it, or students can edit the test"
        if cell.points:
            yield cell.name, f"has {cell.points:g} points; a visible test has 0, the hidden check has them all"


def _hidden_checks(cells: list[Cell]) -> Iterator[Fault]:
    for cell in cells:
        if not cell.grade_id.startswith(TEST):
            continue
        question = cell.grade_id.removeprefix(TEST)
        if not (cell.is_code and cell.grade and not cell.solution):
            yield cell.name, "is no test cell; make it code with grade and without solution"
        if not cell.locked:
            yield cell.name, "is not locked; lock it, or nbgrader does not bring the check back"
        if cell.points <= 0:
            yield cell.name, "has no points; give it the sum of its question's marks"
        hidden, shown = _split(cell.lines, "HIDDEN TESTS")
        if f'check("{question}")' not in [line.strip() for line in hidden]:
            yield cell.name, f'has no line check("{question}") between the HIDDEN TESTS markers; add it'
        if len(shown) != 1 or not shown[0].startswith(f"# {cell.grade_id}:"):
            yield cell.name, f"is to show students one line, which starts with '# {cell.grade_id}:', and no more"


def _mark_schemes(cells: list[Cell]) -> Iterator[Fault]:
    for cell in cells:
        if cell.is_code or not (cell.grade and cell.solution):
            continue
        scheme, (answer, shown) = _split(cell.lines, "MARK SCHEME")[0], _split(cell.lines, "SOLUTION")
        if not scheme:
            yield cell.name, "is marked by hand and has no mark scheme; write one between ### BEGIN and END MARK SCHEME"
        elif answer and set(scheme) & set(shown):  # nbgrader would refuse it: this is no cell of its type "task"
            yield cell.name, "has its mark scheme outside of the SOLUTION region; move it inside"


def _split(lines: list[str], region: str) -> tuple[list[str], list[str]]:
    """The lines inside and outside of a region, without markers and blank lines."""
    inside: list[str] = []
    outside: list[str] = []
    open_region = False
    for line in lines:
        marker = MARKER.match(line)
        if marker:
            open_region = marker["edge"] == "BEGIN" if marker["region"] == region else open_region
        elif line.strip():
            (inside if open_region else outside).append(line)
    return inside, outside


def _checks(cells: list[Cell], bundle: Bundle) -> Iterator[Fault]:
    """Questions of the master and checks in questions/ are the same, with the same points."""
    answers = {cell.grade_id for cell in cells if cell.is_question}
    tests = {cell.grade_id: cell for cell in cells if cell.grade_id.startswith(TEST)}
    for id, question in bundle.declared.items():
        test = tests.get(TEST + id)
        if id not in answers:
            yield id, "has a check and is no answer cell of code; set solution, and not grade"
        if test and test.points != question.points:
            yield (
                test.name,
                f"has {test.points:g} points and marks of {question.points:g} in check.py; make them agree",
            )
    for id in sorted(answers - bundle.declared.keys()):
        yield id, f"no check marks this question; write @question({id!r}, …) in questions/{bundle.name}/{id}/check.py"


def _given_away(cells: list[Cell], bundle: Bundle) -> Iterator[Fault]:
    """No released cell is like a solution, but where the question's misconceptions.py says why it may."""
    code = [cell for cell in cells if cell.is_code]
    solutions = {cell.name: _regions(cell.lines, "SOLUTION") for cell in code if cell.is_question}
    given = {cell.name: "\n".join(_split(cell.lines, "HIDDEN TESTS")[1]) for cell in code if not cell.solution}
    allowed = {(cell, question) for question, known in bundle.like_a_cell.items() for cell in known}
    for cell, question, share in given_away(solutions, given):
        if (cell, question) in allowed:
            allowed.discard((cell, question))
            continue
        yield (
            cell,
            f"holds {share:.0%} of the solution of {question}, names aside; run the student's own function there, "
            "compare with numbers, or say in LIKE_A_CELL of its misconceptions.py why it may",
        )
    for cell, question in sorted(allowed):
        yield question, f"LIKE_A_CELL names {cell}, which is not like the solution; take the entry out"


def _regions(lines: list[str], region: str) -> list[str]:
    """What stands between each pair of this region's markers."""
    parts: list[list[str]] = []
    open_region = False
    for line in lines:
        marker = MARKER.match(line)
        if marker and marker["region"] == region:
            open_region = marker["edge"] == "BEGIN"
            parts += [[]] if open_region else []
        elif open_region:
            parts[-1].append(line)
    return ["\n".join(part) for part in parts]


RULES = (
    _ids,
    _no_outputs,
    _something_in_it,
    _alt_texts,
    _width,
    _explore,
    _for_markers,
    _markers,
    _closed,
    _in_their_cells,
    _stubs,
    _indents,
    _questions,
    _visible_tests,
    _hidden_checks,
    _mark_schemes,
)
