"""Questions of choice: the same answers are letters to the hidden check and to the visible test."""

import pytest

from unrolled.checking.choice import letter_of
from unrolled.course.course import Course
from unrolled.course.program import run_program

COURSE = Course.find(__file__)
CHOICES = [(a, id) for a in COURSE.assignments for id in COURSE.bundle(a).questions if id.startswith("mcq_")]
GIVEN = {
    "B": "B",
    "b": "B",
    " B.": "B",
    "(b)": "B",
    "B) (batch, steps, hidden units)": "B",
    "D: none of them": "D",
    "because": "",  # begins with a letter that is an option
    "Batch first": "",
    "not B": "",
    "E": "",
    "?": "",
    "": "",
    2: "",
    None: "",
}


@pytest.mark.parametrize(("given", "letter"), GIVEN.items())
def test_a_letter_that_stands_alone_is_a_choice(given, letter):
    assert letter_of(given) == letter


@pytest.mark.parametrize(("assignment", "id"), CHOICES, ids=[id for _, id in CHOICES])
def test_the_visible_test_takes_what_the_check_takes(assignment, id):
    test = [(f"try_{id}", COURSE.bundle(assignment).cell(f"try_{id}").source)]
    for given, letter in GIVEN.items():
        if letter:
            run_program(test, {id: given})
        else:
            with pytest.raises(AssertionError, match="one of the letters A, B, C, D"):
                run_program(test, {id: given})
