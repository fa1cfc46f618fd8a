"""A finished execution's file: what it holds, what it is named by, and when it is believed."""

import dataclasses

import nbformat
import pytest

from unrolled.checking.verdict import Line, Verdict, nothing
from unrolled.course.course import Course
from unrolled.grading.executions import (
    Execution,
    Executions,
    execution_key,
    faults_of,
    hash_files,
    made_by,
    plan,
    work_of,
)

ASSIGNMENT, QUESTION, OTHER = "01_sequences", "vocabulary", "one_hot"
MADE = {"q": "first check", "r": "first check"}


def notebook(text: str = "x = 1"):
    cell = nbformat.v4.new_code_cell(text, id="a", outputs=[nbformat.v4.new_output("stream", text="\ud800 ü")])
    return nbformat.v4.new_notebook(cells=[cell])


def resources(student: str = "ada", path: str = "") -> dict:
    return {"nbgrader": {"assignment": "a", "student": student}, "metadata": {"path": path}}


def execution(**more) -> Execution:
    verdict = Verdict("q", [Line("values", 1.5, 2, "ü", "hint", "brief")], ["a note"], True, "a cause")
    about = {"verdicts": {"q": verdict, "r": nothing("r", {"values": 1}, "why")}, "made": MADE, "run": "earlier"}
    return Execution(**{"notebook": notebook(), "work": work_of(notebook(), resources()), **about, **more})


@pytest.fixture
def executions(tmp_path) -> Executions:
    return Executions(tmp_path, run="this")


def wrote(executions: Executions, done: Execution) -> None:
    """As a run leaves it, whose marks are written."""
    executions.keep("a", "ada", done)
    executions.write("a", "ada", "written.json", f'{{"execution": "{done.key}"}}')


def test_what_is_read_is_what_was_kept(executions):
    done = execution(faults=["late"])
    executions.keep("a", "ada", done)
    assert executions.find("a", "ada", done.key) == done
    assert executions.find("a", "boris", done.key) is None


@pytest.mark.parametrize("spoil", [lambda text: text.replace("1.5", "2.0"), lambda text: text[:-9], lambda text: "[]"])
def test_a_spoilt_file_is_none(executions, spoil):
    done = execution()
    executions.keep("a", "ada", done)
    (path,) = executions.place("a", "ada").iterdir()
    path.write_text(spoil(path.read_text()))
    assert executions.find("a", "ada", done.key) is None


def test_a_file_under_another_name_is_none(executions):
    """Such as one of other work that somebody has copied."""
    done = execution()
    executions.write("a", "ada", f"{'0' * 64}.json", done.as_json())
    assert executions.find("a", "ada", "0" * 64) is None


def test_what_cannot_be_kept_stops_nobody(executions):
    executions.keep("a", "ada", execution(by={"no": object()}))  # type: ignore[dict-item]
    (executions.folder / "plain").touch()
    dataclasses.replace(executions, folder=executions.folder / "plain").keep("a", "ada", execution())
    assert not list(executions.folder.rglob("*.json"))


def test_a_name_depends_on_the_work_and_on_what_marked_it(tmp_path):
    beside = tmp_path / "beside"
    beside.mkdir()
    work = [
        work_of(notebook(), resources()),
        work_of(notebook("x = 2"), resources()),
        work_of(notebook(), resources("boris")),
        work_of(notebook(), resources(path=str(beside))),
    ]
    (beside / "data.txt").write_text("1")
    work.append(work_of(notebook(), resources(path=str(beside))))
    (beside / "data.txt").write_text("2")
    work.append(work_of(notebook(), resources(path=str(beside))))
    assert len(set(work)) == 5 and work[0] == work[3]  # an empty folder is none
    names = {execution_key(one, made) for one in work for made in (MADE, {**MADE, "q": "second"})}
    assert len(names) == 10
    (beside / "timestamp.txt").write_text("2026-01-01 12:00:00 UTC")
    assert work_of(notebook(), resources(path=str(beside))) == work[-1]
    assert "timestamp.txt" in hash_files(beside, notebooks=True)


@pytest.fixture
def made(course_copy):
    """What would mark each question of the course's copy, read anew."""

    def of(salt: str = "salt", budgets: dict | None = None, run: tuple = (2048,)) -> dict[str, str]:
        return made_by(Course(course_copy.root).bundle(ASSIGNMENT), salt, budgets or {}, run)

    return of


