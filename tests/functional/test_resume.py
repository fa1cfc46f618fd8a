"""What a run has done stays done: the next one goes on from its files, and writes only what is new.

Notebooks are not run here but where a test says so: each stands in with a verdict of the test's choosing.
"""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import click
import pytest
from nbgrader.apps import NbGraderAPI

from unrolled.checking.verdict import Line, Verdict
from unrolled.cli.options import of_questions
from unrolled.course.course import Course
from unrolled.course.errors import CourseError
from unrolled.grading import execute, patience, whole_class
from unrolled.grading.executions import FOLDER, WRITTEN
from unrolled.grading.whole_class import ClassFolder, Result, grade, running_ahead, write_csv
from unrolled.walls.machine import NO_WALL

COURSE = Course.find(__file__)
sys.path.insert(0, str(COURSE.root / "examples"))
from demo_class import CLASSES, make_class  # noqa: E402

ASSIGNMENT, QUESTION = "01_sequences", "vocabulary"
BUNDLE = COURSE.bundle(ASSIGNMENT)
EVERYBODY = ["boris", "chen"]
MARKS = (
    "select s.student_id, c.name, g.auto_score, g.manual_score, g.needs_manual_grade from grade g"
    " join submitted_notebook n on g.notebook_id = n.id"
    " join submitted_assignment s on n.assignment_id = s.id join base_cell c on g.cell_id = c.id"
)
CHECKED = sum(question.points for question in BUNDLE.declared.values())


@dataclass
class Stage:
    """Stands in for running notebooks. ran: whose would have been; share: of its points that every question earns."""

    ran: list[str] = field(default_factory=list)
    share: float = 1.0
    faults: list[str] = field(default_factory=list)

    def run(self, executor, nb, resources, km):
        self.ran.append(resources["nbgrader"]["student"])
        executor.bundle, executor.sandbox, executor._ended, executor._lost = BUNDLE, NO_WALL, {}, ""
        executor._lost_its_warm_process = False
        executor.verdicts = {
            id: Verdict(
                id, [Line(idea, self.share * of, of, "as the test says") for idea, of in question.marks.items()]
            )
            for id, question in BUNDLE.questions.items()
        }
        executor._faults += self.faults
        executor._record(nb, resources, "")
        return nb, resources


@pytest.fixture(scope="module")
def patched():
    """The stage of the test that runs now, at the place of every notebook's kernel."""
    now = [Stage()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            execute.RefereedExecute, "_run", lambda self, nb, resources, km: now[0].run(self, nb, resources, km)
        )
        yield now


def hand_in(root: Path) -> None:
    make_class(COURSE, root, ASSIGNMENT)
    for student in {student.name for student in CLASSES[ASSIGNMENT]} - set(EVERYBODY):
        shutil.rmtree(root / "submitted" / student)


@pytest.fixture(scope="module")
def graded_once(tmp_path_factory, patched) -> Path:
    """The demo class after its first run."""
    root = tmp_path_factory.mktemp("class")
    hand_in(root)
    assert run(root)[0].score == CHECKED and patched[0].ran == EVERYBODY
    return root


@pytest.fixture
def place(graded_once, tmp_path, patched) -> Path:
    """The class as the first run left it, in a folder of its own."""
    patched[0] = Stage()
    shutil.copytree(graded_once, tmp_path / "class")
    return tmp_path / "class"


@pytest.fixture
def real_pages(place, patched) -> Stage:
    return patched[0]


@pytest.fixture
def stage(real_pages, monkeypatch) -> Stage:
    """Where neither the page nor the master's cells matter: they take most of the time."""

    def page(self, assignment, student):
        path = Path(self.config.CourseDirectory.feedback_directory, student, assignment, f"{BUNDLE.name}.html")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a page")
        return {"success": True}

    monkeypatch.setattr(NbGraderAPI, "generate_feedback", page)
    monkeypatch.setattr(whole_class, "tell_gradebook", lambda *_: None)
    return real_pages


def run(root: Path, students: list[str] | None = None, **more) -> list[Result]:
    """One run of `unrolled grade` in this process. anew: --force, or --question where it is a list of them."""
    folder = ClassFolder(COURSE, root, more.get("db_url", ""))
    folder.patience.seconds = more.get("seconds", 60)
    folder.patience.say = more.get("say", print)
    if "anew" in more:
        folder.mark_anew(more["anew"])
    return grade(folder, ASSIGNMENT, students, done=more.get("done", lambda result: None))


def executions(root: Path, student: str) -> list[Path]:
    return [path for path in (root / FOLDER / ASSIGNMENT / student).iterdir() if path.name != WRITTEN]


