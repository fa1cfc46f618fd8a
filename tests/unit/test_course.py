"""Where a course lies, and the secret that its draws depend on."""

import pytest

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


def test_a_course_is_found_from_any_folder_in_it(course_copy):
    assert Course.find(course_copy.root / "source/02_manual_rnn").root == course_copy.root
    assert course_copy.bundle_with("manual_rnn").assignment == "02_manual_rnn"


def test_unknown_names_are_told_with_the_known_ones(course_copy):
    with pytest.raises(CourseError, match="source/ has 01_sequences, 02_manual_rnn"):
        course_copy.bundle("99_nothing")
    with pytest.raises(CourseError, match="no assignment has a question"):
        course_copy.bundle_with("nothing")
