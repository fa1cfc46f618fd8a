"""A submission is rebuilt cell by cell: nothing of the student's is lost, nothing of it can stop nbgrader."""

import copy
import json
import os
import zipfile

import nbformat
import pytest

from unrolled.course.course import Course
from unrolled.course.errors import SubmissionError
from unrolled.course.master import grade_id
from unrolled.doctor.doctor import put, treat_file, treat_folder
from unrolled.doctor.matching import defines
from unrolled.doctor.mending import mend

COURSE = Course.find(__file__)
ASSIGNMENT, NAME = "02_manual_rnn", "manual_rnn.ipynb"
BUNDLE = COURSE.bundle(ASSIGNMENT)
CELL = "manual_rnn_cell"


def release(bundle=BUNDLE):
    return nbformat.read(COURSE.root / "release" / bundle.assignment / f"{bundle.name}.ipynb", as_version=4)


def solved(bundle=BUNDLE):
    """The release with the master's answers in it."""
    notebook = release(bundle)
    for cell in notebook.cells:
        id = grade_id(cell)
        if id in bundle.answers or id in bundle.by_hand:
            cell.source = bundle.model_text(id) if id in bundle.by_hand else bundle.answers[id]
    return notebook


def at(notebook, id):
    return next(index for index, cell in enumerate(notebook.cells) if grade_id(cell) == id)


def content(mended):
    return [(cell.cell_type, cell.source) for cell in mended.notebook.cells]


def order(mended):
    """What stands in the notebook, by grade_id, the student's own cells by their source."""
    cells = mended.notebook.cells
    return [grade_id(cell) or cell.source for cell in cells if grade_id(cell) or cell.id.startswith("own")]


def is_sound(notebook) -> bool:
    """Every id once, valid, and what nbgrader knows as the master has it."""
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]
    grades = [grade_id(cell) for cell in notebook.cells if grade_id(cell)]
    return len(set(ids)) == len(ids) and grades == [cell.id for cell in BUNDLE.cells if cell.id]


everywhere = pytest.mark.parametrize("assignment", COURSE.assignments)


@everywhere
def test_an_ordinary_notebook_is_as_it_was_and_nothing_is_said(assignment):
    bundle = COURSE.bundle(assignment)
    mended = mend(bundle, solved(bundle))
    assert [cell.id for cell in mended.notebook.cells] == [cell.id for cell in release(bundle).cells]  # and none more
    assert mended.remarks == [] and set(mended.answered) == bundle.answers.keys() | bundle.by_hand.keys()
    code = {grade_id(cell): cell.source for cell in mended.notebook.cells}
    assert {id: code[id] for id in bundle.answers} == bundle.answers
    assert mend(bundle, release(bundle)).answered == []


@everywhere
def test_without_ids_and_metadata_it_is_the_same_notebook(assignment):
    """Answers are found by what they say and where they stand, also where many are about one name."""
    bundle = COURSE.bundle(assignment)
    bare = solved(bundle)
    for cell in bare.cells:
        cell.metadata.clear()
        cell.id = ""
    assert content(mend(bundle, bare)) == content(mend(bundle, solved(bundle)))
    kept = mend(bundle, bare)
    assert len(kept.remarks) == 1 and "lost the marks" in kept.remarks[0]


@everywhere
def test_a_deleted_question_costs_itself_alone(assignment):
    bundle = COURSE.bundle(assignment)
    for gone in bundle.answers:
        notebook = solved(bundle)
        notebook.cells = [c for c in notebook.cells if grade_id(c).removeprefix("try_").removeprefix("test_") != gone]
        mended = mend(bundle, notebook)
        assert set(mended.answered) == (bundle.answers.keys() | bundle.by_hand.keys()) - {gone}
        assert any(gone in remark for remark in mended.remarks)
        assert [grade_id(c) for c in mended.notebook.cells if grade_id(c)] == [c.id for c in bundle.cells if c.id]


def twin(notebook, source, after=0):
    """A copy of an answer's cell, metadata and all, with another source."""
    place = at(notebook, CELL)
    copied = copy.deepcopy(notebook.cells[place])
    copied.source = source
    notebook.cells.insert(place + after, copied)
    return notebook


def test_both_halves_of_an_answer_are_run_in_their_order():
    helper = "def squash(z):\n    return torch.tanh(z)"
    mended = mend(BUNDLE, twin(solved(), helper))
    found = order(mended)
    assert found.index(helper) == found.index(CELL) - 1 and is_sound(mended.notebook)
    assert mended.notebook.cells[at(mended.notebook, CELL)].source == BUNDLE.answers[CELL]
    assert "two cells" in mended.remarks[0]


def test_a_patch_below_the_answer_stays_below_it():
    patch = "ManualRNNCell.forward = forward"
    found = order(mend(BUNDLE, twin(solved(), patch, after=1)))
    assert found.index(patch) == found.index(CELL) + 1 < found.index(f"try_{CELL}")


@pytest.mark.parametrize("source", ["", "raise NotImplementedError()", BUNDLE.answers[CELL]])
def test_an_empty_copy_and_one_that_says_the_same_are_no_halves(source):
    mended = mend(BUNDLE, twin(solved(), source, after=1))
    assert content(mended) == content(mend(BUNDLE, solved())) and mended.remarks == []


