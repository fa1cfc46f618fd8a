"""No function or class that students get earns more than half as the answer to a question, and what shows that."""

import pytest

from unrolled.auditing.given import given_away, given_definitions
from unrolled.course.course import PRACTICE_SALT, Course
from unrolled.course.master import MasterCell

COURSE = Course.find(__file__)


@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_no_released_cell_is_an_answer(assignment):
    bundle = COURSE.bundle(assignment)
    assert list(given_definitions(bundle))
    assert [str(found) for found in given_away(bundle, PRACTICE_SALT)] == []


def test_an_answer_in_a_cell_to_play_with_is_found():
    """The control: the reference under another name, in a cell that nothing depends on."""
    bundle = Course(COURSE.root).bundle("02_manual_rnn")
    source = bundle.answers["manual_rnn_cell"].replace("ManualRNNCell", "OneStep")
    shown = MasterCell("", "code", source, grade=False, solution=False, locked=False, points=0, explore=True)
    bundle.cells = [*bundle.cells, shown]
    found = [str(one) for one in given_away(bundle, PRACTICE_SALT, ["manual_rnn_cell"])]
    assert found == ["OneStep in cell to play with earns 12 of 12 as manual_rnn_cell"]
