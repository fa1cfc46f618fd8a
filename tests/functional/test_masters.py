"""Masters and contract: what the student is told, what is checked and what is written down agree."""

import json
import os
import random
import re

import nbformat
import pytest

from unrolled.auditing.record import commit
from unrolled.build.solutions import PrivateClient
from unrolled.course.course import Course
from unrolled.course.master import EXPLORE
from unrolled.grading.notebook import mark_file

COURSE = Course.find(__file__)


QUESTIONS = [(assignment, id) for assignment in COURSE.assignments for id in COURSE.bundle(assignment).questions]
each_question = pytest.mark.parametrize(("assignment", "id"), QUESTIONS)
each_assignment = pytest.mark.parametrize("assignment", COURSE.assignments)

CONTRACT = (COURSE.root / "docs/contract.md").read_text(encoding="utf-8")


def contract_row(assignment: str, id: str) -> list[str]:
    section = CONTRACT.split(f"## {assignment}\n")[1].split("\n## ")[0]
    (row,) = re.findall(rf"^\| `{id}` \|(.*)\|$", section, re.MULTILINE)
    return [cell.strip() for cell in row.split("|")]


def told_before(assignment: str, id: str) -> str:
    """The markdown since the question's heading, up to its answer cell."""
    cells = COURSE.bundle(assignment).cells
    index = next(i for i, cell in enumerate(cells) if cell.id == id)
    text = ""
    for cell in reversed(cells[:index]):
        if cell.type == "markdown":
            text = cell.source + "\n" + text
            if cell.source.startswith("### Predict" if id.startswith("predict_") else "## "):
                break
    return text


def marks_in(text: str) -> dict[str, float]:
    return {idea: float(of) for idea, of in re.findall(r"([a-z]\w*) \(?(\d+(?:\.\d)?)\)?(?=[,.\s]|$)", text)}


@each_question
def test_a_question_has_its_three_cells_in_order(assignment, id):
    bundle = COURSE.bundle(assignment)
    order = [cell.id for cell in bundle.cells]
    answer, visible, hidden = (bundle.cell(name) for name in (id, f"try_{id}", f"test_{id}"))
    assert order.index(id) < order.index(visible.id) < order.index(hidden.id)
    assert answer.solution and not answer.grade and not answer.locked
    assert visible.grade and visible.locked and visible.points == 0
    assert hidden.grade and hidden.locked and f'check("{id}")' in hidden.source
    assert hidden.points == bundle.questions[id].points


@each_question
def test_the_rubric_is_the_same_in_check_notebook_cell_and_contract(assignment, id):
    bundle = COURSE.bundle(assignment)
    marks = bundle.questions[id].marks
    *_, told = re.findall(r"\*\*You are marked on\*\*: ([^.]*)\.", told_before(assignment, id))
    assert marks_in(told) == marks
    comment = bundle.cell(f"test_{id}").source.split("\n")[0]
    worth = f"{bundle.questions[id].points:g} point" + ("s" if bundle.questions[id].points != 1 else "")
    assert comment.startswith(f"# test_{id}: {worth}, ")
    assert marks_in(comment.split("hand in: ")[1]) == marks
    assert marks_in(contract_row(assignment, id)[-1]) == marks
    assert f"*{worth} " in told_before(assignment, id)


@each_question
def test_the_contract_names_the_object_and_its_attributes(assignment, id):
    bundle = COURSE.bundle(assignment)
    call, attributes, *_ = contract_row(assignment, id)
    source, name = bundle.answers[id], bundle.questions[id].name
    assert call.startswith((f"`{name}(", f"`{name}`"))
    signature = re.match(r"`\w+\(([^)]*)\)", call)
    if signature:  # a class or a function; a question of choice is only a name
        assert f"def __init__(self, {signature[1]})" in source or f"def {name}({signature[1]})" in source
    else:
        assert f"{name} = " in source
    for attribute in re.findall(r"`(\w+)` \(", attributes):
        assert f"self.{attribute} = " in source and f"`self.{attribute}`" in told_before(assignment, id)


