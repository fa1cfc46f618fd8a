"""Releases: the committed ones are what the masters give, and nbgrader alone gives the same."""

import os
import subprocess
import sys

import nbformat
import pytest
from click.testing import CliRunner

from unrolled.build.leaks import leaks
from unrolled.build.release import build, differences
from unrolled.cli.main import cli
from unrolled.course.course import Course
from unrolled.course.errors import BuildError

COURSE = Course.find(__file__)
each_assignment = pytest.mark.parametrize("assignment", COURSE.assignments)


def edit(course: Course, assignment: str, cell_id: str, at: str, becomes: str) -> None:
    """Change a master's cell, as an author would."""
    path = course.bundle(assignment).master_path
    notebook = nbformat.read(path, as_version=4)
    (cell,) = (cell for cell in notebook.cells if cell.id == cell_id)
    assert at in cell.source
    cell.source = cell.source.replace(at, becomes)
    nbformat.write(notebook, path)


@each_assignment
def test_the_committed_release_is_what_the_master_gives(assignment):
    assert list(differences(COURSE, assignment)) == []


@each_assignment
def test_builds_are_the_same_byte_for_byte(assignment, tmp_path, course_copy):
    name = f"{COURSE.bundle(assignment).name}.ipynb"
    here = (build(COURSE, assignment, tmp_path / "a") / name).read_bytes()
    assert here == (build(course_copy, assignment, tmp_path / "b") / name).read_bytes()
    assert here == (COURSE.root / "release" / assignment / name).read_bytes()


def test_a_one_word_edit_is_named_by_its_cell(course_copy):
    edit(course_copy, "02_manual_rnn", "try_manual_rnn_cell", "the example worked out", "the example thought out")
    result = CliRunner().invoke(cli, ["--course", str(course_copy.root), "build", "--check"])
    assert result.exit_code == 1
    assert "cell try_manual_rnn_cell" in result.output and "thought out" in result.output


def test_an_edit_of_the_solution_changes_no_release(course_copy):
    edit(course_copy, "02_manual_rnn", "manual_embedding", "return self.weight[x]", "return self.weight[x] + 0")
    assert list(differences(course_copy, "02_manual_rnn")) == []


def test_missing_and_stray_files_are_named(course_copy):
    release = course_copy.root / "release/02_manual_rnn"
    (release / "left_over.txt").write_text("x")
    (release / "manual_rnn.ipynb").unlink()
    told = " ".join(differences(course_copy, "02_manual_rnn"))
    assert "manual_rnn.ipynb is missing" in told and "left_over.txt comes from no master" in told


def test_a_missing_picture_stops_the_build_and_names_it(course_copy):
    (course_copy.root / "img/rnn_cell.png").unlink()
    with pytest.raises(BuildError, match=r"rnn_cell\.png"):
        build(course_copy, "02_manual_rnn")


def test_an_unclosed_solution_stops_the_build(course_copy):
    edit(course_copy, "02_manual_rnn", "manual_embedding", "### END SOLUTION", "# oops")
    with pytest.raises(BuildError, match="02_manual_rnn cannot be released"):
        build(course_copy, "02_manual_rnn")


@each_assignment
def test_a_release_holds_no_solution_and_no_hidden_line(assignment):
    bundle = COURSE.bundle(assignment)
    text = (COURSE.root / "release" / assignment / f"{bundle.name}.ipynb").read_text()
    assert list(leaks(COURSE, assignment)) == []
    assert "HIDDEN TESTS" not in text and "SOLUTION" not in text and "from unrolled" not in text
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if id in bundle.answers:
            assert "raise NotImplementedError()" in cell.source
            compile(cell.source, id, "exec")
            assert set(bundle.answers[id].splitlines()) - set(cell.source.splitlines())
        if id.startswith("test_"):
            assert cell.source.startswith(f"# {id}:") and "\n" not in cell.source


@each_assignment
def test_pictures_travel_inside_the_release(assignment):
    bundle = COURSE.bundle(assignment)
    text = (COURSE.root / "release" / assignment / f"{bundle.name}.ipynb").read_text()
    shown = bundle.master_path.read_text().count("../../img/")
    assert text.count("(data:image/png;base64,") == shown > 0
    assert "../../img" not in text


def test_nbgrader_alone_gives_the_same_release(course_copy):
    """`nbgrader generate_assignment` in a course, without unrolled's commands and with a bare PATH."""
    released = course_copy.root / "release/02_manual_rnn/manual_rnn.ipynb"
    released.unlink()
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "02_manual_rnn", "--force"]
    environment = {**os.environ, "PATH": "/usr/bin:/bin"}
    subprocess.run(command, cwd=course_copy.root, env=environment, check=True, capture_output=True)
    assert released.read_bytes() == (COURSE.root / "release/02_manual_rnn/manual_rnn.ipynb").read_bytes()
    assert (course_copy.root / "gradebook.db").is_file()
