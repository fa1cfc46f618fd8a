"""The page that a student gets back: marks and reasons first, then the notebook with the verdicts in their places.

`nbgrader generate_feedback` uses it as well, since nbgrader_config.py names FeedbackExporter and its template.
Verdicts are read from what marking wrote into the notebook's metadata, and scores from nbgrader's gradebook, so
that a person's mark stands above ours. Nothing is read from the outputs of a grade cell.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import nbformat
from markupsafe import Markup
from nbconvert.exporters import HTMLExporter
from nbgrader.api import Gradebook

from unrolled.course.course import Course
from unrolled.course.errors import CourseError
from unrolled.course.for_markers import is_for_markers
from unrolled.course.master import TEST, TRY, grade_id
from unrolled.grading import standing
from unrolled.grading.execute import NOT_RUN
from unrolled.reports import safe

TEMPLATE, TEMPLATES = "unrolled_feedback", Path(__file__).parent / "templates"
# Formulas are text, which MathJax sets if there is a network. ui/safe: a formula may hold no javascript: link.
MATHJAX = "https://cdn.jsdelivr.net/npm/mathjax@3.2.2/es5/"
MATHJAX_SETTINGS = (
    'MathJax = {loader: {load: ["ui/safe"]}, tex: {inlineMath: [["$", "$"]]}, '
    'options: {ignoreHtmlClass: "page", processHtmlClass: "md"}};'
)
_LINE = re.compile(r"([✓✗]) (\S+?)/(\S+) +(\S+) ?(.*)", re.S)
_EMPTY = Markup("")
_COST = re.compile(r"([\d,]+) of ([\d,]+) reference passes")


@dataclass
class Said:
    """One line of a verdict. mark: "right", "wrong", or "extra" for what gives no points."""

    mark: str
    earned: str
    of: str
    idea: str
    text: str
    hint: str = ""


@dataclass
class Mark:
    """One row of the table. score: the gradebook's, which a person may have set; checked: what the check gave."""

    id: str
    score: float
    of: float
    title: str = ""
    checked: float | None = None
    reason: str = ""
    needs_person: bool = False
    waits: bool = False  # nobody has marked it yet: no 0
    old: bool = False  # a person's, for another answer than this, or out of other points: it waits again
    said: list[Said] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def share(self) -> int:
        """For the bar, in percent."""
        return round(100 * min(max(self.score / self.of, 0), 1)) if self.of else 0

    @property
    def by_hand(self) -> bool:
        return self.checked is not None and self.checked != self.score

    @property
    def cost(self) -> tuple[str, str, int] | None:
        """Reference passes spent, allowed, and the one as a percentage of the other, where there is a budget."""
        for line in self.said:
            if line.idea == "budget" and (found := _COST.search(line.text)):
                spent, allowed = (int(number.replace(",", "")) for number in found.groups())
                return found[1], found[2], round(100 * spent / allowed) if allowed else 0
        return None


@dataclass
class Part:
    """One piece of the page below the table. kind: "text", "answer", "try", "verdict", "own" or "given"."""

    kind: str
    id: str = ""
    title: str = ""
    body: Markup = _EMPTY
    outputs: list[Markup] = field(default_factory=list)
    comment: Markup = _EMPTY
    model: Markup = _EMPTY  # the model answer, once a person has marked
    mark: Mark | None = None


class FeedbackExporter(HTMLExporter):
    """nbgrader's exporter for feedback, with a page of the course's own."""

    def _preprocess(self, nb, resources):
        nb, resources = super()._preprocess(nb, resources)
        resources["page"] = page(nb, resources.get("nbgrader", {}))
        return nb, resources


def page(nb, nbgrader: dict) -> dict:
    """Everything that the template shows. nbgrader: the resources that nbgrader's GetGrades filled in."""
    marked = nb.metadata.get("unrolled", {})
    nb.cells = [cell for cell in nb.cells if not is_for_markers(cell)]
    marks = _marks(nb, marked)
    for id, stands in _standing(nbgrader).items():
        if id in marks:
            marks[id].needs_person, marks[id].waits, marks[id].old = stands.asks, stands.waits, stands.old
    settings = base64.b64encode(hashlib.sha256(MATHJAX_SETTINGS.encode()).digest()).decode()
    assignment = nbgrader.get("assignment", "")
    return {
        "assignment": assignment,
        "student": nbgrader.get("student", ""),
        "score": nbgrader.get("score", sum(mark.score for mark in marks.values())),
        "of": nbgrader.get("max_score", sum(mark.of for mark in marks.values())),
        "waiting": sum(mark.of for mark in marks.values() if mark.waits),
        "late_penalty": nbgrader.get("late_penalty", 0),
        "marks": list(marks.values()),
        "comments": [cell.metadata.nbgrader.grade_id for cell in nb.cells if _comment(cell)],
        "parts": _parts(nb, marks, *_known(assignment)),
        "mended": [str(remark) for remark in marked.get("mended", [])],
        "marked_by": marked.get("marked_by", {}),
        "code_css": safe.python_css(),
        "mathjax": MATHJAX,
        "mathjax_settings": Markup(MATHJAX_SETTINGS),
        "mathjax_hash": f"sha256-{settings}",
    }