def differ(one: dict, other: dict) -> set[str]:
    return {id for id in one if one[id] != other[id]}


@pytest.mark.parametrize(
    ("file", "changed"),
    [
        (f"{QUESTION}/check.py", {QUESTION}),
        (f"{QUESTION}/misconceptions.py", {QUESTION}),
        (f"{QUESTION}/alternatives/new.py", set()),
        ("shared.py", None),
        ("", None),
    ],
    ids=["a check", "a catalogue", "an alternative", "what questions share", "the master"],
)
def test_a_changed_file_concerns_its_question_or_all(course_copy, made, file, changed):
    """None: all of them."""
    before, bundle = made(), course_copy.bundle(ASSIGNMENT)
    path = bundle.checks_path / file if file else bundle.master_path
    path.parent.mkdir(exist_ok=True)
    path.write_text((path.read_text() if path.is_file() else "") + "\n")
    assert differ(before, made()) == (set(before) if changed is None else changed)


def test_draws_and_limits_concern_every_question_a_budget_its_own(made):
    before = made()
    assert differ(before, made(salt="another")) == differ(before, made(run=(4096,))) == set(before)
    assert differ(before, made(budgets={OTHER: 5.0})) == {OTHER}
    assert differ(before, made()) == set()


# --- when an earlier run is believed --------------------------------------------------------------------


def test_the_same_work_under_the_same_checks_is_believed(executions):
    wrote(executions, execution())
    asked = plan(executions, notebook(), resources(), MADE)
    assert asked.finished() is not None and asked.takes_over == {}
    assert plan(executions, notebook("x = 2"), resources(), MADE).finished() is None


@pytest.mark.parametrize(
    ("more", "faults", "believed"),
    [({}, [], True), ({}, ["late"], False), ({"anew": True}, [], False), ({"run": "earlier"}, ["late"], True)],
    ids=["without a fault", "with one", "all is to be run anew", "with one in the same run"],
)
def test_an_earlier_run_is_believed_if_no_machine_was_to_blame(executions, more, faults, believed):
    wrote(executions, execution(faults=faults))
    asked = plan(dataclasses.replace(executions, **more), notebook(), resources(), MADE)
    assert (asked.finished() is not None) == believed


def test_a_changed_check_keeps_the_verdicts_on_other_questions(executions):
    wrote(executions, execution())
    asked = plan(executions, notebook(), resources(), {**MADE, "q": "second"})
    assert set(asked.takes_over) == {"r"} and asked.finished() is None
    other_work = plan(executions, notebook("x = 2"), resources(), {**MADE, "q": "second"})
    assert other_work.takes_over == {}


def test_a_verdict_that_was_a_fault_is_not_kept(executions):
    wrote(executions, execution(faults=["late"]))
    assert plan(executions, notebook(), resources(), {**MADE, "q": "second"}).takes_over == {}


def test_one_question_anew_leaves_the_others_to_what_marked_them(executions):
    """Their checks have changed since: a later run will look at those, and must not take them for new."""
    wrote(executions, execution())
    asked = dataclasses.replace(executions, anew=True, only=frozenset({"q"}))
    now = {"q": "second", "r": "second"}
    planned = plan(asked, notebook(), resources(), now)
    assert set(planned.takes_over) == {"r"} and planned.made == {"q": "second", "r": "first check"}
    planned.keep(notebook(), execution().verdicts, [])
    wrote(executions, executions.find("a", "ada", planned.key))
    assert set(plan(executions, notebook(), resources(), now).takes_over) == {"q"}


@pytest.mark.parametrize(
    ("says", "fault"),
    [
        ("machine unfit: its speed changed 3-fold while this was trained. Not held against you", True),
        ("the check itself failed (MemoryError); a person will mark this question", True),
        ("the notebook's process stopped answering: the code did not answer in time", True),
        ("the notebook's process stopped answering: the connection was closed", False),
        ("shape (2, 3) where (3, 2) was asked for", False),
    ],
)
def test_what_says_nothing_of_the_students_work(says, fault):
    """The sentences are those of checking and of the referee; tests there hold them to what they say."""
    assert bool(faults_of(nothing("q", {"values": 1}, says))) == fault
