"""`unrolled mark`: one notebook, no folders, no gradebook."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from unrolled.cli.main import cli
from unrolled.course.course import Course, keep_salt
from unrolled.course.errors import SubmissionError
from unrolled.course.master import EXPLORE
from unrolled.doctor.doctor import treat_file
from unrolled.grading.execute import NOT_RUN, RefereedExecute, diagnoser_for
from unrolled.grading.executions import Executions
from unrolled.grading.notebook import mark_file
from unrolled.marking.diagnosis import Diagnoser

COURSE = Course.find(__file__)
BUNDLE = COURSE.bundle("02_manual_rnn")
RELEASE = COURSE.root / "release/02_manual_rnn/manual_rnn.ipynb"


def submission(tmp_path: Path, change=lambda notebook: None, name="manual_rnn.ipynb", **answers: str) -> Path:
    """The release with some answers filled in."""
    notebook = nbformat.read(RELEASE, as_version=4)
    for cell in notebook.cells:
        if cell.id in answers:
            cell.source = answers[cell.id]
    change(notebook)
    path = tmp_path / name
    nbformat.write(notebook, path)
    return path


def points(report: dict) -> dict[str, float]:
    return {question["id"]: question["points"] for question in report["questions"]}


SOLVED = {id: question.points for id, question in BUNDLE.questions.items()}
NOTHING = dict.fromkeys(SOLVED, 0)


def test_json_has_the_promised_form_and_exit_status(tmp_path):
    path = submission(tmp_path, manual_embedding=BUNDLE.answers["manual_embedding"])
    command = [sys.executable, "-c", "from unrolled.cli.main import main; main()", "mark", str(path), "--json"]
    done = subprocess.run(command, cwd=COURSE.root, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["assignment"] == "02_manual_rnn"
    assert points(report) == {**NOTHING, "manual_embedding": 8}
    for question in report["questions"]:
        assert {"id", "points", "of", "verdicts"} <= question.keys()
        assert all(isinstance(line, str) for line in question["verdicts"])
    assert "not answered yet" in report["questions"][1]["verdicts"][0]


@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_what_is_not_answered_earns_nothing_and_costs_nothing_else(assignment, tmp_path):
    """The release as it is, and with its first half answered (where that takes no training): marked to the end."""
    bundle = COURSE.bundle(assignment)
    path = COURSE.root / "release" / assignment / f"{bundle.name}.ipynb"
    untouched = mark_file(COURSE, path)
    assert points(untouched) == dict.fromkeys(bundle.questions, 0)
    for question in untouched["questions"]:  # "it first" is another answer, which this one stands on
        assert any(said in question["verdicts"][0] for said in ("not answered", "there is no", " it first"))

    ids = list(bundle.questions)
    done = [id for id in ids[: len(ids) // 2] if not bundle.trains(id)]
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") in done:
            cell.source = bundle.answers[cell.metadata.nbgrader.grade_id]
    nbformat.write(notebook, tmp_path / path.name)
    half = mark_file(COURSE, tmp_path / path.name)
    assert done and points(half) == {id: bundle.questions[id].points * (id in done) for id in ids}


def test_in_process_and_across_the_wall_agree(tmp_path):
    wrong = next(m for m in BUNDLE.misconceptions["manual_rnn_cell"] if m.name == "memory_not_transposed")
    path = submission(
        tmp_path,
        manual_embedding=BUNDLE.answers["manual_embedding"],
        manual_rnn_cell=wrong.apply(BUNDLE.answers["manual_rnn_cell"]),
    )
    reports = [mark_file(COURSE, path, in_process) for in_process in (False, True)]
    assert points(reports[0]) == points(reports[1])
    assert reports[0]["questions"][:2] == reports[1]["questions"][:2]
    assert reports[0]["questions"][1]["diagnosis"] == "memory_not_transposed"


def forged(notebook):
    """Output faked by every means that stock nbgrader believes; the answers stay empty."""
    notebook.cells.insert(
        0,
        nbformat.v4.new_code_cell(
            "import builtins, sys, unrolled, unrolled.desk.client\n"
            "unrolled.check = unrolled.desk.client.ask = lambda *question: 1e9\n"
            "sys.displayhook = lambda value: print('12.0')\n"
            "get_ipython().set_custom_exc((BaseException,), lambda *a, **k: None)\n"
        ),
    )
    for cell in notebook.cells:
        cell.metadata["tags"] = ["skip-execution", "raises-exception"]


def test_a_faked_result_earns_nothing(tmp_path):
    report = mark_file(COURSE, submission(tmp_path, forged))
    assert points(report) == NOTHING


def patched_comparison(notebook):
    source = (
        "import torch, numpy\n"
        "torch.allclose = torch.equal = lambda *a, **k: True\n"
        "torch.Tensor.__sub__ = lambda self, other: torch.zeros_like(self)\n"
        "torch.testing.assert_close = lambda *a, **k: None\n"
    )
    notebook.cells.insert(0, nbformat.v4.new_code_cell(source))


def test_patching_torch_in_the_notebook_does_not_reach_the_referee(tmp_path):
    wrong = BUNDLE.answers["manual_rnn_cell"].replace("torch.tanh(", "torch.sigmoid(")
    path = submission(
        tmp_path, patched_comparison, manual_embedding=BUNDLE.answers["manual_embedding"], manual_rnn_cell=wrong
    )
    report = mark_file(COURSE, path)
    assert points(report)["manual_embedding"] == 8 and report["questions"][1]["points"] < 12


def test_what_a_machine_may_be_to_blame_for_is_told_apart(tmp_path):
    """A question that takes too long, and a kernel that is gone: neither is believed in the next run."""
    endless = BUNDLE.answers["manual_embedding"].replace("return self.weight[x]", "while True: pass")
    ends = nbformat.v4.new_code_cell("import os\nos._exit(1)")
    path = submission(tmp_path, lambda notebook: notebook.cells.append(ends), manual_embedding=endless)
    notebook = treat_file(COURSE, path).notebook
    resources = {"nbgrader": {"assignment": BUNDLE.assignment, "student": "ada"}, "metadata": {"path": ""}}
    kept = Executions(tmp_path, run="this")
    execute = RefereedExecute(diagnoser=diagnoser_for(COURSE, BUNDLE), timeout=3, executions=kept)
    plan = execute.plan(notebook, resources)
    execute.preprocess(notebook, resources)
    faults = "\n".join(plan.finished().faults)
    assert "cell test_manual_embedding took too long" in faults and "kernel died in cell" in faults


def test_an_endless_loop_costs_its_own_question_only(tmp_path):
    endless = BUNDLE.answers["manual_embedding"].replace("return self.weight[x]", "while True: pass")
    path = submission(tmp_path, manual_embedding=endless, manual_rnn_cell=BUNDLE.answers["manual_rnn_cell"])
    report = mark_file(COURSE, path, timeout=3)
    assert points(report) == {**NOTHING, "manual_rnn_cell": 12}
    assert "did not finish in time" in report["questions"][0]["verdicts"][0]


def test_a_kernel_that_cannot_be_stopped_keeps_earlier_marks(tmp_path):
    stuck = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    path = submission(tmp_path, manual_embedding=BUNDLE.answers["manual_embedding"], manual_rnn_cell=stuck)
    report = mark_file(COURSE, path, timeout=3)
    assert points(report) == {**NOTHING, "manual_embedding": 8}
    assert "could not be stopped" in report["questions"][1]["verdicts"][0]


def deleted(notebook):
    notebook.cells = [c for c in notebook.cells if not c.metadata.get("nbgrader", {}).get("grade")]


def doubled(notebook):
    index = next(i for i, c in enumerate(notebook.cells) if c.id == "manual_rnn_cell")
    first = nbformat.v4.new_code_cell("raise RuntimeError('an old try')", metadata=notebook.cells[index].metadata)
    notebook.cells.insert(index, first)


def stripped(notebook):
    for cell in notebook.cells:
        cell.metadata.clear()
        cell.pop("id", None)
    notebook.nbformat_minor = 4


def as_markdown(notebook):
    for index, cell in enumerate(notebook.cells):
        if cell.id == "manual_embedding":
            notebook.cells[index] = nbformat.v4.new_markdown_cell(cell.source, metadata=cell.metadata, id=cell.id)


def edited_tests(notebook):
    for cell in notebook.cells:
        if cell.id.startswith(("try_", "test_")):
            cell.source = "raise SystemExit"


@pytest.mark.parametrize("change", [deleted, doubled, stripped, as_markdown, edited_tests])
def test_what_colab_and_students_do_to_cells_costs_nothing(tmp_path, change):
    path = submission(tmp_path, change, **BUNDLE.answers)
    notebook = treat_file(COURSE, path).notebook
    code = {c.metadata.get("nbgrader", {}).get("grade_id"): c.source for c in notebook.cells}
    assert {id: code[id] for id in BUNDLE.answers} == BUNDLE.answers
    assert points(mark_file(COURSE, path, in_process=True)) == SOLVED


def test_helper_cells_stay_where_the_student_put_them(tmp_path):
    def helper(notebook):
        index = next(i for i, c in enumerate(notebook.cells) if c.id == "manual_rnn_cell")
        notebook.cells.insert(index, nbformat.v4.new_code_cell("squash = torch.tanh"))

    answer = BUNDLE.answers["manual_rnn_cell"].replace("torch.tanh(", "squash(")
    path = submission(tmp_path, helper, **{**BUNDLE.answers, "manual_rnn_cell": answer})
    assert points(mark_file(COURSE, path, in_process=True)) == SOLVED


# --- cells to play with -------------------------------------------------------------------------------------

PLAY = "print('played')\nManualRNNCell = nn.RNNCell"  # run, it would cost the question
both_ways = pytest.mark.parametrize("in_process", [False, True], ids=["kernel", "in process"])


class Playground:
    """A course whose master has a cell to play with behind an answer, and its solved submission."""

    def __init__(self, course: Course, folder: Path) -> None:
        self.course, self.path = Course(course.root), folder / "manual_rnn.ipynb"
        master = self.course.bundle("02_manual_rnn").master_path
        self.notebook = nbformat.read(master, as_version=4)
        self.play = nbformat.v4.new_code_cell(PLAY, id="play")
        self.play.metadata["tags"] = [EXPLORE]
        index = next(i for i, c in enumerate(self.notebook.cells) if c.id == "manual_rnn_cell")
        self.notebook.cells.insert(index + 1, self.play)
        nbformat.write(self.notebook, master)

    def mark(self, in_process: bool) -> float:
        """Points of the question that the cell would spoil."""
        nbformat.write(self.notebook, self.path)
        return points(mark_file(self.course, self.path, in_process))["manual_rnn_cell"]


@pytest.fixture
def playground(course_copy, tmp_path_factory) -> Playground:
    return Playground(course_copy, tmp_path_factory.mktemp("student"))


def with_lost_id(playground):
    playground.play.id = "somewhere"  # it says ManualRNNCell = …, as an answer does


def without_its_tag(playground):
    playground.play.metadata.clear()


def copied_to_the_end(playground):
    playground.notebook.cells.append(nbformat.v4.new_code_cell(playground.play.source))


@both_ways
@pytest.mark.parametrize("change", [lambda _: None, with_lost_id, without_its_tag, copied_to_the_end])
def test_an_unchanged_cell_to_play_with_is_not_run_and_not_read(playground, change, in_process):
    """If it were run, or its source were read with the answer's, the question would earn nothing."""
    change(playground)
    assert playground.mark(in_process) == 12


