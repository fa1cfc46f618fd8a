"""The doctor on the way to a mark: nbgrader's own converter, the table, the page; kernels that end before their time.

What it makes of cells and files is held in tests/unit/test_doctor_*.py, which start nothing.
"""

import csv
import json
import shutil
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from nbconvert.exporters.exporter import ResourcesDict
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from unrolled.cli.main import cli
from unrolled.course.course import Course
from unrolled.course.errors import SubmissionError
from unrolled.course.nbgrader_config import course_directory, load_config
from unrolled.grading.execute import RefereedExecute, code_cells
from unrolled.grading.mended import MendedExporter, mend_submission
from unrolled.grading.notebook import mark_file
from unrolled.grading.table import write_table
from unrolled.grading.whole_class import ClassFolder, grade, tell_gradebook, write_csv

COURSE = Course.find(__file__)
ASSIGNMENT, NAME = "02_manual_rnn", "manual_rnn.ipynb"
BUNDLE = COURSE.bundle(ASSIGNMENT)
EMBEDDING, CELL = "manual_embedding", "manual_rnn_cell"


def answered(*own: str, before: str = CELL, **answers: str):
    """The release with some answers, and with cells of the student's own before one of them."""
    notebook = nbformat.read(COURSE.root / "release" / ASSIGNMENT / NAME, as_version=4)
    for cell in notebook.cells:
        cell.source = answers.get(cell.id, cell.source)
    place = next(index for index, cell in enumerate(notebook.cells) if cell.id == before)
    notebook.cells[place:place] = [nbformat.v4.new_code_cell(source) for source in own]
    return notebook


TWO = {id: BUNDLE.answers[id] for id in (EMBEDDING, CELL)}
BOTH = {EMBEDDING: 8, CELL: 12}


