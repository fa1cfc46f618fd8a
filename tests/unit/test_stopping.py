"""Ctrl-C while a class is graded: at once, not in the middle of what has to be whole, and a second time in any case."""

import logging
import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest
from nbgrader.utils import capture_log

from unrolled.grading.stopping import STOPPED, at_once, held, stoppable, was_broken_off

BOTH = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])


@BOTH
def test_it_stops_at_once(number):
    done = []
    with stoppable(), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)
        done.append("went on")
    assert done == []


@BOTH
def test_what_is_held_is_done_to_its_end(number):
    done = []
    with stoppable():
        with pytest.raises(KeyboardInterrupt), held():
            signal.raise_signal(number)
            done.append("whole")
        assert not was_broken_off()
    assert done == ["whole"]


def log_of(start) -> dict:
    """What nbgrader's API makes of a call."""
    return capture_log(SimpleNamespace(log=logging.getLogger("of this test"), start=start))


def run() -> None:
    with at_once():
        signal.raise_signal(signal.SIGINT)
        raise AssertionError("it was waited for")


def held_and_logged(start) -> tuple[dict, bool]:
    """What nbgrader says of a call that is stopped, and whether its run was broken off."""
    with stoppable():
        with pytest.raises(KeyboardInterrupt), held():
            said = log_of(start)
        return said, was_broken_off()


def test_a_run_in_what_is_held_is_broken_off_though_nbgrader_keeps_that_to_itself():
    said, broken_off = held_and_logged(run)
    assert not said["success"] and "it was waited for" not in said["error"] and broken_off


def test_nor_does_a_run_begin_once_somebody_wants_to_stop():
    def late() -> None:
        signal.raise_signal(signal.SIGINT)
        with at_once():
            raise AssertionError("it has begun")

    said, broken_off = held_and_logged(late)
    assert not said["success"] and "AssertionError: it has begun" not in said["error"] and broken_off


def test_without_a_class_nothing_changes():
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), held(), at_once():
        signal.raise_signal(signal.SIGINT)
    with stoppable():
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before
    with held():  # what was asked of one class is not asked of the next
        pass


@pytest.mark.parametrize(("times", "status"), [(1, 0), (2, STOPPED)])
def test_a_second_time_waits_for_nothing(times, status):
    """Held for ever, as by a gradebook that somebody else has locked. The control: after one it is still held."""
    code = (
        "import os, signal\nfrom unrolled.grading.stopping import held, stoppable\n"
        f"with stoppable(), held():\n for _ in range({times}): signal.raise_signal(signal.SIGINT)\n os._exit(0)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == status
