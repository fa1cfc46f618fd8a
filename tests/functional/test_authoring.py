"""docs/authoring.md does what it says: its question is added to a copy of the course, linted, built and audited."""

import re

import nbformat
import pytest

from unrolled.build.leaks import leaks
from unrolled.build.lint import lint
from unrolled.build.release import build
from unrolled.bundle import run_program
from unrolled.checking.audit import audit
from unrolled.course import Course

PAGE = (Course.find(__file__).root / "docs/authoring.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"```python title=(\S+)\n(.*?)```", PAGE, re.DOTALL))
ASSIGNMENT = "02_manual_rnn"


@pytest.fixture
def course(course_copy) -> Course:
    """The copy, with the page's question in it."""
    path = course_copy.bundle(ASSIGNMENT).master_path
    notebook = nbformat.read(path, as_version=4)
    for id in ("running_mean", "try_running_mean", "test_running_mean"):
        grade = id != "running_mean"
        meta = {
            "grade_id": id,
            "grade": grade,
            "solution": not grade,
            "locked": grade,
            "schema_version": 3,
            "task": False,
        }
        if grade:
            meta["points"] = 5 if id.startswith("test_") else 0
        cell = nbformat.v4.new_code_cell(BLOCKS[id].rstrip("\n"), metadata={"nbgrader": meta}, id=id)
        notebook.cells.append(cell)
    nbformat.write(notebook, path)
    for name in ("checks.py", "misconceptions.py", "alternatives.py"):
        file = course_copy.root / "questions/manual_rnn" / name
        file.write_text(file.read_text() + "\n\n" + BLOCKS[name])
    return Course(course_copy.root)


def test_the_question_lints_builds_and_passes_the_audit(course):
    bundle = course.bundle(ASSIGNMENT)
    assert list(lint(bundle, total=None)) == []
    build(course, ASSIGNMENT)
    assert list(leaks(course, ASSIGNMENT)) == []
    (row,) = audit(bundle, "a salt", questions=["running_mean"])
    assert row.failures == [] and row.rejected == 5 and row.accepted == 3


def test_its_visible_test_speaks_to_every_mistake(course):
    bundle = course.bundle(ASSIGNMENT)
    for entry in bundle.misconceptions["running_mean"]:
        source = entry.apply(bundle.answers["running_mean"])
        program = [*bundle.program("running_mean", source), ("try", BLOCKS["try_running_mean"])]
        if entry.hidden_only:
            run_program(program)
        else:
            with pytest.raises(AssertionError):
                run_program(program)


def test_a_weaker_check_would_not_pass_the_audit(course):
    """The control: with T = 1 alone, the page's check lets mistakes through, and the audit says so."""
    file = course.root / "questions/manual_rnn/checks.py"
    file.write_text(
        file.read_text().replace(
            "B=[1, 3], T=[1, 5]):\n        x = case.normal(case.B, case.T)\n",
            "B=[1], T=[1]):\n        x = case.normal(case.B, case.T)\n",
        )
    )
    (row,) = audit(Course(course.root).bundle(ASSIGNMENT), "a salt", questions=["running_mean"])
    assert any("sum_for_mean is let through by: values" in failure for failure in row.failures)
