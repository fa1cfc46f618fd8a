"""docs/coverage: what it says of cells, catalogue entries, tests and files is there. And the pages about the course."""

import json
import re
from pathlib import Path

import pytest

from unrolled.build.course_page import PAGE, course_page, read
from unrolled.course.course import Course
from unrolled.course.errors import PageError

COURSE = Course.find(__file__)
PAGES = sorted((COURSE.root / "docs/coverage").glob("*.md"))


def cell_ids(assignment: str) -> set[str]:
    """Of a master: nbgrader's ids and the notebook's own."""
    cells = json.loads(COURSE.bundle(assignment).master_path.read_text(encoding="utf-8"))["cells"]
    return {cell["id"] for cell in cells} | {cell["metadata"].get("nbgrader", {}).get("grade_id", "") for cell in cells}


def tables(page: Path) -> list[tuple[list[str], list[list[str]]]]:
    """(headings, rows) of every table of a page."""
    found = []
    for block in re.findall(r"(?:^\|.*\|$\n?)+", page.read_text(encoding="utf-8"), re.MULTILINE):
        lines = [[c.strip() for c in re.split(r"(?<!\\)\|", line)[1:-1]] for line in block.strip().split("\n")]
        found.append((lines[0], lines[2:]))
    return found


def named(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def is_there(name: str, assignment: str) -> bool:
    """Is this a cell, a catalogue entry, a test or a file of the course? Cells of another master: `NN_name:cell`."""
    if "::" in name:
        file, test = name.split("::")
        path = COURSE.root / file
        return path.is_file() and f"def {test.split('[')[0]}(" in path.read_text(encoding="utf-8")
    if ":" in name:
        where, what = name.split(":")
        if where in COURSE.assignments:
            return what in cell_ids(where)
        bundles = [COURSE.bundle(a) for a in COURSE.assignments]
        return any(what in {m.name for m in bundle.misconceptions.get(where, [])} for bundle in bundles)
    return name in cell_ids(assignment) or (("/" in name or "." in name) and (COURSE.root / name).exists())


def test_every_assignment_has_its_page():
    assert [page.stem for page in PAGES] == COURSE.assignments


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_names_exists(page):
    rows = 0
    for headings, body in tables(page):
        assert headings in (["document", "what it holds", "cell"], ["fault", "mended in", "kept by"])
        for row in body:
            where = row[1:] if headings[0] == "fault" else row[2:]
            for column in where:
                assert named(column), f"{page.name}: a column of the row '{row[0][:60]}' names nothing"
                for name in named(column):
                    assert is_there(name, page.stem), f"{page.name}: there is no {name}"
            rows += 1
    assert rows >= 8


@pytest.mark.parametrize(
    "name", ["no_such_cell", "manual_rnn:no_such_mistake", "tests/conftest.py::test_nothing", "no/such/file.py"]
)
def test_a_name_that_is_not_there_is_noticed(name):
    """The control."""
    assert not is_there(name, COURSE.assignments[0])


# --- docs/course.md, docs/concepts.md, docs/glossary.md --------------------------------------------------------


def test_the_page_of_the_course_is_the_masters():
    assert (COURSE.root / PAGE).read_text(encoding="utf-8") == course_page(COURSE), "run: unrolled build"


@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_an_assignment_says_what_it_is_for(assignment):
    about = read(COURSE.bundle(assignment))
    assert about.points == 100 and len(about.goals) >= 3 and about.figure and re.search(r"\d+ minutes", about.time)
    assert (COURSE.root / about.figure[1]).is_file()


def test_a_master_without_goals_is_refused(course_copy):
    bundle = course_copy.bundle("02_manual_rnn")
    text = bundle.master_path.read_text(encoding="utf-8")
    bundle.master_path.write_text(text.replace("**Afterwards you will be able to**", "**Goals**"), encoding="utf-8")
    with pytest.raises(PageError, match=r"manual_rnn\.ipynb, first cell"):
        read(Course(course_copy.root).bundle("02_manual_rnn"))


def test_every_concept_leads_to_its_cells():
    ((headings, rows),) = tables(COURSE.root / "docs/concepts.md")
    assert headings == ["concept", "cells"] and len(rows) >= 25
    assert [row[0].lower() for row in rows] == sorted(row[0].lower() for row in rows)
    for concept, cells in rows:
        for name in named(cells):
            assert ":" in name and is_there(name, ""), f"{concept}: there is no {name}"
    taught = {name.split(":")[0] for _, cells in rows for name in named(cells)}
    assert taught == set(COURSE.assignments)


SYMBOLS, WORDS = tables(COURSE.root / "docs/glossary.md")


def prose(assignment: str) -> str:
    return "\n\n".join(cell.source for cell in COURSE.bundle(assignment).cells if cell.type == "markdown")


def without_code(text: str) -> str:
    text = re.sub(r"```.*?```|`[^`]*`|<code>.*?</code>|\$\$.*?\$\$|\$[^$]*\$", "", text, flags=re.DOTALL)
    return re.sub(r"!\[.*?\]\(.*?\)", "", text)


@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_a_letter_means_in_every_notebook_what_the_glossary_says(assignment):
    meaning = {symbol: text for symbol, text in SYMBOLS[1]}
    tables_of_letters = re.findall(r"\| letter \| what it counts \|\n\|[-|]+\|\n((?:\|.*\|\n?)+)", prose(assignment))
    assert tables_of_letters, "begin with the table 'Letters for sizes'"
    for line in tables_of_letters[0].strip().split("\n"):
        letter, text = (cell.strip() for cell in line.strip("|").split("|"))
        assert letter in meaning, f"{letter} is not in docs/glossary.md"
        assert text.startswith(meaning[letter].split(" (")[0].split(";")[0]), f"{letter}: {text}"


@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_a_notebook_uses_the_glossarys_words(assignment):
    text = without_code(prose(assignment))
    for word, _, instead in WORDS[1]:
        for other in [o.strip() for o in instead.split(",") if o.strip()]:
            found = re.search(rf"(?<![\w-]){re.escape(other)}(?![\w-])", text, re.IGNORECASE)
            assert not found, f"'{found[0]}': the glossary says {word}"
