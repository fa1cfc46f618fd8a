"""What is told about durations is read right, and a wrong, a missing or a barless one is noticed. Needs no venv; the
notebooks themselves are compared in test_lane.py, where they run."""

import pytest
from durations import FACTOR, PASSES_A_SECOND, announcements, disagreements, told
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from unrolled.course.course import Course

COURSE = Course.find(__file__)
BAR = new_output("display_data", data={"application/vnd.jupyter.widget-view+json": {}})


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("This takes about half a minute.", (30, 30)),
        ("This takes about a quarter of a minute, and is not run", (15, 15)),
        ("The cell takes one to two minutes", (60, 120)),
        ("ours costs some 450, two or three seconds", (2, 3)),
        ("five trainings, about 15 seconds together", (15, 15)),
        ("(a few seconds)", (2, 5)),
        ("About a minute.", (60, 60)),
        ("*1 point · about 2 minutes · difficulty 2 of 5*", None),
        ("160,000 passes, some ten minutes of one Colab core", None),
        ("8000 samples a second, and a second layer", None),
        ("The second of two", None),
    ],
)
def test_words_are_seconds(text, seconds):
    assert told(text) == seconds


def notebook(tells: str, passes: float, bar: bool = True, heading: str = "text") -> list:
    """A title, a text that tells a duration, another text, and a cell that cost so much."""
    cell = new_code_cell("train()", outputs=[BAR] if bar else [], metadata={"passes": round(passes)})
    return [new_markdown_cell(text) for text in ("# 9", tells, heading)] + [new_code_cell("x = 1"), cell]


@pytest.mark.parametrize(
    ("cells", "faults"),
    [
        (notebook("about 20 seconds", 20 * PASSES_A_SECOND), []),
        (notebook("about 20 seconds", 20 * PASSES_A_SECOND * FACTOR * 0.9), []),
        (notebook("about 20 seconds", 20 * PASSES_A_SECOND * FACTOR * 1.1), ["tells 20 to 20 s"]),
        (notebook("about 20 seconds", 20 * PASSES_A_SECOND / FACTOR / 1.1), ["tells 20 to 20 s"]),
        (notebook("so it is", 20 * PASSES_A_SECOND), ["nothing above it says so"]),
        (notebook("so it is", 9 * PASSES_A_SECOND, bar=False), []),
        (notebook("about 20 seconds", 20 * PASSES_A_SECOND, bar=False), ["shows no bar"]),
        (
            notebook("about 20 seconds", 20 * PASSES_A_SECOND, heading="## Another part"),
            ["tells 20 to 20 s", "nothing above it says so"],
        ),
    ],
)
def test_what_is_told_is_what_was_measured(cells, faults):
    said = disagreements(cells)
    assert len(said) == len(faults) and all(fault in line for fault, line in zip(faults, said, strict=True))


def test_the_masters_tell_durations():
    """The reading is not blind: each of these was found by eye."""
    import nbformat

    found = {}
    for assignment in COURSE.assignments:
        cells = nbformat.read(COURSE.bundle(assignment).master_path, as_version=4).cells
        found[assignment[:2]] = [seconds for _, seconds, _ in announcements(cells)]
    assert found["03"] == [(15, 15), (60, 60), (30, 30)]
    assert (60, 120) in found["04"] and (20, 20) in found["04"] and (5, 10) in found["06"]
    assert all(found.values())
