"""Submissions that other processes run ahead of time are marked as if each had been run in its turn."""

import multiprocessing
import os
import sys
import time
from concurrent.futures.process import BrokenProcessPool

import pytest
from traitlets.config import Config

from unrolled.course.course import Course
from unrolled.grading import execute
from unrolled.grading.ahead import Ahead
from unrolled.grading.whole_class import ClassFolder, grade, running_ahead

COURSE = Course.find(__file__)
sys.path.insert(0, str(COURSE.root / "examples"))
from demo_class import CLASSES, make_class  # noqa: E402

ASSIGNMENT = "01_sequences"
EVERYBODY = [*sorted(student.name for student in CLASSES[ASSIGNMENT]), "yan", "zoe[1]"]


def made(root) -> ClassFolder:
    """The demo class; yan, whose file cannot be read; zoe[1], whose name is a pattern, with what the first one did."""
    make_class(COURSE, root, ASSIGNMENT)
    folder = ClassFolder(COURSE, root)
    first = folder.notebook("submitted", EVERYBODY[0], ASSIGNMENT).read_text()
    for name, text in (("yan", "{"), ("zoe[1]", first)):
        path = folder.notebook("submitted", name, ASSIGNMENT)
        path.parent.mkdir(parents=True)
        path.write_text(text)
    return folder


@pytest.fixture(scope="module")
def run_here():
    """Whose notebooks were run in this process: a list that grows."""
    load, names = execute.RefereedExecute._load, []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(execute.RefereedExecute, "_load", lambda self, name: names.append(name) or load(self, name))
        yield names


@pytest.fixture(scope="module")
def together(tmp_path_factory, run_here):
    """(results, how many were run in this process, whom the gradebook knew at each turn) with two workers."""
    folder, known = made(tmp_path_factory.mktemp("together")), []

    def note(result) -> None:
        with folder.gradebook as gradebook:
            known.append(sorted(student.id for student in gradebook.students))

    before = len(run_here)
    with running_ahead(folder, [(ASSIGNMENT, name) for name in EVERYBODY], workers=2) as ahead:
        results = grade(folder, ASSIGNMENT, EVERYBODY, note, ahead)
    return results, len(run_here) - before, known


@pytest.fixture(scope="module")
def alone(tmp_path_factory, run_here):
    """(results, how many were run in this process) without workers."""
    before = len(run_here)
    results = grade(made(tmp_path_factory.mktemp("alone")), ASSIGNMENT, EVERYBODY, done=lambda result: None)
    return results, len(run_here) - before


def told(results) -> list:
    return [(result.student, result.score, result.report, result.trouble, result.flags) for result in results]


def test_nothing_is_run_where_the_marks_are_written(together, alone):
    """The control: without workers all that can be read are run there."""
    assert together[1] == 0
    assert alone[1] == len(EVERYBODY) - 1


def test_marks_and_lines_are_the_same_as_one_after_the_other(together, alone):
    assert told(together[0]) == told(alone[0])


def test_everybody_has_a_page_but_whose_file_cannot_be_read(together):
    for result in together[0]:
        assert (result.student == "yan") == ("is not a notebook" in result.trouble) == (result.feedback is None)


def test_two_with_the_same_file_stay_two(together):
    first, zoe = together[0][0], together[0][-1]
    assert first.report == zoe.report and first.feedback != zoe.feedback and zoe.feedback.is_file()


def test_the_gradebook_hears_of_nobody_before_her_turn(together):
    assert together[2] == [EVERYBODY[: turn + 1] for turn in range(len(EVERYBODY))]


def test_a_worker_that_dies_costs_nobody_anything(tmp_path, run_here):
    """What it was running, and all that the broken pool would have run, is run here."""
    folder, before = made(tmp_path), len(run_here)
    names = EVERYBODY[:2]
    with running_ahead(folder, [(ASSIGNMENT, name) for name in names], workers=2) as ahead:
        submit = ahead._pool.submit
        ahead._pool.submit = lambda *_: submit(os._exit, 3)
        with pytest.warns(UserWarning, match="a worker process died"):
            results = grade(folder, ASSIGNMENT, names, lambda result: None, ahead)
    assert len(run_here) - before == 2 and all(result.report for result in results)


def test_an_interrupt_waits_for_no_worker(tmp_path):
    """Ctrl-C: the workers are ended, whatever they run."""
    folder = made(tmp_path)
    with (
        pytest.raises(KeyboardInterrupt),
        running_ahead(folder, [(ASSIGNMENT, name) for name in EVERYBODY], workers=2) as ahead,
    ):
        submit = ahead._pool.submit
        ahead._pool.submit = lambda *_: submit(time.sleep, 600)
        ahead._look_ahead()
        futures = list(ahead._running.values())
        raise KeyboardInterrupt
    assert multiprocessing.active_children() == [] and len(futures) > 1
    assert all(future.cancelled() or isinstance(future.exception(), BrokenProcessPool) for future in futures)


def test_half_of_the_workers_do_what_trains_the_costliest_first():
    """Two workers look four ahead: two trainings are among them, and the others in their order."""
    work = [
        ("plain", "ada"),
        ("plain", "boris"),
        ("plain", "chen"),
        ("short", "ada"),
        ("long", "ada"),
        ("long", "boris"),
    ]
    ahead, picked = Ahead(Config(), work, {"short": 1.0, "long": 5.0}, workers=2, tell_gradebook=print), []
    while ahead._next:
        picked.append(ahead._next.pop(ahead._choose([assignment for assignment, _ in picked[-3:]])))
    assert picked[:4] == [("long", "ada"), ("long", "boris"), ("plain", "ada"), ("plain", "boris")]
    assert sorted(picked) == sorted(work)


def test_one_worker_or_one_notebook_needs_no_pool(tmp_path):
    folder = ClassFolder(COURSE, tmp_path)
    for work, workers in ((["boris"], 2), (["boris", "chen"], 1)):
        with running_ahead(folder, [(ASSIGNMENT, name) for name in work], workers) as ahead:
            assert ahead is None
