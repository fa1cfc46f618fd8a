"""Whose answers are alike: pairs with both texts side by side, for a person to look at.

It is never a mark, and stands in no student's page: two right answers to a small question are alike by themselves, and
what this cannot know is who spoke with whom. Only what students wrote is compared, and what the release says is no
likeness. Names and comments do not count, so that renaming changes nothing.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from unrolled.course.bundle import Bundle
from unrolled.course.errors import BadInput, CourseError, SubmissionError
from unrolled.course.master import grade_id
from unrolled.doctor.doctor import treat_folder
from unrolled.grading.whole_class import ClassFolder
from unrolled.reports.feedback import TEMPLATES

ENDING = "_similar.html"
# Characters of code, with names made one letter each, that have to be the same in a row. Every such piece is looked at,
# and not a sample of them as copydetect has it by itself, which would hang on how Python hashes strings that day.
PIECE = 25
LEAST = 200  # characters of code of one's own, likewise counted: less is too little to be a likeness
MOST = 100  # pairs on the page


@dataclass(frozen=True)
class Work:
    """What one student wrote."""

    student: str
    code: str


@dataclass(frozen=True)
class Pair:
    """Two students. share: how much of the one's own code is in the other's, whichever is more; texts: both, with what
    is alike marked."""

    share: float
    students: tuple[str, str]
    texts: tuple[Markup, Markup]


def own_code(notebook, given: Sequence[str]) -> str:
    """The answers, and the cells that a student has added: what is not to the letter as it was given out."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source not in given]
    return "\n\n".join(cell.source for cell in cells if not grade_id(cell) or cell.metadata.nbgrader.get("solution"))


def given_code(bundle: Bundle) -> list[str]:
    """The release's cells of code, whose pieces are no likeness. Raises CourseError where there is none."""
    folder = bundle.root / "release" / bundle.assignment
    paths = sorted(folder.glob("*.ipynb"))
    if not paths:
        raise CourseError(f"{folder} has no release, which tells what students did not write: unrolled build")
    cells = [cell for path in paths for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    return [cell.source for cell in cells]


def works(folder: ClassFolder, assignment: str) -> tuple[list[Work], dict[str, str]]:
    """(what everybody wrote, whose file cannot be read and why). Nothing is run."""
    found, refused = [], {}
    given = given_code(folder.course.bundle(assignment))
    for student in folder.submissions(assignment):
        try:
            chosen = treat_folder(folder.course, folder.folder / "submitted" / student / assignment, assignment)
            found.append(Work(student, own_code(chosen.notebook, given)))
        except SubmissionError as error:
            refused[student] = str(error).replace(f"{folder.folder}/", "")
    return found, refused


def pairs(class_: Sequence[Work], given: Sequence[str], above: float) -> list[Pair]:
    """Those whose share is `above` or more, the most alike first. Raises BadInput where copydetect is not installed."""
    copydetect = _copydetect()
    release = _print(copydetect, "\n\n".join(given)).hashes
    prints = [_print(copydetect, one.code, release) for one in class_]
    enough = [(one, made) for one, made in zip(class_, prints, strict=True) if made.token_coverage >= LEAST]
    found = []
    for (one, mine), (other, theirs) in itertools.combinations(enough, 2):
        _, shares, slices = copydetect.detector.compare_files(mine, theirs)
        if max(shares) >= above:
            texts = [_marked(copydetect, made, where) for made, where in zip((mine, theirs), slices, strict=True)]
            found.append(Pair(float(max(shares)), (one.student, other.student), (texts[0], texts[1])))
    return sorted(found, key=lambda pair: (-pair.share, pair.students))


def _print(copydetect, code: str, known: Collection[int] = ()):
    """The pieces of some code, but for those that are known.

    copydetect can leave known ones out itself, and then leaves out, too, what one text has twice (0.5.0): such lines
    would neither count nor be marked.
    """
    made = copydetect.detector.CodeFingerprint("", PIECE, 1, language="python", fp=io.StringIO(code))
    made.hash_idx = {piece: places for piece, places in made.hash_idx.items() if piece not in known}
    made.hashes = set(made.hash_idx)
    made.token_coverage = copydetect.utils.get_token_coverage(made.hash_idx, PIECE, len(made.filtered_code))
    return made


def _marked(copydetect, made, slices) -> Markup:
    """Escaped, and what is alike in an element of its own."""
    return Markup(copydetect.utils.highlight_overlap(made.raw_code, slices, "<mark>", "</mark>", escape_html=True)[0])


def _copydetect():
    try:
        import copydetect.detector
        import copydetect.utils
    except ModuleNotFoundError as missing:
        raise BadInput(f"comparing needs copydetect ({missing}): pip install 'unrolled[similar]'") from None
    return copydetect


def write_similar(folder: ClassFolder, assignment: str, above: float) -> tuple[Path, list[Pair], Mapping[str, str]]:
    """Write `<folder>/<assignment>_similar.html`; returns its path, the pairs, and who is not compared and why."""
    class_, refused = works(folder, assignment)
    found = pairs(class_, given_code(folder.course.bundle(assignment)), above)
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    template = environment.get_template("similar/index.html.j2")
    about = {"assignment": assignment, "above": above, "compared": len(class_), "refused": refused}
    page = folder.folder / f"{assignment}{ENDING}"
    page.write_text(template.render(about, pairs=found[:MOST], more=max(0, len(found) - MOST)), encoding="utf-8")
    return page, found, refused