@both_ways
def test_a_changed_cell_to_play_with_is_run_as_any_other(playground, in_process):
    playground.play.source += "  # mine"
    assert playground.mark(in_process) == 0


@both_ways
def test_the_tag_is_the_masters_to_set(playground, in_process):
    """A student's cell is run whatever its tags say."""
    playground.play.source += "  # mine"
    for cell in playground.notebook.cells:
        cell.metadata["tags"] = [EXPLORE]
    assert playground.mark(in_process) == 0


def test_a_cell_to_play_with_says_why_it_was_not_run(playground):
    text = nbformat.v4.new_markdown_cell(playground.play.source)
    playground.notebook.cells.append(text)
    execute = RefereedExecute(diagnoser=Diagnoser(playground.course.bundle("02_manual_rnn"), "a salt"))
    resources = {"metadata": {"path": str(playground.path.parent)}, "nbgrader": {"assignment": "02_manual_rnn"}}
    notebook, _ = execute.preprocess(playground.notebook, resources)
    nbformat.validate(notebook)
    said = {cell.id: [output.get("text") for output in cell.get("outputs", [])] for cell in notebook.cells}
    assert said["play"] == [NOT_RUN] and said[text.id] == []


def test_a_renamed_file_is_still_recognised(tmp_path):
    path = submission(tmp_path, name="Copy of my homework (1).ipynb", **BUNDLE.answers)
    assert treat_file(COURSE, path).bundle.assignment == "02_manual_rnn"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no such file"),
        ("", "is not a notebook"),
        ('{"cells": [', "is not a notebook"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}', "belongs to no assignment"),
    ],
)
def test_bad_files_are_refused_with_a_cure(tmp_path, content, said):
    path = tmp_path / "homework.ipynb"
    if content is not None:
        path.write_text(content)
    with pytest.raises(SubmissionError, match=said) as refusal:
        mark_file(COURSE, path)
    assert "homework.ipynb" in str(refusal.value)


def test_an_unknown_assignment_is_named_with_the_known_ones():
    result = CliRunner().invoke(cli, ["build", "99_nothing"])
    assert result.exit_code != 0 and "02_manual_rnn" in str(result.exception)


def test_a_class_shares_what_its_misconceptions_give_until_something_changes(course_copy, monkeypatch):
    """nbgrader makes a preprocessor for each submission; the master, the salt and the budgets decide what is shared."""
    monkeypatch.chdir(course_copy.root)

    def loaded(**budgets):
        execute = RefereedExecute()
        execute.budgets = budgets
        return execute._load("02_manual_rnn")

    first = loaded()
    assert loaded() is first
    assert loaded(train_echo=5.0) is not first
    monkeypatch.setattr("unrolled.course.course._KEPT", [])
    monkeypatch.setenv("UNROLLED_SALT", "another")
    assert loaded() is not first
    keep_salt(None)
    checks = course_copy.bundle("02_manual_rnn").checks_path / "manual_rnn_cell/check.py"
    checks.write_text(checks.read_text() + "\n")
    assert loaded() is not first
