"""Free-text answers: no check marks them, a person does, and everybody is told so."""

import nbformat
import pytest
from click.testing import CliRunner

from unrolled.build.lint import lint
from unrolled.build.release import build
from unrolled.cli.main import cli
from unrolled.course.course import Course
from unrolled.course.for_markers import is_for_markers
from unrolled.grading.notebook import mark_file
from unrolled.grading.whole_class import ClassFolder, grade

ASSIGNMENT, ID = "02_manual_rnn", "explain_state"
MASTER_TEXT = """*Why does an RNN have a state?*

### BEGIN SOLUTION
It remembers what was read.
### BEGIN MARK SCHEME
Two points for "remembers", one for a sentence.
### END MARK SCHEME
### END SOLUTION"""


@pytest.fixture
def course(course_copy) -> Course:
    """The course with a question in words at the end of 02, in the place of its own; 96 points are checked."""
    path = course_copy.bundle(ASSIGNMENT).master_path
    notebook = nbformat.read(path, as_version=4)
    about = {"grade_id": ID, "grade": True, "solution": True, "locked": False, "points": 3, "schema_version": 3}
    cell = nbformat.v4.new_markdown_cell(MASTER_TEXT, metadata={"nbgrader": {**about, "task": False}}, id=ID)
    own = course_copy.bundle(ASSIGNMENT).by_hand
    notebook.cells = [*(other for other in notebook.cells if other.id not in own), cell]
    nbformat.write(notebook, path)
    build(Course(course_copy.root), ASSIGNMENT)
    return Course(course_copy.root)


def hand_in(course: Course, path, text: str | None, embedding: bool = False) -> None:
    """The release with a text in the question's cell, or without the cell; and with one right answer, if asked for."""
    notebook = nbformat.read(course.root / "release" / ASSIGNMENT / "manual_rnn.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.id == ID and text:
            cell.source = text
        if cell.id == "manual_embedding" and embedding:
            cell.source = course.bundle(ASSIGNMENT).answers["manual_embedding"]
    if text is None:
        notebook.cells = [cell for cell in notebook.cells if cell.id != ID]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


def test_the_release_keeps_the_question_and_neither_answer_nor_mark_scheme(course):
    bundle = course.bundle(ASSIGNMENT)
    assert list(lint(bundle, total=None)) == [] and bundle.by_hand == {ID: 3}
    notebook = nbformat.read(course.root / "release" / ASSIGNMENT / "manual_rnn.ipynb", as_version=4)
    (source,) = [cell.source for cell in notebook.cells if cell.id == ID]
    assert source == bundle.open_text(ID) == "*Why does an RNN have a state?*\n\nYOUR ANSWER HERE"
    assert bundle.model_text(ID) == "*Why does an RNN have a state?*\n\nIt remembers what was read."


@pytest.mark.parametrize(
    ("text", "answered"), [("It keeps what was read.", True), ("", False), ("YOUR ANSWER HERE", False), (None, False)]
)
def test_marking_one_file_tells_that_a_person_is_needed(course, tmp_path, text, answered):
    hand_in(course, tmp_path / "manual_rnn.ipynb", text)
    report = mark_file(course, tmp_path / "manual_rnn.ipynb", in_process=True)
    assert report["by_hand"] == [{"id": ID, "of": 3, "answered": answered}]
    assert ID not in {question["id"] for question in report["questions"]}


def test_the_command_says_what_waits(course, tmp_path):
    hand_in(course, tmp_path / "manual_rnn.ipynb", "It keeps what was read.")
    command = ["--course", str(course.root), "mark", str(tmp_path / "manual_rnn.ipynb"), "--in-process"]
    said = CliRunner().invoke(cli, command)
    assert said.exit_code == 0
    assert "total 0 of 96" in said.output and f"and {ID} (3 points), which waits for a person's mark" in said.output


def test_a_class_is_told_what_waits_and_a_persons_mark_survives(course, tmp_path):
    folder = ClassFolder(course, tmp_path / "class")
    for student, text in {"ada": "It keeps what was read.", "boris": ""}.items():
        hand_in(course, folder.notebook("submitted", student, ASSIGNMENT), text, embedding=True)
    ada, boris = grade(folder, ASSIGNMENT, done=lambda result: None)
    assert f"to mark by hand: {ID}" in ada.flags and boris.flags == []
    assert (ada.score, ada.of, boris.score) == (8, 99, 8)
    page = ada.feedback.read_text(encoding="utf-8")
    assert "It keeps what was read." in page and "Two points for" not in page
    assert "Score: 8.0 / 96.0 so far; 3 more points wait for a person" in page
    assert "Waits for a person's mark" in page and "A model answer" not in page
    for_markers = nbformat.read(folder.notebook("autograded", "ada", ASSIGNMENT), as_version=4)
    (scheme,) = [cell.source for cell in for_markers.cells if is_for_markers(cell)]
    assert "Two points for" in scheme and "It remembers what was read." in scheme and "3 points" in scheme
    with folder.gradebook as gradebook:
        mark = gradebook.find_grade(ID, "manual_rnn", ASSIGNMENT, "ada")
        mark.manual_score, mark.needs_manual_grade = 2.5, False  # as formgrader leaves it
        gradebook.db.commit()
    (again,) = grade(folder, ASSIGNMENT, ["ada"], done=lambda result: None)
    assert again.score == 10.5 and again.flags == []
    page = again.feedback.read_text(encoding="utf-8")
    assert "Score: 10.5 / 99.0" in page and "Waits for a person" not in page and "Two points for" not in page
    assert "A model answer" in page and "It remembers what was read." in page
