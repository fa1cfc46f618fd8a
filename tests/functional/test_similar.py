"""Whose answers are alike: a copy is found however it is renamed, work of one's own is not, and no mark comes of it."""

import ast
import re
import shutil
import sys

import nbformat
import pytest
from click.testing import CliRunner
from test_feedback import Reader, let_through

from unrolled.cli.main import cli
from unrolled.course.course import Course
from unrolled.course.errors import BadInput
from unrolled.course.master import grade_id
from unrolled.grading.whole_class import ClassFolder
from unrolled.reports.similar import Work, given_code, own_code, pairs, works, write_similar

COURSE = Course.find(__file__)
ASSIGNMENT = "02_manual_rnn"
BUNDLE = COURSE.bundle(ASSIGNMENT)
GIVEN = given_code(BUNDLE)
TRAP = "<svg onload=trap()>"
REFERENCE = dict(BUNDLE.answers)
OTHER = {id: found[0].source for id, found in BUNDLE.alternatives.items() if found}


def renamed(source: str) -> str:
    """The same with other names of arguments and variables, other comments, and other spaces."""
    tree = ast.walk(ast.parse(source))
    names = {node.arg for node in tree if isinstance(node, ast.arg)} - {"self"}
    names |= {n.id for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    for name in names:
        source = re.sub(rf"(?<![\w.]){name}\b", f"my_{name}", source)
    return "\n".join(f"{line}  # mine" if line.strip() and '"' not in line else line for line in source.split("\n"))


def hand_in(root, student: str, answers: dict) -> None:
    (path,) = (COURSE.root / "release" / ASSIGNMENT).glob("*.ipynb")
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code" and grade_id(cell) in answers:
            cell.source = answers[grade_id(cell)]
    folder = root / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / path.name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("class")
    hand_in(root, "ada", REFERENCE)
    hand_in(root, TRAP, {id: renamed(source) for id, source in REFERENCE.items()})
    hand_in(root, "cleo", {**OTHER, "generate_text": f"# {TRAP} </code></pre>\n{OTHER['generate_text']}"})
    for blank in ("dan", "eve"):
        hand_in(root, blank, {})
    (root / "submitted" / "fay" / ASSIGNMENT).mkdir(parents=True)
    (root / "submitted" / "fay" / ASSIGNMENT / "essay.pdf").write_bytes(b"%PDF-1.4")
    return ClassFolder(COURSE, root)


@pytest.fixture(scope="module")
def class_(folder):
    return works(folder, ASSIGNMENT)


@pytest.fixture(scope="module")
def found(class_):
    return {pair.students: pair.share for pair in pairs(class_[0], GIVEN, 0.001)}


def test_a_renamed_copy_is_found_whole(found):
    """The control: it is another text."""
    assert found[TRAP, "ada"] == pytest.approx(1.0, abs=0.005)
    assert renamed(REFERENCE["manual_rnn_cell"]) != REFERENCE["manual_rnn_cell"]


def test_work_of_ones_own_is_not(found):
    assert 0 < found["ada", "cleo"] < 0.2


def test_untouched_stubs_are_never_paired(found, class_):
    assert not [names for names in found if {"dan", "eve"} & set(names)]
    assert {one.code for one in class_[0] if one.student in ("dan", "eve")} == {""}


def test_nor_is_what_the_release_says_in_an_answer():
    """A stub that somebody has begun is no longer there to the letter. The control: without the release it is alike."""
    lines = {"dan": "pass", "eve": "return [0] * len(self.cells)"}
    begun = [Work(name, "\n".join(f"{source}\n{line}" for source in GIVEN)) for name, line in lines.items()]
    assert pairs(begun, GIVEN, 0.01) == []
    assert pairs(begun, [], 0.01)[0].share > 0.9


def test_what_is_too_short_to_mean_anything_is_not_compared():
    """The control: five times as much is."""
    lines = [f"v{n} = call(a[{n}], b * {n}) + {n}\n" for n in range(20)]
    for many, found in ((4, []), (20, [1.0])):
        text = "".join(lines[:many])
        assert [pair.share for pair in pairs([Work("a", text), Work("b", text)], [], 0.5)] == found


def test_only_what_students_wrote_is_compared(class_):
    """Tests come from the master, hidden lines and all; text cells are no code."""
    ada = next(one.code for one in class_[0] if one.student == "ada")
    assert REFERENCE["manual_rnn_cell"].strip() in ada
    assert "HIDDEN TESTS" not in ada and "def try_" not in ada and "check(" not in ada


def test_a_cell_of_ones_own_counts():
    own = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("mine = 1"), nbformat.v4.new_markdown_cell("text")])
    assert own_code(own, ["given"]) == "mine = 1" and own_code(own, ["mine = 1"]) == ""


def test_what_stands_twice_in_a_text_counts_and_is_marked_twice():
    line = "weights = torch.empty(hidden_size, input_size).uniform_(-scale, scale)\n"
    text = "".join(f"{line}a{n} = f(b[{n}] * {n}, c ** {n}) // {n}\n" for n in range(12))
    (pair,) = pairs([Work("a", text), Work("b", text)], GIVEN, 0.5)
    assert pair.share == 1.0 and "<mark>" in pair.texts[0]
    unmarked = re.sub(r"<mark>.*?</mark>", "", pair.texts[0], flags=re.S)
    assert unmarked.count("weights") == 0


def test_who_cannot_be_read_is_told_and_stops_nobody(class_):
    compared, refused = class_
    assert [one.student for one in compared] == [TRAP, "ada", "cleo", "dan", "eve"]
    assert list(refused) == ["fay"] and "PDF" in refused["fay"]


@pytest.fixture(scope="module")
def page(folder):
    path, _, _ = write_similar(folder, ASSIGNMENT, above=0.001)
    return Reader(path.read_text(encoding="utf-8"))


def test_both_texts_stand_side_by_side_and_nothing_in_them_can_run(page):
    assert let_through(page) == [] and not page.all("script") and not page.all("img")
    texts = [e.text for e in page.all("code")]
    assert len(texts) >= 4 and any("# mine" in text for text in texts) and any(TRAP in text for text in texts)
    marks = page.all("mark")[1:]  # the first is in the sentence that explains them
    assert marks and all(any(e.tag == "code" for e in mark.inside) for mark in marks)


def test_the_page_says_that_it_proves_nothing_and_who_is_missing(page):
    assert "proves nothing" in page.one("body").text and "not compared: fay" in page.one("body").text


def test_the_command_names_pairs_and_touches_no_mark(folder):
    before = sorted(path.name for path in folder.folder.iterdir())
    done = CliRunner().invoke(
        cli, ["--course", str(COURSE.root), "similar", ASSIGNMENT, "--folder", str(folder.folder)]
    )
    assert done.exit_code == 0 and "1.00" in done.output and "cleo" not in done.output
    assert sorted(path.name for path in folder.folder.iterdir()) == before
    assert before == [f"{ASSIGNMENT}_similar.html", "submitted"]  # no gradebook, no feedback


def test_without_copydetect_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "copydetect.detector", None)
    with pytest.raises(BadInput, match=r"pip install 'unrolled\[similar\]'"):
        pairs([], GIVEN, 0.5)


def test_without_a_release_nothing_is_compared(tmp_path):
    shutil.copytree(COURSE.root / "source" / ASSIGNMENT, tmp_path / "source" / ASSIGNMENT)
    with pytest.raises(BadInput, match="has no release"):
        given_code(Course(tmp_path).bundle(ASSIGNMENT))
