"""What whoever grades a class is told, with the command as it is; but for the last tests, no notebook is run for it."""

import csv
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner, Result
from nbgrader.api import Gradebook

from unrolled.checking.verdict import Line, Verdict
from unrolled.cli.main import cli
from unrolled.course.course import Course
from unrolled.grading import execute
from unrolled.grading.run_log import NAME as LOG
from unrolled.grading.stopping import STOPPED
from unrolled.grading.whole_class import ClassFolder
from unrolled.walls.machine import NO_WALL

COURSE = Course.find(__file__)
ASSIGNMENT = "01_sequences"
BUNDLE = COURSE.bundle(ASSIGNMENT)
RELEASE = COURSE.root / "release" / ASSIGNMENT / f"{BUNDLE.name}.ipynb"
CHECKED = sum(question.points for question in BUNDLE.questions.values())


@pytest.fixture(scope="module", autouse=True)
def nothing_is_run():
    """Every answer that a check marks is right. What a student is called may say what happens while hers is run."""

    def all_right(self, nb, resources, km):
        if resources["nbgrader"]["student"] in happens:
            happens[resources["nbgrader"]["student"]]()
        self.bundle, self.nb, self.sandbox, self._faults = self._load(ASSIGNMENT).bundle, nb, NO_WALL, []
        self.verdicts = {
            id: Verdict(id, [Line(idea, of, of, "right") for idea, of in question.marks.items()])
            for id, question in self.bundle.questions.items()
        }
        self._lost = self._lost_its_warm_process = ""
        self._record(nb, resources, "")
        return nb, resources

    happens: dict = {}
    with pytest.MonkeyPatch.context() as patch:
        load = execute.RefereedExecute._load

        def loaded(self, name):
            self._diagnoser = load(self, name)
            return self._diagnoser

        patch.setattr(execute.RefereedExecute, "_load", loaded)
        patch.setattr(execute.RefereedExecute, "_run", all_right)
        yield happens


@pytest.fixture(autouse=True)
def signals_are_pytests():
    """A command that was stopped ends its process when it is told again."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def hand_in(root: Path, *students: str, folder: str = ASSIGNMENT) -> None:
    for student in students:
        path = root / "submitted" / student / folder / RELEASE.name
        path.parent.mkdir(parents=True)
        shutil.copy(RELEASE, path)


def grade(root: Path, *options: str, course: Path = COURSE.root) -> Result:
    command = ["--course", str(course), "grade", ASSIGNMENT, "--folder", str(root), "--workers", "1", *options]
    return CliRunner().invoke(cli, command)


def table(root: Path) -> dict[str, dict]:
    with (root / f"{ASSIGNMENT}.csv").open(newline="", encoding="utf-8") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def has(root: Path, student: str) -> tuple:
    """All that a student has: files, and rows in the gradebook."""
    files = {
        path: path.read_bytes() for step in ("autograded", "feedback") for path in (root / step / student).rglob("*.*")
    }
    with ClassFolder(COURSE, root).gradebook as gradebook:
        known = student in {one.id for one in gradebook.students}
        grades = [grade.to_dict() for grade in _grades(gradebook, student)] if known else []
        return known, sorted(grades, key=lambda grade: grade["name"]), files


def _grades(gradebook: Gradebook, student: str):
    return gradebook.find_submission(ASSIGNMENT, student).notebooks[0].grades


@pytest.fixture(scope="module")
def odd_class(tmp_path_factory):
    """Its folder and what the command said: ada, in order; boris, in other capitals; chen, a PDF; dora, a folder of
    another name; emre, who has two; a file of nobody's."""
    root = tmp_path_factory.mktemp("odd")
    hand_in(root, "ada", "emre", "=1+1")
    hand_in(root, "boris", folder="01_Sequences")
    hand_in(root, "dora", "emre", folder="1-sequences")
    hand_in(root, "chen")
    path = root / "submitted/chen" / ASSIGNMENT / RELEASE.name
    path.unlink()
    path.with_name("work.pdf").write_bytes(b"%PDF-1.4 and so on")
    (root / "submitted/who.ipynb").write_text("{}")
    return root, grade(root)


def test_everything_handed_in_is_listed_and_what_has_no_mark_has_no_score(odd_class):
    rows = table(odd_class[0])
    assert {name: (row["score"], row["status"]) for name, row in rows.items()} == {
        "ada": (f"{CHECKED:.1f}", "marked"),
        "emre": (f"{CHECKED:.1f}", "marked"),
        "=1+1": (f"{CHECKED:.1f}", "marked"),
        **dict.fromkeys(("boris", "chen", "dora"), ("", "not marked")),
    }
    assert "rename the folder" in rows["boris"]["remarks"] and "rename the folder to 01_seq" in rows["dora"]["remarks"]
    assert rows["emre"]["remarks"].startswith("not looked at: submitted/emre/1-sequences")


