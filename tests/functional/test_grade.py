"""A whole class: the demo's marks, what nbgrader alone makes of it, and what one bad notebook does to others."""

import csv
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import nbformat
import pytest

from unrolled.course.course import Course
from unrolled.grading import execute
from unrolled.grading.execute import COST
from unrolled.grading.kept import KeptDiagnoser
from unrolled.grading.whole_class import ClassFolder, grade, write_csv
from unrolled.reports.class_report import write_class_report
from unrolled.reports.members import members
from unrolled.walls.machine import sandbox

COURSE = Course.find(__file__)
sys.path.insert(0, str(COURSE.root / "examples"))
from demo_class import CLASSES, DEMO_BUDGETS, make_class  # noqa: E402

ASSIGNMENT = "02_manual_rnn"
BUNDLE = COURSE.bundle(ASSIGNMENT)
STUDENTS = {student.name: student for student in CLASSES[ASSIGNMENT]}
CHECKED = sum(question.points for question in BUNDLE.declared.values())  # what is not marked by a person


def of_class(assignment: str):
    """Keeps the tests that look at one graded class in one process, which then grades it once."""
    return pytest.mark.xdist_group(f"class of {assignment}")


EVERYBODY = [
    pytest.param(assignment, student, id=f"{assignment}-{student.name}", marks=of_class(assignment))
    for assignment, students in CLASSES.items()
    for student in students
]


def compared_with(assignment: str) -> set[str]:
    """Names of misconceptions: of a question that trains one, and those that somebody in the class has.

    To train every other one takes minutes, and what it comes to is the audit's business.
    """
    bundle = COURSE.bundle(assignment)
    fills = [(q, fill) for student in CLASSES[assignment] for q, fill in student.answers.items() if fill and q != "*"]
    handed_in = {(question, fill(bundle)) for question, fill in fills}
    return {
        one.name
        for question, wrong in bundle.misconceptions.items()
        for number, one in enumerate(wrong)
        if not (number and bundle.trains(question)) or (question, one.apply(bundle.answers[question])) in handed_in
    }


@pytest.fixture(scope="module")
def graded_class(tmp_path_factory):
    """Assignment -> its demo class, graded once: (folder, student -> result, students in the order of reporting)."""
    graded = {}

    def of(assignment: str):
        if assignment not in graded:
            root = tmp_path_factory.mktemp("class")
            make_class(COURSE, root, assignment)
            folder, order = ClassFolder(COURSE, root), []
            folder.config.RefereedExecute.budgets = DEMO_BUDGETS
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(execute, "KeptDiagnoser", partial(KeptDiagnoser, among=compared_with(assignment)))
                patch.setattr(execute, "_KNOWN", {})
                results = grade(folder, assignment, done=lambda result: order.append(result.student))
            graded[assignment] = folder, {result.student: result for result in results}, order
        return graded[assignment]

    return of


@pytest.fixture
def graded(graded_class):
    return graded_class(ASSIGNMENT)


@pytest.mark.parametrize(("assignment", "student"), EVERYBODY)
def test_each_student_gets_what_was_foreseen(graded_class, assignment, student):
    _, results, _ = graded_class(assignment)
    result = results[student.name]
    earned = {q["id"]: q["points"] for q in (result.report or {"questions": []})["questions"]}
    assert earned == student.points(COURSE.bundle(assignment)), result.report
    assert result.score == sum(earned.values())
    assert ("a person has to look" in result.flags) == ((assignment, student.name) in LOOKED_AT)


# weights set by hand; a kernel that died
LOOKED_AT = {("06_echo_gru", "goran"), ("02_manual_rnn", "kofi")}


@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_every_class_has_somebody_with_full_marks_and_somebody_without(assignment):
    """Full marks show too that nothing depends on a cell to play with: marking leaves those out."""
    bundle = COURSE.bundle(assignment)
    full = {
        sum(student.points(bundle).values()) + sum(bundle.by_hand.values()) == 100 for student in CLASSES[assignment]
    }
    assert full == {True, False}


@of_class("06_echo_gru")
def test_a_training_that_lost_points_is_told_why(graded_class):
    _, graded_echo, _ = graded_class("06_echo_gru")
    says = {name: "\n".join(q["verdicts"][0] for q in r.report["questions"]) for name, r in graded_echo.items()}
    assert "of 3,000 reference passes" in graded_echo["chen"].reason
    assert "the letters are guessed" in says["emre"].lower()
    assert "torch.roll" in graded_echo["hana"].reason
    assert "drawn anew at each call" in graded_echo["dora"].reason