def _marks(nb, marked: dict) -> dict[str, Mark]:
    """grade_id -> its row, for every cell that counts."""
    questions = {TEST + str(question["id"]): question for question in marked.get("questions", [])}
    heading = ""
    marks: dict[str, Mark] = {}
    of_answer: dict[str, str] = {}
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            found = re.findall(r"^##? +(.+)$", cell.source, re.M)
            heading = re.sub(r"[*`$#]", "", found[-1]).strip() if found else heading
        id, about = grade_id(cell), cell.metadata.get("nbgrader", {})
        if about.get("solution"):
            of_answer.setdefault(id, heading)
        if not (about.get("grade") or about.get("task")) or not (about.get("points") or id in questions):
            continue
        question = questions.get(id, {})
        score, of = about.get("score"), about.get("points", 0)
        mark = Mark(id, float(question.get("points", 0) if score is None else score), float(of))
        mark.title = of_answer.get(id.removeprefix(TEST), heading)
        if question:
            mark.checked = float(question["points"])
            mark.reason, mark.needs_person = str(question["reason"]), bool(question["needs_person"])
            mark.said, mark.notes = read_verdict(question["verdicts"])
        marks[id] = mark
    return marks


def read_verdict(lines: list[str]) -> tuple[list[Said], list[str]]:
    """`Verdict.text()` taken apart again: (what is said of each idea, the notes below)."""
    said: list[Said] = []
    notes: list[str] = []
    for line in lines:
        if found := _LINE.fullmatch(line):
            mark = "extra" if found[3] == "0" else "right" if found[1] == "✓" else "wrong"
            said.append(Said(mark, found[2], found[3], found[4], found[5].strip()))
        elif said and line.startswith("   "):
            said[-1].hint = f"{said[-1].hint} {line.strip()}".strip()
        else:
            notes.append(line.strip())
    return said, notes


def _known(assignment: str) -> tuple[frozenset[str], dict[str, str]]:
    """What came with the release, and the model answers; nothing outside of a course."""
    try:
        root = Course.find(Path.cwd()).root  # nbgrader works in the course's root
    except CourseError:
        return frozenset(), {}
    return _given(root, assignment), _models(root, assignment)


def _parts(nb, marks: dict[str, Mark], given: frozenset[str], models: dict[str, str]) -> list[Part]:
    questions = {id.removeprefix(TEST) for id in marks if id.startswith(TEST)}
    parts = []
    for cell in nb.cells:
        id, about = grade_id(cell), cell.metadata.get("nbgrader", {})
        part = Part("given", id, comment=safe.markdown(_comment(cell)) if _comment(cell) else _EMPTY)
        if cell.cell_type == "code":
            part.body = safe.python(cell.source)
            part.outputs = [shown for shown in map(safe.output, cell.outputs) if shown]
        elif cell.cell_type == "markdown":
            part.body = safe.markdown(cell.source, cell.get("attachments"))
        else:
            part.body = safe.plain(cell.source)
        if id in marks and not about.get("solution"):
            part.kind, part.mark, part.title = "verdict", marks[id], marks[id].title
            if cell.cell_type == "code":  # the check is not shown, and what it printed is in the verdict
                part.body, part.outputs = _EMPTY, [] if marks[id].said else part.outputs
        elif about.get("solution"):
            part.kind, part.title, part.mark = "answer", "", marks.get(id)
            if part.mark and not part.mark.waits and models.get(id):
                part.model = safe.markdown(models[id])
        elif cell.cell_type != "code":
            part.kind = "text"
        elif id.removeprefix(TRY) in questions and id.startswith(TRY):
            part.kind = "try"
            failed = any(output.output_type == "error" for output in cell.outputs)
            part.title = "it stopped with an error" if failed else "it passed" if part.outputs else "it said nothing"
        elif about.get("grade"):
            part.kind = "try"
        else:
            known = about.get("locked") or cell.source in given or any(o.get("text") == NOT_RUN for o in cell.outputs)
            part.kind, part.title = "given" if known else "own", _first_line(cell.source)
            if not cell.source.strip():
                continue
        parts.append(part)
    return parts


def _comment(cell) -> str:
    """What a person wrote about an answer; nbgrader's GetGrades puts it there."""
    return str(cell.metadata.get("nbgrader", {}).get("comment") or "")


def _first_line(source: str) -> str:
    return next((line.strip("# ").strip() for line in source.split("\n") if line.strip("# ")), "")[:80]


def _standing(nbgrader: dict) -> Mapping[str, standing.Mark]:
    """What the gradebook says of each cell that counts: its own score of what nobody has marked yet is 0."""
    if not {"db_url", "assignment", "student"} <= nbgrader.keys():
        return {}
    assignment, student = nbgrader["assignment"], nbgrader["student"]
    with Gradebook(nbgrader["db_url"]) as gradebook:
        return standing.standings(gradebook, assignment, [student])[student].cells


@cache
def _models(root: Path, assignment: str) -> dict[str, str]:
    """The model answers to what is asked in words: question -> text."""
    try:
        bundle = Course(root).bundle(assignment)
        return {id: bundle.model_answer(id) for id in bundle.by_hand}
    except CourseError:
        return {}


@cache
def _given(root: Path, assignment: str) -> frozenset[str]:
    """The code that the release comes with, to tell a student's own cells from it."""
    folder = root / "release" / assignment
    cells = [cell for path in folder.glob("*.ipynb") for cell in nbformat.read(path, as_version=4).cells]
    return frozenset(cell.source for cell in cells)
