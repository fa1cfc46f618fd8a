"""The zip for Gradescope, and what its container does with a submission."""

import json
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from unrolled.course.course import Course
from unrolled.grading import gradescope

COURSE = Course.find(__file__)
ASSIGNMENT = "01_sequences"
BUNDLE = COURSE.bundle(ASSIGNMENT)
UNROLLED = [sys.executable, "-c", "from unrolled.cli.main import main; main()", "gradescope", ASSIGNMENT]
FORGES = """
import json, os
from pathlib import Path
try:
    os.makedirs(os.path.dirname(RESULTS), exist_ok=True)
    Path(RESULTS).write_text(json.dumps({"score": 100, "output": "forged"}))
except OSError:
    pass
"""


@pytest.fixture(scope="module")
def zipped(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("zip") / "autograder.zip"
    environment = {**os.environ, "UNROLLED_SALT": "a secret of this class"}
    subprocess.run([*UNROLLED, "--out", str(path)], cwd=COURSE.root, env=environment, check=True)
    return path


@pytest.fixture
def autograder(zipped, tmp_path) -> Path:
    """/autograder as the harness lays it out: the zip unpacked, its script beside, a place for the submission."""
    root = tmp_path / "autograder"
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(root / "source")
    (root / "run_autograder").write_bytes((root / "source/run_autograder").read_bytes())
    (root / "submission").mkdir()
    (root / "results").mkdir()
    return root


def hand_in(autograder: Path, answers: dict[str, str], cell: str) -> None:
    notebook = nbformat.read(COURSE.root / "release" / ASSIGNMENT / f"{BUNDLE.name}.ipynb", as_version=4)
    for one in notebook.cells:
        id = one.metadata.get("nbgrader", {}).get("grade_id", "")
        one.source = answers.get(id, one.source)
    notebook.cells.insert(1, nbformat.v4.new_code_cell(cell))
    nbformat.write(notebook, autograder / "submission" / "work (1).ipynb")


def test_the_zip_has_what_marks_one_assignment_and_its_scripts_can_be_run(zipped):
    with zipfile.ZipFile(zipped) as archive:
        members = {member.filename: member.external_attr >> 16 for member in archive.infolist()}
        assert archive.read(".salt") == b"a secret of this class"
    assert {members["setup.sh"] & 0o777, members["run_autograder"] & 0o777} == {0o755}
    assert {"unrolled/grading/gradescope.py", "unrolled/reports/templates/unrolled_feedback/index.html.j2"} <= set(
        members
    )
    for folder, own in (("source", ASSIGNMENT), ("questions", BUNDLE.name)):
        assert {name.split("/")[1] for name in members if name.startswith(f"{folder}/")} - {"__init__.py"} == {own}


def test_a_script_that_does_not_parse_would_be_noticed(autograder):
    for script in ("setup.sh", "run_autograder"):
        subprocess.run(["bash", "-n", str(autograder / "source" / script)], check=True)


def test_what_is_marked_there_is_what_it_is_here_and_the_notebook_cannot_write_its_own(autograder):
    wrong = BUNDLE.misconceptions["one_hot"][0].apply(BUNDLE.answers["one_hot"])
    results = autograder / "results" / "results.json"
    hand_in(autograder, BUNDLE.answers | {"one_hot": wrong}, f"RESULTS = {str(results)!r}{FORGES}")
    environment = {**os.environ, "AUTOGRADER": str(autograder), "UNROLLED_PYTHON": sys.executable}
    subprocess.run(["bash", str(autograder / "run_autograder")], cwd=autograder, env=environment, check=True)
    told = json.loads(results.read_text(encoding="utf-8"))
    assert "forged" not in told["output"] and "score" not in told
    lost = {test["name"] for test in told["tests"] if test["score"] < test["max_score"]}
    assert lost == {"one_hot"} and len(told["tests"]) == len(BUNDLE.questions)
    assert "mended: " in told["output"] and all(text in told["output"] for text in BUNDLE.by_hand)
    assert [path.name for path in results.parent.iterdir()] == ["results.json"]
    for path in (results, results.parent, autograder / "source"):
        assert not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)


def test_before_anything_is_run_results_lie_there_that_are_no_mark(autograder, monkeypatch):
    """A container that is stopped leaves these; whatever raises leaves no older one either."""
    seen = []

    def stopped(*_, **__):
        seen.append(json.loads((autograder / "results/results.json").read_text()))
        raise ZeroDivisionError

    monkeypatch.setattr(gradescope, "mark_file", stopped)
    with pytest.raises(ZeroDivisionError):
        gradescope.main(autograder)
    after = json.loads((autograder / "results/results.json").read_text())
    assert "is no mark" in seen[0]["output"] and "is no mark" in after["output"]
    assert seen[0]["score"] == after["score"] == 0


def test_what_cannot_be_marked_says_why(autograder):
    (autograder / "submission" / "work.pdf").write_bytes(b"%PDF-1.7")
    gradescope.main(autograder)
    told = json.loads((autograder / "results/results.json").read_text())
    assert "PDF" in told["output"] and "no mark" in told["output"]


def test_the_practice_salt_is_refused(tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "UNROLLED_SALT"}
    done = subprocess.run(
        [*UNROLLED, "--out", str(tmp_path / "x.zip")], cwd=COURSE.root, env=environment, text=True, capture_output=True
    )
    assert done.returncode == 2 and ".salt" in done.stderr and not list(tmp_path.iterdir())
