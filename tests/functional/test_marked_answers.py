"""A person's mark and the answer that it was given for: what a regrade keeps, and what it has looked at again."""

from types import SimpleNamespace

import nbformat
import pytest
from nbgrader.api import Base, Gradebook
from nbgrader.utils import compute_checksum
from sqlalchemy import create_engine, delete

from unrolled.grading.history import kept_of, restore
from unrolled.grading.marked_answers import MarkedAnswer, answers
from unrolled.grading.mended import take_marks_back
from unrolled.grading.scores import SaveVerdicts
from unrolled.grading.waiting import what_waits
from unrolled.reports.feedback import page

ABOUT = {"assignment": "tiny", "notebook": "tiny", "student": "ada"}


def cell(id: str, source: str, **about):
    new = nbformat.v4.new_markdown_cell if id == "why" else nbformat.v4.new_code_cell
    return new(source, id=id, metadata={"nbgrader": {"grade_id": id, "schema_version": 3, **about}})


def notebook(answer="f = 1", why="Because.", own=None):
    """As the doctor writes it: one question with a check, one in words, and perhaps a cell of the student's own."""
    made = cell("why", "*Why?*", grade=True, solution=True, locked=False, points=12)
    made.metadata.nbgrader.checksum = compute_checksum(made)
    made.source = why
    mine = [nbformat.v4.new_code_cell(own, id="own-1")] if own else []
    answered = cell("f", answer, grade=False, solution=True, locked=False)
    check = cell("test_f", "check", grade=True, solution=False, locked=True, points=8)
    return nbformat.v4.new_notebook(cells=[answered, *mine, check, made])


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    path = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    Base.metadata.create_all(create_engine(f"sqlite:///{path}"))  # nbgrader starts a process for it
    with Gradebook(f"sqlite:///{path}") as gradebook:
        gradebook.add_student("ada")
        gradebook.add_assignment("tiny")
        gradebook.add_notebook("tiny", "tiny")
        gradebook.add_grade_cell("test_f", "tiny", "tiny", max_score=8, cell_type="code")
        gradebook.add_grade_cell("why", "tiny", "tiny", max_score=12, cell_type="markdown")
        for id in ("f", "why"):
            gradebook.add_solution_cell(id, "tiny", "tiny")
        gradebook.add_submission("tiny", "ada")
    return path


class Class:
    """One student's grades: `grade` what she hands in, `give` a mark as formgrader does."""

    def __init__(self, path) -> None:
        self.url = f"sqlite:///{path}"

    def grade(self, points=5.0, needs_person=False, **handed_in) -> dict[str, bool]:
        """Returns which grades wait for a person."""
        verdict = SimpleNamespace(points=points, needs_person=needs_person)
        about = {"nbgrader": {**ABOUT, "db_url": self.url}, "unrolled": {"verdicts": {"test_f": verdict}}}
        SaveVerdicts().preprocess(notebook(**handed_in), about)
        return self.waits()

    def waits(self) -> dict[str, bool]:
        with self.open() as gradebook:
            return {g.name: g.needs_manual_grade for g in gradebook.find_submission("tiny", "ada").notebooks[0].grades}

    def give(self, id: str, points: float | None, extra: float | None = None) -> None:
        with self.open() as gradebook:
            grade = gradebook.find_grade(id, "tiny", "tiny", "ada")
            grade.manual_score, grade.extra_credit = points, extra
            grade.needs_manual_grade = points is None and grade.auto_score is None
            gradebook.db.commit()

    def says(self) -> list[str]:
        with self.open() as gradebook:
            return what_waits(gradebook.find_submission("tiny", "ada").notebooks[0], ["why"])

    def open(self) -> Gradebook:
        return Gradebook(self.url)


@pytest.fixture
def ada(empty, tmp_path) -> Class:
    (tmp_path / "gradebook.db").write_bytes(empty.read_bytes())
    return Class(tmp_path / "gradebook.db")


def test_a_marked_text_does_not_wait_again_while_it_is_the_same(ada):
    assert ada.grade()["why"] and ada.says() == ["to mark by hand: why"]
    ada.give("why", 12)
    for _ in range(2):
        assert not ada.grade(why="Because. \n\n")["why"] and ada.says() == []


def test_a_changed_text_waits_until_a_person_has_looked(ada):
    """With the old number told as old, and at the next regrade still; the same number may be given to the new text."""
    ada.grade()
    ada.give("why", 12)
    for _ in range(2):
        assert ada.grade(why="Otherwise.")["why"]
        assert ada.says() == ["to look at again: why (a person gave 12 for another answer than this)"]
    ada.give("why", 12)
    assert not ada.grade(why="Otherwise.")["why"] and ada.says() == []


