"""docs/authoring.md does what it says: its question is added to a copy of the course, linted, built and audited."""

import re

import nbformat
import pytest

from unrolled.auditing.audit import audit
from unrolled.auditing.page import only_with_others
from unrolled.auditing.survivors import audit_mutants
from unrolled.build.leaks import leaks
from unrolled.build.lint import lint
from unrolled.build.release import build
from unrolled.cli.main import cli
from unrolled.course.course import Course

PAGE = (Course.find(__file__).root / "docs/authoring.md").read_text(encoding="utf-8")
BLOCKS: dict[str, str] = {}
for _title, _block in re.findall(r"```python title=(\S+)\n(.*?)```", PAGE, re.DOTALL):
    BLOCKS[_title] = "\n\n".join(filter(None, [BLOCKS.get(_title), _block]))  # a file may be told in several pieces
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
    for name in BLOCKS:
        if name.endswith(".py"):
            file = course_copy.root / "questions/manual_rnn/running_mean" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(BLOCKS[name])
    return Course(course_copy.root)


def test_the_question_lints_builds_and_passes_the_audit(course):
    bundle = course.bundle(ASSIGNMENT)
    assert list(lint(bundle, total=None)) == []
    build(course, ASSIGNMENT)
    assert list(leaks(course, ASSIGNMENT)) == []
    (row,) = audit(bundle, "a salt", questions=["running_mean"])
    assert row.failures == [] and row.rejected == 5 and row.accepted == 5
    assert only_with_others(row, bundle.questions["running_mean"].marks) == list(bundle.never_alone["running_mean"])


def test_what_its_check_lets_through_is_justified(course):
    (row,) = audit_mutants(course.bundle(ASSIGNMENT), "a salt", ["running_mean"])
    assert row.failures == [] and row.killed >= 10 and row.equivalent == 1


def test_without_the_justification_the_audit_is_red(course):
    bundle = course.bundle(ASSIGNMENT)
    del bundle.equivalent["running_mean"]
    (row,) = audit_mutants(bundle, "a salt", ["running_mean"])
    assert len(row.failures) == 1 and "detached" in row.failures[0]


def test_every_option_that_the_page_names_is_there():
    commands = [cli.get_command(None, name) for name in cli.list_commands(None)]
    options = {option for command in commands for p in command.params for option in p.opts}
    assert set(re.findall(r"--[a-z-]+", PAGE)) - {"--to", "--update"} <= options


def test_a_weaker_check_would_not_pass_the_audit(course):
    """The control: with T = 1 alone, the page's check lets mistakes through, and the audit says so."""
    file = course.root / "questions/manual_rnn/running_mean/check.py"
    file.write_text(
        file.read_text().replace(
            "B=[1, 3], T=[1, 5, 90]):\n",
            "B=[1], T=[1]):\n",
        )
    )
    (row,) = audit(Course(course.root).bundle(ASSIGNMENT), "a salt", questions=["running_mean"])
    assert any("sum_for_mean is let through by: values" in failure for failure in row.failures)