def add_a_cell(root: Path, student: str) -> None:
    """To what was handed in."""
    path = ClassFolder(COURSE, root).notebook("submitted", student, ASSIGNMENT)
    notebook = json.loads(path.read_text())
    notebook["cells"].append({"cell_type": "markdown", "id": "own", "metadata": {}, "source": ["mine"]})
    path.write_text(json.dumps(notebook))


def of_gradebook(root: Path) -> list[tuple]:
    """Every row that is a mark, as bench/killed.py compares them."""
    with sqlite3.connect(root / "gradebook.db") as database:
        return sorted((*row[:-1], bool(row[-1])) for row in database.execute(MARKS))


@pytest.fixture
def written(monkeypatch) -> list[str]:
    """What nbgrader was asked to write: ("autograde", student) and so on, a list that grows."""
    asked: list = []
    for step in ("autograde", "generate_feedback"):
        usual = getattr(NbGraderAPI, step)

        def noting(self, assignment, student, usual=usual, step=step, **more):
            asked.append((step, student))
            return usual(self, assignment, student, **more)

        monkeypatch.setattr(NbGraderAPI, step, noting)
    monkeypatch.setattr(
        whole_class, "tell_gradebook", lambda *_, usual=whole_class.tell_gradebook: (asked.append("told"), usual(*_))
    )
    return asked


# --- unchanged work -------------------------------------------------------------------------------------


def test_a_second_run_over_an_unchanged_class_runs_nothing_and_writes_nothing(place, stage, written):
    before = of_gradebook(place)
    results = run(place)
    assert stage.ran == [] and written == []
    assert [(result.student, result.score) for result in results] == [(name, CHECKED) for name in EVERYBODY]
    assert all(result.unchanged and result.feedback.is_file() for result in results)
    assert of_gradebook(place) == before


def test_a_second_run_starts_no_process(place, monkeypatch):
    """With workers, too: neither they nor the process that kernels are forked from."""
    monkeypatch.setattr(whole_class, "Ahead", started := type("Watched", (whole_class.Ahead,), {}))
    folder = ClassFolder(COURSE, place)
    with running_ahead(folder, [(ASSIGNMENT, name) for name in EVERYBODY], workers=2) as ahead:
        assert isinstance(ahead, started) and all(r.unchanged for r in grade(folder, ASSIGNMENT, ahead=ahead))
        assert "_pool" not in vars(ahead)


def test_only_who_handed_in_anew_is_run(place, stage, written):
    add_a_cell(place, "chen")
    results = run(place)
    assert stage.ran == ["chen"] and written == ["told", ("autograde", "chen"), ("generate_feedback", "chen")]
    assert [result.unchanged for result in results] == [name != "chen" for name in EVERYBODY]


def test_a_persons_mark_stands_and_makes_the_page_alone_anew(place, real_pages, written):
    with ClassFolder(COURSE, place).gradebook as gradebook:
        mark = gradebook.find_grade(f"test_{QUESTION}", BUNDLE.name, ASSIGNMENT, "boris")
        mark.manual_score, mark.needs_manual_grade = 0.5, False
        gradebook.find_comment(next(iter(BUNDLE.by_hand)), BUNDLE.name, ASSIGNMENT, "chen").manual_comment = "Well put."
        gradebook.db.commit()
    before = of_gradebook(place)
    boris, chen = run(place)
    assert real_pages.ran == [] and written == [("generate_feedback", "boris"), ("generate_feedback", "chen")]
    assert boris.score == CHECKED - BUNDLE.declared[QUESTION].points + 0.5 and of_gradebook(place) == before
    assert "Well put." in chen.feedback.read_text(encoding="utf-8")


@pytest.mark.parametrize("lost", ["gradebook.db", f"autograded/boris/{ASSIGNMENT}"])
def test_what_was_lost_is_written_again_from_the_file(place, real_pages, lost):
    before = of_gradebook(place)
    path = place / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert [result.score for result in run(place)] == [CHECKED] * len(EVERYBODY)
    assert real_pages.ran == [] and of_gradebook(place) == before


def test_a_deadline_that_moved_is_written_and_nothing_is_run(place, stage, written):
    with ClassFolder(COURSE, place).gradebook as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2020-01-01 12:00:00 UTC")
    run(place, ["boris"])
    assert stage.ran == [] and ("autograde", "boris") in written


def test_a_spoilt_file_is_run_again(place, stage):
    (path,) = executions(place, "boris")
    path.write_text(path.read_text().replace('"earned": ', '"earned": 9'))
    shutil.rmtree(place / "autograded")
    assert [result.trouble for result in run(place)] == [""] * len(EVERYBODY)
    assert stage.ran == ["boris"]