def test_the_control_nbgraders_own_step_loses_the_notebook():
    """It empties the metadata of a cell that is there twice; the next step then finds none."""
    from nbgrader.preprocessors import DeduplicateIds

    notebook, _ = DeduplicateIds().preprocess(twin(solved(), "x = 1"), {"unique_key": "manual_rnn"})
    assert [cell.metadata.nbgrader for cell in notebook.cells if cell.metadata.get("nbgrader") == {}]


def test_cells_of_another_assignment_are_the_students_own():
    notebook, other = solved(), solved(COURSE.bundle("01_sequences"))
    notebook.cells[20:20] = [copy.deepcopy(other.cells[at(other, id)]) for id in ("one_hot", "test_one_hot")]
    mended = mend(BUNDLE, notebook)
    assert is_sound(mended.notebook) and "one_hot, test_one_hot" in mended.remarks[0]
    assert other.cells[at(other, "one_hot")].source in order(mended)


def test_own_cells_stay_where_they_are_between_the_answers():
    notebook = solved()
    for id in (CELL, f"test_{CELL}", "manual_rnn"):
        notebook.cells.insert(at(notebook, id), nbformat.v4.new_code_cell(f"before_{id} = 1"))
    notebook.cells.append(nbformat.v4.new_markdown_cell("my notes"))
    notebook.cells.insert(0, nbformat.v4.new_code_cell("first = 1"))
    mended = mend(BUNDLE, notebook)
    found = order(mended)
    for id in (CELL, f"test_{CELL}", "manual_rnn"):
        assert found[found.index(id) - 1] == f"before_{id} = 1"
    assert found[0] == "first = 1" and found[-1] == "my notes" and mended.remarks == []


def test_locked_cells_are_the_masters_and_others_as_the_student_left_them():
    notebook = solved()
    for cell in notebook.cells:
        if grade_id(cell).startswith(("try_", "test_")):
            cell.source = "raise SystemExit"
    given = next(c for c in notebook.cells if c.cell_type == "code" and not grade_id(c))
    given.source += "\nmine = 1"
    mended = mend(BUNDLE, notebook)
    sources = [cell.source for cell in mended.notebook.cells]
    assert "raise SystemExit" not in sources and given.source in sources


@pytest.mark.parametrize("fence", ["{}", "```python\n{}\n```"])
def test_an_answer_that_was_turned_into_text_is_code_again(fence):
    notebook = solved()
    old = notebook.cells[at(notebook, CELL)]
    text = nbformat.v4.new_markdown_cell(fence.format(old.source), metadata=old.metadata, id=old.id)
    notebook.cells[at(notebook, CELL)] = text
    mended = mend(BUNDLE, notebook)
    made = mended.notebook.cells[at(mended.notebook, CELL)]
    assert (made.cell_type, made.source) == ("code", BUNDLE.answers[CELL]) and "become text" in mended.remarks[0]


def test_what_was_written_far_below_an_empty_answer_is_the_answer():
    notebook = solved()
    notebook.cells[at(notebook, CELL)].source = release().cells[at(release(), CELL)].source
    notebook.cells.append(nbformat.v4.new_code_cell(BUNDLE.answers[CELL]))
    mended = mend(BUNDLE, notebook)
    assert mended.notebook.cells[at(mended.notebook, CELL)].source == BUNDLE.answers[CELL]
    assert any("further down" in remark for remark in mended.remarks)


def test_an_answer_in_words_that_came_in_two_cells_is_one_text():
    notebook = solved()
    place = at(notebook, "explain_fading")
    notebook.cells[place].source = "First."
    second = copy.deepcopy(notebook.cells[place])
    second.source = "Second."
    notebook.cells.insert(place + 1, second)
    mended = mend(BUNDLE, notebook)
    assert mended.notebook.cells[at(mended.notebook, "explain_fading")].source == "First.\n\nSecond."


@pytest.mark.parametrize(
    ("source", "does"),
    [
        ("class Net(nn.Module):", True),
        ("class Net:", True),
        ("x = 1\ndef Net(a):", True),
        ("Net=make()", True),
        ("Net: nn.Module = make()", True),
        ("other, Net = make()", True),
        ("Net, *others = make()", True),
        ("Net == other", False),
        ("class Network:", False),
        ("My.Net = 1", False),
        ("    Net = 1", False),
        ("print(Net)", False),
        ("f(a, Net = 2)", False),
    ],
)
def test_what_defines_a_name(source, does):
    assert defines(source, "Net") == does


def test_mending_is_the_same_each_time():
    """Executions that were made ahead are found again by their content."""
    mended = [nbformat.writes(mend(BUNDLE, twin(solved(), "x = 1")).notebook) for _ in range(2)]
    assert mended[0] == mended[1]


# --- choosing -----------------------------------------------------------------------------------------------


def save(folder, name=NAME, notebook=None, age=0):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook if notebook is not None else solved(), path)
    os.utime(path, (10**9 - age, 10**9 - age))
    return path


