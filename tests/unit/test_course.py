"""Where a course lies, and the secret that its draws depend on."""

import pytest

from unrolled.cli.options import require_questions
from unrolled.course.course import PRACTICE_SALT, SALT_VARIABLE, Course
from unrolled.course.errors import CourseError


def test_the_salt_comes_from_the_environment_then_the_file_then_practice(course_copy, monkeypatch):
    monkeypatch.delenv(SALT_VARIABLE, raising=False)
    monkeypatch.setattr("unrolled.course.course._KEPT", [])
    assert course_copy.salt == PRACTICE_SALT
    (course_copy.root / ".salt").write_text("of our own\n")
    assert course_copy.salt == "of our own"
    monkeypatch.setenv(SALT_VARIABLE, "of this run")
    assert course_copy.salt == "of this run"


@pytest.mark.parametrize(
    ("bytes_", "says"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (b"\xff\xfe\x00s", "is not text"),
        (b"\x00\x01\x02", "is not one line of text"),
        (b"one\ntwo", "is not one line of text"),
    ],
)
def test_a_salt_that_is_none_is_an_error(course_copy, monkeypatch, bytes_, says):
    monkeypatch.setattr("unrolled.course.course._KEPT", [])
    monkeypatch.delenv(SALT_VARIABLE, raising=False)
    (course_copy.root / ".salt").write_bytes(bytes_)
    with pytest.raises(CourseError, match=rf"\.salt {says}"):
        _ = course_copy.salt


def test_a_folder_that_holds_no_course_is_never_another_ones(course_copy, tmp_path_factory):
    assert Course.at(course_copy.root).root == course_copy.root
    with pytest.raises(CourseError, match=f"/source holds no course.*it lies in is {course_copy.root}$"):
        Course.at(course_copy.root / "source")
    nowhere = tmp_path_factory.mktemp("nowhere")
    with pytest.raises(CourseError, match="holds no course"):
        Course.at(nowhere)
    assert Course.find(nowhere).root != nowhere  # the control: without the option, the one that this was installed from


def test_a_course_is_found_from_any_folder_in_it(course_copy):
    assert Course.find(course_copy.root / "source/02_manual_rnn").root == course_copy.root
    assert course_copy.bundle_with("manual_rnn").assignment == "02_manual_rnn"


def test_unknown_names_are_told_with_the_known_ones(course_copy):
    with pytest.raises(CourseError, match="source/ has 01_sequences, 02_manual_rnn"):
        course_copy.bundle("99_nothing")
    with pytest.raises(CourseError, match="did you mean '02_manual_rnn'"):
        course_copy.bundle("02_manual_rn")
    with pytest.raises(CourseError, match=r"no assignment has a question.*did you mean 'train_echo'"):
        course_copy.bundle_with("train_eco")
    with pytest.raises(CourseError, match="there is no question 'train_eco' in 06_echo_gru; did you mean 'train_echo'"):
        require_questions(course_copy, ["06_echo_gru"], ("train_echo", "train_eco"))