# --- what has to be run again ---------------------------------------------------------------------------


def test_force_runs_everything_anew(place, stage):
    stage.share = 0.0
    assert [result.score for result in run(place, anew=[])] == [0] * len(EVERYBODY) and stage.ran == EVERYBODY


def test_one_question_is_marked_anew_and_the_others_keep_their_verdicts(place, stage):
    """Control: the run gave no question a point. What comes of it stands in the next run, too."""
    stage.share = 0.0
    (result,) = run(place, ["boris"], anew=[QUESTION])
    lost = {question["id"] for question in result.report["questions"] if question["points"] == 0}
    assert lost == {QUESTION} and result.score == CHECKED - BUNDLE.declared[QUESTION].points
    assert run(place, ["boris"])[0].unchanged and stage.ran == ["boris"]


def test_one_question_of_a_changed_notebook_is_marked_with_all_the_others(place, stage):
    """Verdicts on other work are not hers any more."""
    stage.share = 0.0
    add_a_cell(place, "boris")
    assert run(place, ["boris"], anew=[QUESTION])[0].score == 0


def test_a_changed_check_marks_its_own_question_anew(place, stage, monkeypatch):
    usual = execute.made_by
    monkeypatch.setattr(execute, "made_by", lambda *about: {**usual(*about), QUESTION: "another"})
    stage.share = 0.0
    results = run(place)
    assert stage.ran == EVERYBODY
    assert {r.score for r in results} == {CHECKED - BUNDLE.declared[QUESTION].points}
    assert all(result.unchanged for result in run(place))


def test_a_machines_fault_counts_in_its_run_and_is_run_again_in_the_next(place, stage):
    """Until one is without: that one stays."""
    stage.share, stage.faults = 0.0, ["cell vocabulary took too long"]
    assert run(place, ["boris"], anew=[])[0].score == 0
    stage.share, stage.faults = 1.0, []
    assert run(place, ["boris"])[0].score == CHECKED
    assert run(place, ["boris"])[0].unchanged and stage.ran == ["boris", "boris"]


def test_a_question_is_looked_for_before_anything_is_done():
    assert of_questions(COURSE, (), (QUESTION,)) == (ASSIGNMENT,) and of_questions(COURSE, ("a",), ()) == ("a",)
    with pytest.raises(CourseError, match=f"did you mean '{QUESTION}'"):
        of_questions(COURSE, (), ("vocabulari",))
    with pytest.raises(click.BadParameter, match="in words"):
        of_questions(COURSE, (), (next(iter(BUNDLE.by_hand)),))


# --- the files ------------------------------------------------------------------------------------------


def test_executions_are_for_the_grader_alone_and_for_no_repository(place):
    top = place / FOLDER
    assert top.stat().st_mode & 0o777 == 0o700 and (top / ".gitignore").read_text() == "*\n"
    assert {path.stat().st_mode & 0o777 for path in top.rglob("*.json")} == {0o600}


def test_no_notebook_can_have_them_in_a_folder_that_it_may_read(place):
    """The class's folder may be another than the course's."""
    folder = ClassFolder(COURSE, place)
    places = execute.RefereedExecute(config=folder.config)
    places.bundle = BUNDLE
    hidden = execute.wall_in(place / "scratch", places._places()).hidden
    assert {str(root / name) for root in (place, COURSE.root) for name in (".cache", "submitted")} <= set(hidden)


def test_one_execution_is_kept_of_a_submission_and_none_of_who_left(place, stage):
    (before,) = executions(place, "chen")
    (before.parent / ".writing-left-by-a-kill").touch()
    add_a_cell(place, "chen")
    shutil.rmtree(place / "submitted/boris")
    run(place)
    (after,) = executions(place, "chen")
    assert after != before and not (place / FOLDER / ASSIGNMENT / "boris").exists()


def test_two_with_the_same_file_stay_two(place, stage):
    for name in ("xu", "yan"):
        shutil.copytree(place / "submitted/boris", place / "submitted" / name)
    run(place)
    assert stage.ran == ["xu", "yan"]
    assert len({path.name for name in ("boris", "xu", "yan") for path in executions(place, name)}) == 3