def test_a_number_from_a_script_counts_as_one_from_formgrader(ada):
    """It sets the points and leaves the grade on the list of those that wait."""
    ada.grade()
    with ada.open() as gradebook:
        gradebook.find_grade("why", "tiny", "tiny", "ada").manual_score = 12
        gradebook.db.commit()
    assert not ada.grade()["why"]


def test_the_text_that_was_marked_is_known_when_it_comes_back(ada):
    ada.grade()
    ada.give("why", 12)
    ada.grade(why="Otherwise.")
    assert not ada.grade()["why"]


def test_an_override_stands_while_its_answer_does(ada):
    ada.grade(points=5)
    ada.give("test_f", 8)
    assert not ada.grade(points=4, why="Otherwise.", needs_person=True)["test_f"]  # the check may have changed
    assert ada.grade(points=3, answer="f = 2")["test_f"]
    assert "f (a person gave 8 for another answer than this; the check gives this one 3)" in ada.says()[1]


def test_an_answer_may_go_on_in_a_cell_of_its_own(ada):
    ada.grade(own="f = 3")
    ada.give("test_f", 8)
    assert not ada.grade(own="f = 3")["test_f"] and ada.grade(own="f = 4")["test_f"]


def test_extra_points_alone_are_a_persons_mark_too(ada):
    ada.grade()
    ada.give("test_f", None, extra=2)
    assert not ada.grade()["test_f"] and ada.grade(answer="f = 2")["test_f"]
    assert "f (a person gave 2 extra for another answer" in ada.says()[1]


def test_a_refused_submission_does_not_make_an_old_mark_fit(ada):
    """A mark that is given for what could not be marked is not one for the answer before it."""
    ada.grade()
    ada.give("why", 12)
    with ada.open() as gradebook:
        take_marks_back(gradebook, "tiny", "ada")
    assert not ada.grade()["why"]  # the text that was marked is back
    with ada.open() as gradebook:
        take_marks_back(gradebook, "tiny", "ada")
    ada.give("why", 2)
    assert ada.grade()["why"]


def test_a_mark_of_which_nobody_knows_the_answer_waits_once(ada):
    """A gradebook that was marked before answers were noted."""
    ada.give("why", 12)
    assert ada.grade()["why"]
    ada.give("why", 12)
    assert not ada.grade()["why"]


def test_a_mark_that_was_retired_and_is_back_is_for_the_answer_that_it_was_for(ada):
    ada.grade()
    ada.give("why", 12)
    with ada.open() as gradebook:
        grade = gradebook.find_grade("why", "tiny", "tiny", "ada")
        kept = kept_of(gradebook.db, grade.cell, "")
        gradebook.db.execute(delete(MarkedAnswer))
        grade.manual_score = None
        restore(gradebook.db, kept, grade, "ada")
        gradebook.db.commit()
    assert not ada.grade()["why"] and ada.grade(why="Otherwise.")["why"]


def test_a_mark_above_the_points_waits_whatever_the_answer(ada):
    ada.grade()
    ada.give("test_f", 9)
    assert ada.grade()["test_f"]
    assert "f (a person gave 9; it is worth 8 now)" in ada.says()[1]


def test_what_a_check_asks_a_person_for_waits_until_somebody_marked_it(ada):
    assert ada.grade(needs_person=True)["test_f"]
    ada.give("test_f", 5)
    assert not ada.grade(needs_person=True)["test_f"]


def test_a_page_says_that_a_number_is_old(ada):
    ada.grade()
    ada.give("why", 12)
    about = {**ABOUT, "db_url": ada.url}
    assert [mark.old for mark in page(notebook(), about)["marks"]] == [False, False]
    ada.grade(why="Otherwise.")
    assert [(mark.id, mark.old) for mark in page(notebook(), about)["marks"]] == [("test_f", False), ("why", True)]


def test_no_text_waits_for_nobody_and_comments_stay(ada):
    assert not ada.grade(why="*Why?*")["why"]
    with ada.open() as gradebook:
        gradebook.find_comment("why", "tiny", "tiny", "ada").manual_comment = "Try it."
        gradebook.db.commit()
    ada.grade(why="Otherwise.")
    with ada.open() as gradebook:
        assert gradebook.find_comment("why", "tiny", "tiny", "ada").comment == "Try it."


def test_nbgraders_own_would_keep_every_mark_waiting(ada):
    """The control: its SaveAutoGrades asks for a person wherever one has been."""
    from nbgrader.preprocessors import SaveAutoGrades

    ada.grade()
    ada.give("why", 12)
    SaveAutoGrades().preprocess(notebook(), {"nbgrader": {**ABOUT, "db_url": ada.url}})
    assert ada.waits()["why"]


def test_pictures_of_a_text_count():
    made = notebook()
    made.cells[-1]["attachments"] = {"drawing.png": {"image/png": "abc"}}
    assert dict(answers(made))["why"] != dict(answers(notebook()))["why"]