def test_nobody_is_left_out_and_progress_is_told(graded):
    _, results, order = graded
    assert order == sorted(STUDENTS) == sorted(results)


def test_every_lost_point_has_a_reason(graded):
    _, results, _ = graded
    for result in results.values():
        assert bool(result.reason) == (result.score < CHECKED), result.student
    assert "without b_hh" in results["chen"].reason
    assert "not answered yet" in results["fatima"].reason
    assert "SyntaxError" in results["goran"].reason
    assert "line 4 of cell manual_rnn_cell uses torch.nn.RNNCell" in results["june"].reason
    assert "kernel died in cell manual_rnn_cell" in results["kofi"].reason
    assert "lena" in results["lena"].reason and "download it again" in results["lena"].reason


def test_a_wrong_cell_below_a_right_rnn_costs_only_the_cells_points(graded):
    """ManualRNN and ManualCharRNN are judged with a right cell in its place."""
    _, results, _ = graded
    earned = {q["id"]: q["points"] for q in results["chen"].report["questions"]}
    assert earned == {id: 7 if id == "manual_rnn_cell" else q.points for id, q in BUNDLE.questions.items()}


def test_feedback_pages_show_verdicts_and_no_test_code(graded):
    folder, results, _ = graded
    page = results["chen"].feedback.read_text(encoding="utf-8")
    assert "This is exactly what a cell without b_hh" in page
    assert f"Score: {CHECKED - 5:.1f} / {CHECKED:.1f}" in page
    for secret in ("draw.cases", "reference(x", "weight_ih=", "caught_by"):
        assert secret not in page
    assert not folder.notebook("feedback", "lena", ASSIGNMENT).exists()


def test_the_csv_is_nbgraders_and_holds_the_scores(graded):
    folder, results, _ = graded
    rows = {row["student_id"]: row for row in csv.DictReader(write_csv(folder, ASSIGNMENT).open())}
    assert {n: r.score for n, r in results.items() if r.report} == {
        name: float(row["score"]) for name, row in rows.items() if row["score"]
    }
    assert rows["lena"]["score"] == "" and rows["lena"]["remarks"].startswith("not marked")
    assert "run once more" in rows["kofi"]["remarks"] and rows["ada"]["remarks"] == ""
    assert {float(row["max_score"]) for row in rows.values()} == {100.0}


def test_what_a_run_took_stands_beside_its_report_and_not_in_it(graded):
    """Reports of one file are the same whenever it is run; kofi's, which was run twice, took longer than nothing."""
    folder, results, _ = graded
    for name in ("ada", "kofi"):
        metadata = nbformat.read(folder.notebook("autograded", name, ASSIGNMENT), as_version=4).metadata
        assert metadata[COST]["seconds"] > 0 and metadata[COST]["cpu"] > 0 and metadata[COST]["memory"] > 1e7
        assert not {"seconds", "cpu", "memory", COST} & results[name].report.keys()


def test_the_report_for_whoever_teaches_counts_the_class(graded):
    folder, results, _ = graded
    class_ = {one.student: one for one in members(folder, ASSIGNMENT)}
    assert {name: one.total for name, one in class_.items() if one.total is not None} == {
        name: result.score for name, result in results.items() if result.report
    }
    page = write_class_report(folder, ASSIGNMENT).read_text(encoding="utf-8")
    assert "no_hidden_bias" in page
    assert class_["lena"].total is None


def test_a_broken_resubmission_does_not_keep_the_old_mark(graded, tmp_path):
    folder, _, _ = graded
    copy = tmp_path / "class"
    shutil.copytree(folder.folder, copy)
    again = ClassFolder(COURSE, copy)
    again.notebook("submitted", "ada", ASSIGNMENT).write_text("{")
    (result,) = grade(again, ASSIGNMENT, ["ada"], done=lambda result: None)
    assert result.trouble
    with again.gradebook as gradebook:
        submission = gradebook.find_submission(ASSIGNMENT, "ada")
        assert submission.score == 0 and submission.needs_manual_grade