@each_question
def test_the_student_is_told_what_not_to_use(assignment, id):
    forbids = COURSE.bundle(assignment).questions[id].forbids
    forbidden_column = contract_row(assignment, id)[3]
    for text in (forbidden_column, told_before(assignment, id)):
        named = set(re.findall(r"`(?:nn|F)\.(\w+)`", text)) & forbids
        assert bool(named) == bool(forbids)
    assert set(re.findall(r"`(?:nn|F)\.(\w+)`", forbidden_column)) <= forbids


def test_the_contract_has_no_row_without_a_question():
    rows = set(re.findall(r"^\| `(\w+)` \|", CONTRACT, re.MULTILINE))
    assert rows == {id for _, id in QUESTIONS}


@each_assignment
def test_masters_are_clean(assignment):
    """No outputs, no execution counts, unique ids of words, pictures with alt text that says what to see."""
    path = COURSE.bundle(assignment).master_path
    notebook = json.loads(path.read_text(encoding="utf-8"))
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(ids) == len(set(ids))
    grade_ids = [c["metadata"]["nbgrader"]["grade_id"] for c in notebook["cells"] if "nbgrader" in c["metadata"]]
    assert len(grade_ids) == len(set(grade_ids)) and all(re.fullmatch(r"[a-z][a-z0-9_]+", id) for id in grade_ids)
    for cell in notebook["cells"]:
        assert not cell.get("outputs") and cell.get("execution_count") is None
        for alt in re.findall(r"!\[(.*?)\]\(", "".join(cell["source"])):
            assert len(alt) > 40


IN_TURN = random.Random(commit(COURSE.root)).sample(COURSE.assignments, 2)


@each_assignment
def test_a_master_runs_from_top_to_bottom_and_marks_itself(assignment, tmp_path):
    """As an author runs it in JupyterLab: `check` in the notebook's own process, without a referee.

    Two of them at each commit, because this takes minutes, and tests/colab runs the answers of all, every time.
    """
    if assignment not in IN_TURN and not os.environ.get("UNROLLED_ALL"):
        pytest.skip("another commit's turn; UNROLLED_ALL=1 tries all")
    bundle = COURSE.bundle(assignment)
    notebook = nbformat.read(bundle.master_path, as_version=4)
    folder = str(bundle.master_path.parent)
    client = PrivateClient(notebook, timeout=600, resources={"metadata": {"path": folder}})
    client.kernel_folder = tmp_path
    client.execute()
    for cell in notebook.cells:
        id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if id.startswith("test_"):
            of = bundle.questions[id.removeprefix("test_")].points
            printed = "".join(output.text for output in cell.outputs if output.output_type == "stream")
            (result,) = [output.data["text/plain"] for output in cell.outputs if output.output_type == "execute_result"]
            assert f"{of:g} of {of:g}" in printed and float(result) == of
        for output in cell.get("outputs", []):
            assert not (output.output_type == "stream" and output.name == "stderr"), output.text


def marked_without_explore(course: Course, assignment: str) -> dict[str, tuple[float, float]]:
    """Question -> (points, of) for a master as if it were handed in: marking leaves out the cells to play with."""
    report = mark_file(course, course.bundle(assignment).master_path, timeout=600)
    return {question["id"]: (question["points"], question["of"]) for question in report["questions"]}


# That no master depends on such a cell is shown by the demo class, in test_grade.py: its full marks are made without.


def test_what_depends_on_a_cell_to_play_with_loses_marks(course_copy):
    """The control: an answer that needs a name which such a cell defines."""
    path = course_copy.bundle("02_manual_rnn").master_path
    notebook = nbformat.read(path, as_version=4)
    index, answer = next((i, cell) for i, cell in enumerate(notebook.cells) if cell.id == "manual_rnn_cell")
    answer.source = answer.source.replace("torch.tanh(", "squash(")
    play = nbformat.v4.new_code_cell("squash = torch.tanh", metadata={"tags": [EXPLORE]})
    notebook.cells.insert(index, play)
    nbformat.write(notebook, path)
    points, of = marked_without_explore(Course(course_copy.root), "02_manual_rnn")["manual_rnn_cell"]
    assert points < of

    play.metadata["tags"] = []  # and none where it is run
    nbformat.write(notebook, path)
    assert marked_without_explore(Course(course_copy.root), "02_manual_rnn")["manual_rnn_cell"] == (of, of)