# --- a run that was ended -------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["autograde", "generate_feedback"])
def test_what_was_ended_while_it_was_written_is_written_from_its_file(place, stage, monkeypatch, step):
    """As a kill would leave it: the marks are half there, and nothing is noted of them."""
    before = of_gradebook(place)

    def killed(self, *_, **__):
        for path in (place / "autograded/boris").rglob("*.ipynb") if step == "autograde" else []:
            path.chmod(0o600)
            path.write_text("{")
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(NbGraderAPI, step, killed)
        with pytest.raises(SystemExit):
            run(place, ["boris"], anew=[])
    stage.ran.clear()
    (result,) = run(place, ["boris"])
    assert result.score == CHECKED and stage.ran == [] and of_gradebook(place) == before


# --- the gradebook does not answer ----------------------------------------------------------------------


def locked(root: Path, seconds: float) -> subprocess.Popen:
    """Another program that has the gradebook to itself, from now on."""
    code = (
        "import sqlite3, sys, time\n"
        "database = sqlite3.connect(sys.argv[1]); database.execute('begin exclusive'); print('now', flush=True)\n"
        "time.sleep(float(sys.argv[2])); database.rollback()"
    )
    command = [sys.executable, "-c", code, str(root / "gradebook.db"), str(seconds)]
    program = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert program.stdout.readline() == "now\n"
    return program


def impatient(root: Path) -> str:
    """A gradebook for which SQLite by itself waits a tenth of a second."""
    return f"sqlite:///{root / 'gradebook.db'}?timeout=0.1"


@pytest.mark.parametrize("when", ["before", "in between"])
def test_a_locked_gradebook_is_waited_for(place, stage, monkeypatch, when):
    monkeypatch.setattr(patience, "TOLD_AFTER", 0.5)
    before, said, others = of_gradebook(place), [], []
    shutil.rmtree(place / "autograded")  # all is to be written

    def lock(result=None) -> None:
        if not others:
            others.append(locked(place, 2))

    if when == "before":
        lock()
    results = run(place, db_url=impatient(place), say=said.append, done=lock)
    assert [(result.score, result.trouble) for result in results] == [(CHECKED, "")] * len(EVERYBODY)
    assert len(said) == 1 and "locked by another program" in said[0] and "60 s at most" in said[0]
    assert others[0].wait() == 0 and of_gradebook(place) == before and stage.ran == []


def test_a_gradebook_that_stays_locked_costs_no_mark_and_the_next_run_writes_it(place, stage):
    """Who could not be marked is listed so, and nobody's points are taken back."""
    before, folder = of_gradebook(place), ClassFolder(COURSE, place)
    shutil.rmtree(place / "autograded")
    with locked(place, 60) as other:
        results = run(place, db_url=impatient(place), seconds=0.5)
        other.kill()
    assert all("locked by another program" in result.trouble for result in results)
    assert of_gradebook(place) == before
    assert "not marked: the gradebook is locked" in write_csv(folder, ASSIGNMENT, results).read_text()
    assert [result.score for result in run(place)] == [CHECKED] * len(EVERYBODY) and stage.ran == []


def test_nobody_waits_again_for_a_gradebook_that_was_waited_for_in_vain():
    waits, tries = patience.Patience(say=print), []
    waits.seconds = 0.3

    def refused():
        tries.append(1)
        raise patience.DBAPIError("select", {}, Exception("database is locked"))

    for expected in (lambda count: count > 1, lambda count: count == 1):
        tries.clear()
        with pytest.raises(patience.GradebookAway):
            waits.ask(refused)
        assert expected(len(tries))
    assert waits.ask(lambda: "again") == "again" and not waits._in_vain


def test_another_fault_of_a_database_is_not_waited_for():
    def broken():
        raise patience.DBAPIError("select", {}, Exception("no such table: grade"))

    with pytest.raises(patience.DBAPIError):
        patience.Patience().ask(broken)


def test_a_class_elsewhere_has_its_gradebook_there_and_the_configured_one_is_the_courses(course_copy, tmp_path):
    config = course_copy.root / "nbgrader_config.py"
    config.write_text(config.read_text() + '\nc.CourseDirectory.db_url = "postgresql://there/marks"\n')
    elsewhere = tmp_path / "elsewhere"
    assert ClassFolder(course_copy, course_copy.root).config.CourseDirectory.db_url == "postgresql://there/marks"
    assert ClassFolder(course_copy, elsewhere).config.CourseDirectory.db_url == f"sqlite:///{elsewhere}/gradebook.db"
    assert ClassFolder(course_copy, elsewhere, "sqlite:///other").config.CourseDirectory.db_url == "sqlite:///other"


# --- a gradebook on a server ----------------------------------------------------------------------------