def test_a_manual_mark_survives_a_regrade(graded, tmp_path):
    folder, _, _ = graded
    copy = tmp_path / "class"
    shutil.copytree(folder.folder, copy)
    again = ClassFolder(COURSE, copy)
    with again.gradebook as gradebook:
        mark = gradebook.find_grade("test_manual_rnn_cell", "manual_rnn", ASSIGNMENT, "chen")
        mark.manual_score = 9.0
        gradebook.db.commit()
    (result,) = grade(again, ASSIGNMENT, ["chen"], done=lambda result: None)
    assert result.score == CHECKED - 12 + 9


@pytest.fixture
def nbgrader_class(course_copy):
    """A course folder where submissions lie as nbgrader expects them, for stock commands."""
    make_class(COURSE, course_copy.root, ASSIGNMENT)
    kept = {"chen", "ivo"}
    for folder in (course_copy.root / "submitted").iterdir():
        if folder.name not in kept:
            shutil.rmtree(folder)
    return course_copy


def nbgrader(course: Course, *arguments: str) -> subprocess.CompletedProcess:
    """A stock nbgrader command, with a PATH on which the venv's bin (and so alembic) is not."""
    environment = {**os.environ, "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-m", "nbgrader", *arguments]
    return subprocess.run(command, cwd=course.root, env=environment, text=True, capture_output=True)


def test_stock_nbgrader_commands_give_the_same_marks(nbgrader_class):
    course = nbgrader_class
    for command in ("generate_assignment", "autograde", "generate_feedback"):
        done = nbgrader(course, command, ASSIGNMENT, "--force")  # the release is there already: it is committed
        assert done.returncode == 0, done.stderr
    with ClassFolder(course, course.root).gradebook as gradebook:
        scores = {s.student.id: s.score for s in gradebook.assignment_submissions(ASSIGNMENT)}
    assert scores == {name: sum(STUDENTS[name].points(BUNDLE).values()) for name in ("chen", "ivo")}
    marked = nbformat.read(course.root / "autograded/chen/02_manual_rnn/manual_rnn.ipynb", as_version=4)
    assert marked.metadata["unrolled"]["marked_by"]["sandbox"] == sandbox()
    page = (course.root / "feedback/chen/02_manual_rnn/manual_rnn.html").read_text(encoding="utf-8")
    assert '<table class="marks">' in page  # our page, from the plain command too


def test_stock_nbgrader_without_our_configuration_would_be_fooled(nbgrader_class):
    """The control: nbgrader's own execution and scores give ivo, who answered nothing, full marks."""
    course = nbgrader_class
    config = course.root / "nbgrader_config.py"
    lines = config.read_text().split("\n")
    start = lines.index("c.Autograde.autograde_preprocessors = [")
    end = lines.index("]", start)
    others = [line for line in lines[:start] + lines[end + 1 :] if "MendedExporter" not in line]
    config.write_text("\n".join(others))
    for command in (["generate_assignment"], ["autograde", "--student", "ivo"]):
        assert nbgrader(course, *command, "--assignment", ASSIGNMENT, "--force").returncode == 0
    with ClassFolder(course, course.root).gradebook as gradebook:
        scores = {s.student.id: s.score for s in gradebook.assignment_submissions(ASSIGNMENT)}
    assert scores["ivo"] == CHECKED  # skipped grade cells have no output, which nbgrader takes for full marks


def test_an_empty_class_is_said_to_be_empty(tmp_path):
    command = [sys.executable, "-c", "from unrolled.cli.main import main; main()", "grade", "--folder", str(tmp_path)]
    done = subprocess.run(command, cwd=COURSE.root, text=True, capture_output=True)
    assert done.returncode == 1 and "nothing to grade" in done.stdout


def test_a_folder_in_other_capitals_is_told_with_the_cure(tmp_path):
    """It is listed, though nbgrader would not find it."""
    make_class(COURSE, tmp_path, ASSIGNMENT)
    folder = ClassFolder(COURSE, tmp_path)
    path: Path = folder.notebook("submitted", "ada", ASSIGNMENT).parent
    path.rename(path.with_name("02_Manual_RNN"))
    assert "ada" in folder.submissions(ASSIGNMENT)
    (result,) = grade(folder, ASSIGNMENT, ["ada"], done=lambda result: None)
    assert "02_Manual_RNN has to be called 02_manual_rnn" in result.trouble