def partly():
    notebook = release()
    notebook.cells[at(notebook, "manual_embedding")].source = BUNDLE.answers["manual_embedding"]
    return notebook


@pytest.mark.parametrize(
    "name", ["manual_rnn (1).ipynb", "Copy of manual_rnn.ipynb", "02_manual_rnn/" + NAME, "a.json"]
)
def test_the_right_content_is_taken_under_any_name_and_said(tmp_path, name):
    save(tmp_path, name)
    chosen = treat_folder(COURSE, tmp_path, ASSIGNMENT)
    assert len(chosen.answered) == 9 and name.split("/")[0] in " ".join(chosen.remarks)


def test_a_blank_one_never_wins_over_work(tmp_path):
    save(tmp_path, notebook=release())
    save(tmp_path, "manual_rnn (1).ipynb", age=5000)
    chosen = treat_folder(COURSE, tmp_path, ASSIGNMENT)
    assert chosen.entry.name == "manual_rnn (1).ipynb" and f'"{NAME}" has no answers' in " ".join(chosen.remarks)


def test_of_two_with_answers_the_newer_is_taken_and_the_older_named(tmp_path):
    save(tmp_path, age=5000)
    save(tmp_path, "new.ipynb", partly())
    chosen = treat_folder(COURSE, tmp_path, ASSIGNMENT)
    assert chosen.answered == ["manual_embedding"] and f'"{NAME}" is older' in " ".join(chosen.remarks)
    save(tmp_path, "new.ipynb", partly(), age=5001)  # unpacked together: then the fuller one
    assert len(treat_folder(COURSE, tmp_path, ASSIGNMENT).answered) == 9


def test_a_zip_is_looked_into_and_what_lies_there_goes_along(tmp_path):
    with zipfile.ZipFile(tmp_path / "work.zip", "w") as archive:
        archive.writestr("mine/manual_rnn.ipynb", nbformat.writes(solved()))
        archive.writestr("mine/helper.py", "x = 1")
        archive.writestr("other.txt", "x")
    chosen = treat_folder(COURSE, tmp_path, ASSIGNMENT)
    assert "zip" in chosen.remarks[0]
    put(chosen, tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["helper.py", NAME]


def test_files_beside_the_notebook_go_along_and_links_do_not(tmp_path):
    (tmp_path / "salt").write_text("secret")
    folder = tmp_path / "submitted"
    save(folder)
    (folder / "data.txt").symlink_to(tmp_path / "salt")
    (folder / "helper.py").write_text("x = 1")
    chosen = treat_folder(COURSE, folder, ASSIGNMENT)
    put(chosen, tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["helper.py", NAME]
    assert "data.txt" in " ".join(chosen.remarks)


def test_a_link_to_the_master_earns_nothing(tmp_path):
    (tmp_path / NAME).symlink_to(BUNDLE.master_path)
    for treat in (lambda: treat_folder(COURSE, tmp_path, ASSIGNMENT), lambda: treat_file(COURSE, tmp_path / NAME)):
        with pytest.raises(SubmissionError, match="link"):
            treat()
    (tmp_path / "linked").symlink_to(BUNDLE.master_path.parent)
    with pytest.raises(SubmissionError, match="link"):
        treat_folder(COURSE, tmp_path / "linked", ASSIGNMENT)


def test_of_what_lies_beside_a_single_file_that_goes_along_which_its_code_speaks_of(tmp_path):
    notebook = solved()
    notebook.cells.insert(0, nbformat.v4.new_code_cell("import helper\nopen('data/my.txt')"))
    path = save(tmp_path, notebook=notebook)
    for name in ("helper.py", "taxes.pdf", "data/my.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    put(treat_file(COURSE, path), tmp_path / "out")
    out = tmp_path / "out"
    assert {str(p.relative_to(out)) for p in out.rglob("*.*")} == {"helper.py", NAME, "data/my.txt"}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("manual_rnn.py", b"import torch", "Python script"),
        ("manual_rnn.pdf", b"%PDF", "a PDF"),
        (NAME, b"<<<<<<< HEAD\n{}", "conflict"),
        (NAME, json.dumps({"cells": [], "metadata": {}, "nbformat": 4}).encode(), "belongs to no assignment"),
        ("work.zip", b"PK", "cannot be unpacked"),
    ],
)
def test_what_cannot_be_marked_is_refused_with_what_it_is(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SubmissionError, match=f"{name}.*{said}"):
        treat_folder(COURSE, tmp_path, ASSIGNMENT)


def test_another_assignments_notebook_is_told_by_name(tmp_path):
    path = save(tmp_path, NAME, solved(COURSE.bundle("01_sequences")))
    with pytest.raises(SubmissionError, match="01_sequences"):
        treat_folder(COURSE, tmp_path, ASSIGNMENT)
    assert treat_file(COURSE, path).bundle.assignment == "01_sequences"


def test_an_empty_folder_is_said_to_be_empty(tmp_path):
    with pytest.raises(SubmissionError, match="is empty"):
        treat_folder(COURSE, tmp_path, ASSIGNMENT)