class Server:
    """A PostgreSQL server of the test's own, reached through a socket in its folder."""

    def __init__(self, programs: Path) -> None:
        self.programs, self.folder = programs, Path(tempfile.mkdtemp(prefix="pg-"))
        self.user = "nobody" if os.geteuid() == 0 else None  # it refuses to run as root
        self.folder.chmod(0o777)
        self.url = f"postgresql+psycopg://marks@/postgres?host={self.folder}"

    def run(self, program: str, *arguments: str) -> None:
        command = [self.programs / program, "-D", self.folder / "data", *arguments]
        subprocess.run(command, check=True, user=self.user, stdout=subprocess.DEVNULL, cwd=self.folder)

    def start(self) -> None:
        self.run("pg_ctl", "-w", "-l", f"{self.folder}/log", "-o", f"-k {self.folder} -h '' -F", "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-w", "-m", "immediate", "stop")


@pytest.fixture(scope="module")
def server():
    pytest.importorskip("psycopg", reason="psycopg is not installed: no gradebook on a server is tested")
    found = [shutil.which("initdb"), *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")))]
    programs = next((Path(path).resolve().parent for path in found if path), None)
    if programs is None:
        pytest.skip("no initdb here (apt-get install postgresql): no gradebook on a server is tested")
    one = Server(programs)
    one.run("initdb", "-U", "marks", "-A", "trust", "--no-sync")
    one.start()
    yield one
    one.stop()
    shutil.rmtree(one.folder, ignore_errors=True)


def on_server(server: Server) -> list[tuple]:
    import psycopg

    with psycopg.connect(server.url.replace("+psycopg", "")) as connection, connection.cursor() as cursor:
        cursor.execute(MARKS)
        return sorted(cursor.fetchall())


def test_marks_go_to_the_server_and_a_restart_in_between_only_delays_them(place, real_pages, server):
    """nbgrader's issue 1661: no row may land in SQLite. The rows are those that SQLite had."""
    expected = of_gradebook(place)
    (place / "gradebook.db").unlink()
    others = []

    def restart(result: Result) -> None:
        """After the first is marked; it comes back while the second is waiting for it."""
        if not others:
            server.stop()
            others.append(threading.Timer(1, server.start))
            others[0].start()

    results = run(place, db_url=server.url, done=restart)
    others[0].join()
    assert [(result.score, result.trouble) for result in results] == [(CHECKED, "")] * len(EVERYBODY)
    assert on_server(server) == expected and real_pages.ran == []
    assert not list(place.glob("*.db"))
    assert all(result.unchanged for result in run(place, db_url=server.url))


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("sqlite:////no/such/folder/gradebook.db", "unable to open database file"),
        ("nonsense", "Could not parse"),
        ("postgresql+nodriver://ada:hush@there/marks", "nodriver"),
    ],
)
def test_a_gradebook_that_can_never_be_opened_is_told_at_once(place, stage, url, told):
    with pytest.raises(CourseError, match=told) as stopped:
        run(place, db_url=url)
    assert "hush" not in str(stopped.value) and stage.ran == []


def test_a_server_that_refuses_is_not_waited_for(place, stage, server):
    with pytest.raises(CourseError, match='database "other" does not exist'):
        run(place, db_url=server.url.replace("/postgres?", "/other?"))


# --- a real kill ----------------------------------------------------------------------------------------


def command(root: Path) -> list[str]:
    return [sys.executable, "-m", "unrolled", "grade", ASSIGNMENT, "--folder", str(root), "--unsandboxed", "--workers"]


def ended_once_there_is(path: Path, root: Path) -> None:
    """`kill -9`, in the middle of a run."""
    process = subprocess.Popen([*command(root), "2"], cwd=COURSE.root, stdout=subprocess.DEVNULL)
    until = time.monotonic() + 300
    while not list(path.glob("*/*.json")) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


def test_a_killed_run_goes_on_where_it_stopped(tmp_path):
    """Nothing is staged here: notebooks, workers and the kill are real."""
    hand_in(tmp_path)
    ended_once_there_is(tmp_path / FOLDER / ASSIGNMENT, tmp_path)
    there = {path: path.stat().st_mtime_ns for path in (tmp_path / FOLDER / ASSIGNMENT).glob("*/*.json")}
    assert there
    done = subprocess.run([*command(tmp_path), "1"], cwd=COURSE.root, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert {path: path.stat().st_mtime_ns for path in there if path.name != WRITTEN}.items() <= there.items()
    with ClassFolder(COURSE, tmp_path).gradebook as gradebook:
        scores = {s.student.id: s.score for s in gradebook.assignment_submissions(ASSIGNMENT)}
    assert scores == {s.name: sum(s.points(BUNDLE).values()) for s in CLASSES[ASSIGNMENT] if s.name in EVERYBODY}
