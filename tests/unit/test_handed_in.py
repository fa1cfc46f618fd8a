"""Everything in submitted/ is somebody's work for an assignment, or is named with a reason and the likely cure."""

import pytest

from unrolled.course.errors import ClassError
from unrolled.grading.handed_in import HandedIn

ASSIGNMENTS = ["01_sequences", "02_manual_rnn", "06_echo_gru"]


@pytest.fixture
def handed_in(tmp_path):
    """Makes files below submitted/; returns what is seen there."""

    def of(*paths: str) -> HandedIn:
        for path in paths:
            (tmp_path / "submitted" / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "submitted" / path).write_text("x")
        return HandedIn(tmp_path / "submitted", ASSIGNMENTS)

    return of


def test_only_who_has_handed_something_in_is_graded(handed_in):
    there = handed_in(
        "s00/01_sequences/a.ipynb", "s01/02_manual_rnn/a.ipynb", "*/01_sequences/a", "x[1]/01_sequences/a"
    )
    assert there.work(ASSIGNMENTS) == {"01_sequences": ["*", "s00", "x[1]"], "02_manual_rnn": ["s01"]}
    assert there.work(ASSIGNMENTS, ["s00"]) == {"01_sequences": ["s00"]}
    assert there.work(ASSIGNMENTS, ["*"]) == {"01_sequences": ["*"]}


@pytest.mark.parametrize(
    ("assignments", "student", "says"),
    [
        (ASSIGNMENTS, "nobody", "has no student 'nobody'$"),
        (ASSIGNMENTS, "S02", "has no student 'S02'; did you mean 's02'"),
        (ASSIGNMENTS[1:], "s00", "'s00' has handed in nothing for 02_manual_rnn, 06_echo_gru; there is 01_sequences"),
        (ASSIGNMENTS, "s02", "nothing that is called as an assignment is"),
    ],
)
def test_a_student_who_has_not_is_an_error(handed_in, assignments, student, says):
    there = handed_in("s00/01_sequences/a.ipynb", "s02/homework/a.ipynb")
    with pytest.raises(ClassError, match=says):
        there.work(assignments, [student])


def test_a_folder_in_other_capitals_is_found_once(handed_in):
    there = handed_in("ada/02_Manual_RNN/a.ipynb")
    assert there.of("ada") == ["02_manual_rnn"] and there.strays() == []
    beside = handed_in("ada/02_manual_rnn/a.ipynb")
    assert beside.of("ada") == ["02_manual_rnn"]
    assert [stray.why for stray in beside.strays()] == ["not looked at: 02_manual_rnn lies beside it"]


@pytest.mark.parametrize(
    ("path", "student", "likely", "says"),
    [
        ("ada/2_manual_rnn/a.ipynb", "ada", "02_manual_rnn", "rename the folder to 02_manual_rnn"),
        ("ada/manual rnn/a.ipynb", "ada", "02_manual_rnn", "rename the folder to 02_manual_rnn"),
        ("ada/02-Manual-RNN (1)/a.ipynb", "ada", "02_manual_rnn", "rename the folder to 02_manual_rnn"),
        ("ada/notes/a.ipynb", "ada", "", "no assignment is called that: they are 01_sequences, 02"),
        ("ada/manual_rnn.ipynb", "ada", "02_manual_rnn", "it has to lie in ada/02_manual_rnn/"),
        ("group/ada/02_manual_rnn/a.ipynb", "ada", "02_manual_rnn", "it has to be submitted/ada/02_manual_rnn/"),
        ("ada.zip", "", "", "it has to lie in <student>/<assignment>/"),
    ],
)
def test_what_lies_in_the_wrong_place_is_named_with_the_right_one(handed_in, path, student, likely, says):
    (stray,) = handed_in(path).strays()
    assert (stray.student, stray.assignment) == (student, likely) and says in stray.why
    assert str(stray).startswith(f"submitted/{path.split('/')[0]}")


def test_no_link_is_followed_and_each_is_named(handed_in, tmp_path):
    there = handed_in("ada/01_sequences/a.ipynb")
    (tmp_path / "submitted/eve").symlink_to(tmp_path / "submitted/ada")
    (tmp_path / "submitted/ada/02_manual_rnn").symlink_to(tmp_path / "submitted/ada/01_sequences")
    assert there.work(ASSIGNMENTS) == {"01_sequences": ["ada"]}
    assert [stray.place for stray in there.strays()] == ["submitted/ada/02_manual_rnn", "submitted/eve"]
    assert all("a link, which is not followed" in stray.why for stray in there.strays())


def test_what_nobody_has_handed_in_is_not_named(handed_in):
    assert handed_in("README.md", ".DS_Store", "ada/.ipynb_checkpoints/a.ipynb", "ada/01_sequences/a").strays() == []
