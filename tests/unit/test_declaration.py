"""A question's declaration is read from its check's file without running it, and agrees with what running gives."""

import pytest

from unrolled.checking.catalogue import CatalogueError, read_alternative
from unrolled.checking.declaration import DeclarationError, read_declaration
from unrolled.course.course import Course
from unrolled.course.errors import BundleError

COURSE = Course.find(__file__)
GOOD = '@question("a", name="A", marks={"values": 3, "shape": 1.5}, forbids=FUSED_RNN, budget=160_000)\ndef a(): ...\n'


def declared(tmp_path, text: str):
    (tmp_path / "check.py").write_text(text)
    return read_declaration(tmp_path / "check.py")


def test_what_it_says_is_read(tmp_path):
    found = declared(tmp_path, f"import nothing_that_is_there\n\n{GOOD}")
    assert (found.id, found.name, found.marks, found.budget) == ("a", "A", {"values": 3, "shape": 1.5}, 160_000)
    assert found.points == 4.5


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "declares 0 questions"),
        (GOOD + GOOD, "declares 2 questions"),
        ("def (", "is no Python"),
        ('@question("a", name=NAME, marks={"values": 3})\ndef a(): ...\n', "line 1: write the question's id"),
        ('@question("a", name="A")\ndef a(): ...\n', "as literals"),
    ],
)
def test_what_cannot_be_read_is_told_with_the_file(tmp_path, text, told):
    with pytest.raises(DeclarationError, match=told) as raised:
        declared(tmp_path, text)
    assert str(tmp_path / "check.py") in str(raised.value)


@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_every_check_is_what_it_declares(assignment):
    """`Bundle.questions` raises where the two differ; here they are also in the same order."""
    bundle = COURSE.bundle(assignment)
    assert list(bundle.questions) == list(bundle.declared)


def test_a_check_that_is_another_than_it_declares_is_refused(course_copy):
    path = course_copy.bundle("02_manual_rnn").checks_path / "manual_embedding/check.py"
    path.write_text(path.read_text() + '\nmanual_embedding.marks["values"] = 40\n')
    with pytest.raises(BundleError, match="changes what its @question says"):
        Course(course_copy.root).bundle("02_manual_rnn").questions  # noqa: B018


# --- questions are found by looking --------------------------------------------------------------------------


def test_a_folder_is_a_question(course_copy):
    bundle = course_copy.bundle("02_manual_rnn")
    (bundle.checks_path / "manual_rnn_cell").rename(bundle.checks_path / "manual_rnn_sell")
    with pytest.raises(BundleError, match="declares 'manual_rnn_cell'; name its folder so"):
        bundle.declared  # noqa: B018


def test_a_folder_without_a_check_is_told(course_copy):
    bundle = course_copy.bundle("02_manual_rnn")
    (bundle.checks_path / "manual_rnn_cell/check.py").unlink()
    with pytest.raises(BundleError, match=r"manual_rnn_cell/check\.py is missing"):
        bundle.declared  # noqa: B018


def test_a_check_that_does_not_load_is_told_with_its_file(course_copy):
    path = course_copy.bundle("02_manual_rnn").checks_path / "manual_rnn_cell/check.py"
    path.write_text("import no_such_module\n" + path.read_text())
    with pytest.raises(BundleError, match=r"manual_rnn_cell/check\.py cannot be loaded \(ModuleNotFoundError"):
        Course(course_copy.root).bundle("02_manual_rnn").questions  # noqa: B018


def test_an_alternative_says_what_it_does_in_another_way(tmp_path):
    path = tmp_path / "loop.py"
    path.write_text("# a loop\nx = 1\n")
    found = read_alternative(path)
    assert (found.name, found.why, found.source) == ("loop", "a loop", "x = 1\n")
    path.write_text("x = 1\n")
    with pytest.raises(CatalogueError, match=r"loop\.py: begin with a comment"):
        read_alternative(path)
