"""The class's CSV: not marked is not 0, a person's mark stands above a check's, and no name is a formula."""

import csv
import datetime
import shutil

import pytest
from nbgrader.api import Gradebook

from unrolled.course.course import Course
from unrolled.course.nbgrader_config import load_config
from unrolled.grading.standing import KEY, Mark, Standing, standings
from unrolled.grading.table import no_formula, write_table

ASSIGNMENT, NOTEBOOK = "01_x", "x"
DUE = datetime.datetime(2026, 1, 1)


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A gradebook with two questions of 10 and a text of 4, and nobody in it. It takes long to make."""
    load_config(Course.find(__file__))  # has nbgrader find what it starts
    path = tmp_path_factory.mktemp("empty") / "gradebook.db"
    cells = {"test_a": (10, "code"), "test_b": (10, "code"), "why": (4, "markdown"), "try_a": (0, "code")}
    with Gradebook(f"sqlite:///{path}") as gradebook:
        gradebook.add_assignment(ASSIGNMENT, duedate=DUE)
        gradebook.add_notebook(NOTEBOOK, ASSIGNMENT)
        for id, (of, kind) in cells.items():
            gradebook.add_grade_cell(id, NOTEBOOK, ASSIGNMENT, max_score=of, cell_type=kind)
    return path


@pytest.fixture
def gradebook(empty, tmp_path):
    with Gradebook(f"sqlite:///{shutil.copy(empty, tmp_path)}") as gradebook:
        yield gradebook


def hand_in(gradebook, student, penalty=0.0, late=datetime.timedelta(0), **marks):
    """marks: cell -> (the check's points, a person's, does it need one?)."""
    gradebook.update_or_create_student(student)
    submission = gradebook.add_submission(ASSIGNMENT, student, timestamp=DUE + late)
    submission.notebooks[0].late_submission_penalty = penalty
    for grade in submission.notebooks[0].grades:
        grade.auto_score, grade.manual_score, grade.needs_manual_grade = marks.get(grade.name, (0, None, False))
    gradebook.db.commit()


def written(gradebook, tmp_path, remarks=None, unmarked=None) -> dict[str, dict]:
    path = tmp_path / f"{ASSIGNMENT}.csv"
    write_table(path, gradebook, ASSIGNMENT, remarks or {}, unmarked or {})
    with path.open(newline="", encoding="utf-8") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def columns(row: dict, *names: str) -> tuple:
    return tuple(row[name] for name in names or ("score", "status", "points_waiting"))


def test_what_waits_for_a_person_is_told_apart_from_0(gradebook, tmp_path):
    hand_in(gradebook, "ada", test_a=(10, None, False), test_b=(10, None, False), why=(None, 4, False))
    hand_in(gradebook, "bo", test_a=(10, None, False), test_b=(7, None, True), why=(None, None, True))
    hand_in(gradebook, "cy", test_a=(0, None, False), test_b=(0, None, True))
    rows = written(gradebook, tmp_path)
    assert columns(rows["ada"]) == ("24.0", "marked", "0")
    assert columns(rows["bo"]) == ("17.0", "waiting for a person", "4.0")
    assert columns(rows["cy"]) == ("0.0", "waiting for a person", "10.0")
    said = {student: str(standing) for student, standing in standings(gradebook, ASSIGNMENT).items()}
    assert said == {"ada": "24 of 24", "bo": "17 of 20 so far", "cy": "0 of 14 so far"}


def test_a_persons_mark_stands_above_the_checks_and_is_marked_so(gradebook):
    hand_in(gradebook, "ada", test_a=(10, 3, False), test_b=(0, 0, False), why=(None, None, True))
    marks = standings(gradebook, ASSIGNMENT, ["ada"])["ada"].cells
    assert {id: str(mark) for id, mark in marks.items()} == {"test_a": "3*", "test_b": "0*", "why": "…"}


def test_a_persons_mark_for_another_answer_counts_and_asks_again(gradebook):
    hand_in(gradebook, "ada", test_a=(10, 3, True))
    standing = standings(gradebook, ASSIGNMENT, ["ada"])["ada"]
    assert str(standing.cells["test_a"]) == "3*?" and standing.cells["test_a"].old
    assert standing.status == "waiting for a person" and standing.points == 3
    assert str(Mark(7, 10, asks=True)) == "7?" and set(KEY) == {"…", "*", "?"}


def test_no_mark_is_no_0(gradebook, tmp_path):
    """Refused, known to the gradebook alone, and in submitted/ alone."""
    refused = dict.fromkeys(("test_a", "test_b", "why"), (0, None, True))
    hand_in(gradebook, "lena", **refused)
    hand_in(gradebook, "mo", **{**refused, "test_a": (0, 9, True)})
    gradebook.add_student("nina")
    why = {"lena": "a PDF", "mo": "a PDF", "olaf": "not graded yet"}
    rows = written(gradebook, tmp_path, unmarked=why)
    assert columns(rows["lena"], "raw_score", "score", "status", "remarks") == (
        "",
        "",
        "not marked",
        "not marked: a PDF",
    )
    assert columns(rows["mo"], "score", "status") == ("9.0", "waiting for a person")  # a person has begun
    assert columns(rows["nina"], "score", "status") == ("", "not handed in")
    assert columns(rows["olaf"], "score", "status") == ("", "not marked")


def test_lateness_and_its_penalty_are_shown(gradebook, tmp_path):
    hand_in(gradebook, "ada", 5.0, datetime.timedelta(days=2, hours=3), test_a=(10, None, False))
    hand_in(gradebook, "bo", 99.0, datetime.timedelta(seconds=61), test_a=(10, None, False))
    rows = written(gradebook, tmp_path)
    names = ("raw_score", "late_submission_penalty", "score", "late")
    assert columns(rows["ada"], *names) == ("10.0", "5.0", "5.0", "2 days, 3:00:00")
    assert columns(rows["bo"], *names) == ("10.0", "99.0", "0.0", "0:01:01")
    assert str(standings(gradebook, ASSIGNMENT)["ada"]) == "5 of 24 (late by 2 days, 3:00:00, 5 off)"
    assert str(Standing()) == "0 of 0"


NAMES = ["Smith, John", 'the "one"', "*", "x[1]", "two\nlines", "王小明", "'quoted'"]
NAMES += [
    "=1+1",
    "-dash",
    "+4",
]  # a spreadsheet shows another name, and does nothing; programs find the row by this one
FORMULAS = ["=cmd|' /C calc'!A0", "+HYPERLINK(A1)", "-1+cmd|x", "@SUM(A1)", "\t=1", "\r=1", "'=[x]A!B1"]


def test_no_name_moves_a_column_or_is_a_formula(gradebook, tmp_path):
    for name in NAMES + FORMULAS:
        hand_in(gradebook, name, test_a=(10, None, False))
    rows = written(gradebook, tmp_path, remarks={"*": ["=1+1"]})
    assert set(rows) == {*NAMES, *(f"'{name}" for name in FORMULAS)}
    assert {columns(row) for row in rows.values()} == {("10.0", "marked", "0")}
    assert rows["*"]["remarks"] == "'=1+1"


@pytest.mark.parametrize("text", ["=1+1", "-dash", "+1@x", "=cmd|x"])
def test_what_no_program_finds_a_row_by_is_never_a_formula(text):
    assert no_formula(text) == f"'{text}"


@pytest.mark.parametrize("honest", [-3, -0.5, "-3", "-0.5", "+4", "ada", "a-b", "a=b(c)", "2026-01-01", "", None])
def test_an_honest_value_stays(honest):
    assert no_formula(honest) == honest


def test_a_table_that_cannot_be_written_leaves_the_one_before(gradebook, tmp_path, monkeypatch):
    hand_in(gradebook, "ada")
    before = written(gradebook, tmp_path)
    monkeypatch.setattr("unrolled.grading.table.no_formula", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        written(gradebook, tmp_path)
    monkeypatch.undo()
    with (tmp_path / f"{ASSIGNMENT}.csv").open(newline="") as file:
        assert [row["student_id"] for row in csv.DictReader(file)] == list(before)