def test_the_output_ends_with_who_has_no_mark_and_the_status_says_so(odd_class):
    root, said = odd_class
    end = said.output[said.output.index("not marked (2)") :]
    assert said.exit_code == 1
    assert "boris, 01_sequences: " in end and "chen, 01_sequences: " in end and "work.pdf" in end
    assert "then: unrolled grade 01_sequences --student=boris --student=chen" in end
    assert "submitted/dora/1-sequences: no assignment is called that: rename the folder to 01_sequences" in end
    assert "submitted/who.ipynb: a file of nobody's" in end
    assert (root / "feedback/chen" / ASSIGNMENT / f"{BUNDLE.name}.html").read_text().count("not a mark of 0") == 1


def test_what_lies_in_the_wrong_place_is_in_no_gradebook(odd_class):
    """Whose it is, and what for, is a guess."""
    assert has(odd_class[0], "dora") == (False, [], {}) and has(odd_class[0], "ada")[0]


def test_without_a_terminal_there_is_one_plain_line_for_each(odd_class):
    lines = odd_class[1].output.splitlines()
    assert lines[0] == f"1 of 5 01_sequences =1+1 {CHECKED:g} of 100"
    assert [line.split()[0] for line in lines[:5]] == ["1", "2", "3", "4", "5"]
    assert "\x1b" not in odd_class[1].output and "\r" not in odd_class[1].output


def test_the_log_has_a_line_for_each_and_why(odd_class):
    lines = (odd_class[0] / LOG).read_text(encoding="utf-8").splitlines()
    assert "begins: 5 submissions" in lines[0] and "ends: 5 graded, 2 of them not marked" in lines[-1]
    assert sum(" chen: not marked; " in line and "work.pdf" in line for line in lines) == 1
    assert (
        sum(" ada: marked; " in line for line in lines) == 1 and sum("submitted/dora/" in line for line in lines) == 1
    )


def test_nobody_makes_no_student_and_an_unknown_name_does_nothing(odd_class):
    root, _ = odd_class
    before = table(root)
    said = grade(root, "--student", "adda")
    assert "did you mean 'ada'?" in str(said.exception) and table(root) == before
    assert not has(root, "adda")[0] and not (root / "feedback/adda").exists()


def test_a_persons_mark_is_what_everybody_sees(odd_class, tmp_path):
    """The check gave full marks; a person took all but one away."""
    root = tmp_path / "class"
    shutil.copytree(odd_class[0], root)
    question = next(iter(BUNDLE.questions))
    of = BUNDLE.questions[question].points
    with ClassFolder(COURSE, root).gradebook as gradebook:
        next(g for g in _grades(gradebook, "ada") if g.name == f"test_{question}").manual_score = 1.0
        gradebook.db.commit()
    said = grade(root, "--student", "ada")
    (line,) = [line for line in said.output.splitlines() if line.startswith("│ ada")]
    assert [part.strip() for part in line.split("│")][2] == "1*" and "* set by a person" in said.output
    assert float(table(root)["ada"]["score"]) == CHECKED - of + 1


# --- Ctrl-C ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def marked_once(tmp_path_factory):
    root = tmp_path_factory.mktemp("once")
    hand_in(root, "boris")
    assert grade(root).exit_code == 0
    return root


def stop_at(student: str, marked_once: Path, root: Path, happens: dict) -> tuple[Path, Result, tuple]:
    """Boris has marks; Ada and Chen are new. Somebody presses Ctrl-C while this student's notebook is run.

    The class's folder, what the command said, and what the student had before.
    """
    shutil.copytree(marked_once, root)
    hand_in(root, "ada", "chen")
    before = has(root, student)
    (root / "submitted/boris" / ASSIGNMENT / "timestamp.txt").write_text("2026-01-02 03:04:05 UTC")
    happens[student] = lambda: signal.raise_signal(signal.SIGINT)
    try:
        return root, grade(root, "--force"), before  # boris has handed in nothing new
    finally:
        happens.clear()


@pytest.fixture(scope="module")
def stopped(marked_once, tmp_path_factory, nothing_is_run):
    return stop_at("boris", marked_once, tmp_path_factory.mktemp("stopped") / "class", nothing_is_run)


def timestamps(root: Path) -> dict:
    with ClassFolder(COURSE, root).gradebook as gradebook:
        return {one.student.id: one.timestamp for one in gradebook.assignment_submissions(ASSIGNMENT)}


def test_ctrl_c_leaves_who_is_being_marked_as_she_was(stopped):
    root, said, before = stopped
    assert said.exit_code == STOPPED and has(root, "boris") == before and timestamps(root)["boris"] is None


def test_ctrl_c_makes_no_student_of_a_new_one(marked_once, tmp_path, nothing_is_run):
    root, said, before = stop_at("chen", marked_once, tmp_path / "class", nothing_is_run)
    assert said.exit_code == STOPPED and has(root, "chen") == before == (False, [], {})
    assert timestamps(root)["boris"] is not None  # the control: he was marked anew


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(stopped):
    root, said, _ = stopped
    assert has(root, "ada")[0] and not has(root, "chen")[0]
    assert "stopped: 1 of 3 are graded and keep their marks; to go on: unrolled" in said.output.splitlines()[-1]
    rows = table(root)
    assert [rows[name]["status"] for name in ("ada", "boris", "chen")] == ["marked", "marked", "not marked"]
    assert rows["chen"]["score"] == "" and "not graded yet" in rows["chen"]["remarks"]
    assert (root / LOG).read_text().splitlines()[-1].endswith("stopped: 1 of 3 are graded")


