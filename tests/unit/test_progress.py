"""How far a class is: counted alike on a terminal and off it, and plain off it."""

import sys

import pytest

from unrolled.cli.progress import ClassProgress
from unrolled.grading.standing import Mark, Standing
from unrolled.grading.whole_class import Result

WAITS = Standing(cells={"test_a": Mark(9, 10), "why": Mark(0, 4, asks=True)})
RESULTS = [
    Result("lena\x1b[31m", "01_x", trouble="a PDF"),
    Result("mo", "01_x", report={"mended": ["a cell was there twice"]}, standing=WAITS),
]
COUNTS = "1 not marked, 1 repaired, 1 waiting for a person"


def test_off_a_terminal_each_has_a_plain_line(capsys):
    with ClassProgress(3) as progress:
        for result in RESULTS:
            progress.add(result)
    assert capsys.readouterr().out.splitlines() == [
        "1 of 3 01_x lena not marked: a PDF",
        "2 of 3 01_x mo 9 of 10 so far (repaired) (waiting for a person)",
    ]
    assert progress.counts == COUNTS


def test_on_a_terminal_there_is_one_bar_and_no_lines(capsys, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    with ClassProgress(3) as progress:
        for result in RESULTS:
            progress.add(result)
        (task,) = progress._bar.tasks
        assert (task.completed, task.total, task.fields["counts"]) == (2, 3, COUNTS)
    assert "of 3 01_x" not in capsys.readouterr().out


@pytest.mark.parametrize(("of", "says"), [(WAITS, "9 of 10 so far"), (Standing(cells={"a": Mark(9, 10)}), "9 of 10")])
def test_a_total_in_which_something_waits_says_so(of, says):
    assert str(of) == says