def hand_in(folder: Path, student: str, notebook, name: str = NAME) -> Path:
    path = folder / student / ASSIGNMENT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(notebook if isinstance(notebook, str) else nbformat.writes(notebook), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def knows_the_assignment(tmp_path_factory) -> Path:
    """A gradebook with the master's cells in it, made once: making one takes seconds."""
    folder = ClassFolder(COURSE, tmp_path_factory.mktemp("gradebook"))
    tell_gradebook(folder, ASSIGNMENT)
    return folder.folder / "gradebook.db"


@pytest.fixture
def class_folder(knows_the_assignment, tmp_path) -> ClassFolder:
    shutil.copy(knows_the_assignment, tmp_path / "gradebook.db")
    return ClassFolder(COURSE, tmp_path)


# --- nbgrader's own way -------------------------------------------------------------------------------------


@pytest.fixture
def converters(class_folder, tmp_path):
    """nbgrader's own Autograde over a class of three, with nothing executed."""
    doubled = answered(**TWO)
    doubled.cells.insert(30, doubled.cells[next(i for i, c in enumerate(doubled.cells) if c.id == CELL)].copy())
    hand_in(tmp_path / "submitted", "doubled", doubled)
    hand_in(tmp_path / "submitted", "renamed", answered(**TWO), "manual_rnn (1).ipynb")
    hand_in(tmp_path / "submitted", "script", "import torch", NAME)
    (tmp_path / "salt").write_text("secret")
    (tmp_path / "submitted/doubled" / ASSIGNMENT / "data.txt").symlink_to(tmp_path / "salt")
    config = load_config(
        COURSE, submitted_directory=tmp_path / "submitted", autograded_directory=tmp_path / "autograded"
    )
    config.CourseDirectory.db_url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    config.Autograde.autograde_preprocessors = []
    return tmp_path, config


def test_nbgrader_itself_gets_what_the_doctor_wrote(converters):
    """As formgrader's button calls it, one student after the other."""
    root, config = converters
    coursedir = course_directory(config, ASSIGNMENT)
    api = NbGraderAPI(coursedir, config=config)
    assert api.autograde(ASSIGNMENT, "doubled")["success"]
    made = root / "autograded/doubled" / ASSIGNMENT
    assert [path.name for path in made.iterdir()] == [NAME]  # no data.txt
    notebook = nbformat.read(made / NAME, as_version=4)
    assert [cell.metadata.nbgrader.grade_id for cell in notebook.cells if "nbgrader" in cell.metadata] == [
        cell.id for cell in BUNDLE.cells if cell.id
    ]
    assert api.autograde(ASSIGNMENT, "renamed")["success"]
    assert (root / "autograded/renamed" / ASSIGNMENT / NAME).is_file()
    assert coursedir.submitted_directory == str(root / "submitted")  # the app's own is left as it was


def test_a_refused_one_is_an_error_of_its_own_and_keeps_no_old_mark(converters):
    _, config = converters
    with Gradebook(config.CourseDirectory.db_url) as gradebook:
        gradebook.update_or_create_student("script")
        for grade in gradebook.update_or_create_submission(ASSIGNMENT, "script").notebooks[0].grades:
            grade.auto_score = 1.0
        gradebook.db.commit()
    done = NbGraderAPI(course_directory(config, ASSIGNMENT), config=config).autograde(ASSIGNMENT, "script")
    assert not done["success"] and "is not a notebook" in done["log"]
    with Gradebook(config.CourseDirectory.db_url) as gradebook:
        assert gradebook.find_submission(ASSIGNMENT, "script").score == 0


def test_the_control_without_the_exporter_the_notebook_is_lost_and_the_link_followed(converters):
    _, config = converters
    del config.Autograde["exporter_class"]
    api = NbGraderAPI(course_directory(config, ASSIGNMENT), config=config)
    assert not api.autograde(ASSIGNMENT, "doubled")["success"]
    assert not api.autograde(ASSIGNMENT, "renamed")["success"]


def test_the_exporter_is_an_ordinary_one_for_everybody_else():
    assert MendedExporter(config=load_config(COURSE)).refused == {}


# --- class, table, page -------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["yesterday at noon", "\0\0", "2026-13-45"])
def test_a_time_that_cannot_be_read_is_left_out_and_said(tmp_path, text):
    path = hand_in(tmp_path, "ada", answered(**TWO))
    (path.parent / "timestamp.txt").write_text(text)
    remarks = mend_submission(COURSE, ASSIGNMENT, path.parent, tmp_path / "out")
    assert "timestamp.txt" in " ".join(remarks) and not (tmp_path / "out/timestamp.txt").exists()
    (path.parent / "timestamp.txt").write_text("2026-10-01 12:00:00 UTC")
    assert mend_submission(COURSE, ASSIGNMENT, path.parent, tmp_path / "out") == []
    assert CourseDirectory().get_existing_timestamp(str(tmp_path / "out")).year == 2026


def test_the_table_quotes_names_and_has_no_score_for_who_was_not_marked(class_folder, tmp_path):
    names = ["Smith, John", "=1+1", 'a "b"', "王小明"]
    with class_folder.gradebook as gradebook:
        for name in names:
            gradebook.update_or_create_student(name)
            gradebook.update_or_create_submission(ASSIGNMENT, name)
        gradebook.db.commit()
        path = tmp_path / "table.csv"
        write_table(path, gradebook, ASSIGNMENT, {"=1+1": ["a; b"]}, {"Smith, John": "a PDF"})
    rows = {row["student_id"]: row for row in csv.DictReader(path.open(encoding="utf-8", newline=""))}
    assert set(rows) == set(names)
    assert (rows["Smith, John"]["score"], rows["Smith, John"]["remarks"]) == ("", "not marked: a PDF")
    assert (rows["=1+1"]["score"], rows["=1+1"]["remarks"]) == ("0.0", "a; b")
    assert list(rows["=1+1"])[-5:] == ["max_score", "remarks", "status", "points_waiting", "late"]


def test_a_class_lists_whom_it_cannot_mark(class_folder, tmp_path):
    hand_in(tmp_path / "submitted", "script", "import torch")
    (tmp_path / "submitted/link").symlink_to(tmp_path)
    assert class_folder.submissions(ASSIGNMENT) == ["script"]
    with pytest.raises(SubmissionError, match="not a notebook"):
        class_folder.take_mended(ASSIGNMENT, "script")
    assert write_csv(class_folder, ASSIGNMENT).is_file()


def test_a_name_that_reads_as_a_pattern_is_a_name(class_folder, tmp_path):
    """nbgrader finds q2x under it, and never what it names."""
    for student, answer in {"q[2]?": TWO, "q2x": {}}.items():
        hand_in(tmp_path / "submitted", student, answered(**answer))
    results = grade(class_folder, ASSIGNMENT, done=lambda result: None)
    assert {result.student: (result.score, result.trouble) for result in results} == {"q[2]?": (20, ""), "q2x": (0, "")}
    assert "Score: 20" in results[1].feedback.read_text(encoding="utf-8")


def test_the_command_says_what_it_found_and_writes_where_told(tmp_path):
    path = hand_in(tmp_path, "ada", answered(**TWO), "Copy of manual_rnn.ipynb")
    done = CliRunner().invoke(cli, ["doctor", str(path), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0 and "Copy of" in done.output and "2 of 9 answers" in done.output
    assert (tmp_path / "out" / NAME).is_file()
    path.write_text("\x1b[2J")
    done = CliRunner().invoke(cli, ["doctor", str(path)])
    assert done.exit_code == 1 and "not a notebook" in done.output and "\x1b" not in done.output


# --- runs ---------------------------------------------------------------------------------------------------


def marked(notebook, tmp_path, timeout=120) -> tuple[dict, str, nbformat.NotebookNode]:
    """(points of the two questions that are answered, what is said of the run and of both, the notebook)"""
    (tmp_path / "run").mkdir(exist_ok=True)
    path = hand_in(tmp_path, "ada", notebook)
    about = {"assignment": ASSIGNMENT, "student": "ada"}
    mended = tmp_path / "mended"
    mend_submission(COURSE, ASSIGNMENT, path.parent, mended)
    execute = RefereedExecute(timeout=timeout, config=load_config(COURSE))
    resources = ResourcesDict(metadata={"path": str(tmp_path / "run")}, nbgrader=about)
    done, _ = execute.preprocess(nbformat.read(mended / NAME, as_version=4), resources)
    report = done.metadata["unrolled"]
    points = {q["id"]: q["points"] for q in report["questions"] if q["id"] in BOTH}
    said = [*report["mended"], *(q["reason"] for q in report["questions"] if q["id"] in BOTH)]
    return points, " ".join(said), done


def shown(notebook) -> str:
    return json.dumps([cell.get("outputs", []) for cell in notebook.cells])


def test_what_slips_into_notebooks_costs_nothing(tmp_path):
    """exit(), a GPU that is not there, output without end, each in a cell of its own above the answer."""
    own = [
        "exit()",
        "quit",
        "import torch\ntorch.set_default_device('cuda')",
        "print('x' * 5_000_000)",
        "import matplotlib.pyplot as plt\nfor i in range(40):\n    plt.figure(figsize=(1, 1)); plt.show()",
    ]
    points, _, notebook = marked(answered(*own, **TWO), tmp_path)
    assert points == BOTH
    text = shown(notebook)
    assert "exit() and quit() do nothing" in text and "set_default_device('cuda') does nothing" in text
    assert len(text) < 1_000_000 and text.count("image/png") <= 20


@pytest.mark.parametrize(
    ("change", "earned", "says"),
    [
        (lambda: answered("import os\nos._exit(3)", **TWO), BOTH, "os._exit(3)"),
        (lambda: answered(**TWO | {EMBEDDING: "import os\nos._exit(3)"}), {EMBEDDING: 0, CELL: 12}, EMBEDDING),
        (
            lambda: answered(**TWO | {EMBEDDING: f"import os\n{TWO[EMBEDDING]}\n{ENDS_LATER}"}),
            {EMBEDDING: 0, CELL: 12},
            "while this question was marked",
        ),
    ],
    ids=["own cell", "answer", "when it is called"],
)
def test_a_kernel_that_dies_is_not_the_end(tmp_path, change, earned, says):
    points, said, _ = marked(change(), tmp_path)
    assert points == earned and says in said and "run once more" in said


ENDS_LATER = "ManualEmbedding.forward = lambda self, x: os._exit(3)"


def test_input_has_a_reason_in_a_students_words(tmp_path):
    points, said, _ = marked(answered(**TWO | {CELL: f"size = int(input('?'))\n{TWO[CELL]}"}), tmp_path)
    assert points == {EMBEDDING: 8, CELL: 0} and "input(): nobody can type" in said


def test_what_ipython_alone_understands_hides_nothing_from_the_reader():
    source = "files = !ls\nnn.RNNCell?\n" + TWO[CELL]
    cells = [nbformat.v4.new_code_cell(source)]
    (read,) = code_cells(cells, BUNDLE)
    compile(read.source, "cell", "exec")
    assert "class ManualRNNCell" in read.source.split("\n")[2]
    with pytest.raises(SyntaxError):
        compile(source, "cell", "exec")


def test_a_file_and_the_folder_it_lies_in_are_marked_alike(tmp_path):
    """`mark` of either, and `grade`, take one way."""
    path = hand_in(tmp_path, "ada", answered(**TWO), "manual_rnn (2).ipynb")
    reports = [mark_file(COURSE, place, in_process=True) for place in (path, path.parent)]
    assert reports[0]["questions"] == reports[1]["questions"]
    assert reports[0]["mended"] == reports[1]["mended"] != []