def test_going_on_marks_the_rest(stopped, tmp_path):
    root = tmp_path / "class"
    shutil.copytree(stopped[0], root)
    assert grade(root).exit_code == 0
    assert {row["status"] for row in table(root).values()} == {"marked"}


def test_what_is_being_written_is_written_to_its_end(marked_once, tmp_path, monkeypatch):
    """The signal comes while nbgrader makes the page: the marks are in the gradebook by then."""
    root = tmp_path / "class"
    shutil.copytree(marked_once, root)
    hand_in(root, "ada", "chen")
    from unrolled.reports import feedback

    page = feedback.page
    monkeypatch.setattr(feedback, "page", lambda *given: (signal.raise_signal(signal.SIGINT), page(*given))[1])
    said = grade(root)
    assert said.exit_code == STOPPED and "1 of 3 are graded" in said.output
    assert has(root, "ada")[0] and len(has(root, "ada")[2]) == 2 and not has(root, "chen")[0]


# --- the course's own folder -----------------------------------------------------------------------------------


def test_late_days_are_nbgraders_and_git_sees_nothing_of_a_run(course_copy):
    """One is late by the gradebook's date, and loses all. The class lies in the course's folder."""
    root = course_copy.root
    shutil.copy(COURSE.root / ".gitignore", root)
    config = root / "nbgrader_config.py"
    config.write_text(config.read_text() + '\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    subprocess.run("git init -q && git add -A", shell=True, cwd=root, check=True)
    hand_in(root, "ada", "boris")
    for student, day in (("ada", "01"), ("boris", "03")):
        (root / "submitted" / student / ASSIGNMENT / "timestamp.txt").write_text(f"2026-01-{day} 12:00:00 UTC")
    with ClassFolder(course_copy, root).gradebook as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2026-01-02 12:00:00 UTC")
    said = grade(root, course=root)
    rows = table(root)
    names = ("raw_score", "late_submission_penalty", "score", "late")
    assert [rows["ada"][name] for name in names] == [f"{CHECKED:.1f}", "0.0", f"{CHECKED:.1f}", ""]
    assert [rows["boris"][name] for name in names] == [f"{CHECKED:.1f}", f"{CHECKED:.1f}", "0.0", "1 day, 0:00:00"]
    assert f"(late by 1 day, 0:00:00, {CHECKED:g} off)" in said.output
    seen = subprocess.run(["git", "status", "--porcelain"], cwd=root, text=True, capture_output=True, check=True).stdout
    assert [line for line in seen.splitlines() if not line.startswith("A ")] == []


# --- with a notebook that runs ---------------------------------------------------------------------------------


@pytest.fixture
def short_path():
    """A folder for temporary files whose name leaves room for those of sockets."""
    with tempfile.TemporaryDirectory(prefix="u-", dir="/tmp") as folder:
        yield Path(folder)


@pytest.mark.parametrize("command", ["grade", "mark"])
def test_nothing_is_left_of_a_command_that_is_stopped(short_path, command):
    """By a terminal, which sends Ctrl-C to all of its processes; and no traceback of any is seen."""
    tmp_path = short_path
    notebook = nbformat.read(RELEASE, as_version=4)
    notebook.cells.insert(1, nbformat.v4.new_code_cell("import time\ntime.sleep(100)"))
    for student in ("ada", "boris"):
        hand_in(tmp_path, student)
        path = tmp_path / "submitted" / student / ASSIGNMENT / RELEASE.name
        nbformat.write(notebook, path)
    arguments = {"mark": [str(path)], "grade": [ASSIGNMENT, "--folder", str(tmp_path), "--workers", "2"]}[command]
    run = subprocess.Popen(
        [sys.executable, "-m", "unrolled", command, *arguments],
        cwd=COURSE.root,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    until = time.monotonic() + 300
    while not list(tmp_path.glob("unrolled-run-*/notebook-*")) and time.monotonic() < until:
        time.sleep(0.1)
    time.sleep(2)
    os.killpg(run.pid, signal.SIGINT)
    said, _ = run.communicate(timeout=90)
    assert run.returncode == STOPPED and "Traceback" not in said and "stopped" in said
    assert os.path.exists(tmp_path / "gradebook.db") == (command == "grade")
    while (left := processes_with(str(tmp_path))) and time.monotonic() < until:
        time.sleep(0.1)
    assert left == []


def processes_with(text: str) -> list[str]:
    """The command lines and environments of processes that have it in them."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            said = (place / "cmdline").read_bytes() + (place / "environ").read_bytes()
        except OSError:
            continue
        if text.encode() in said:
            found.append(f"{place.name}: {said[:200]!r}")
    return found
