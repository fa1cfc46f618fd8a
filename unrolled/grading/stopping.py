"""Ctrl-C while a class is graded: at once where nothing is lost by it, and between two submissions everywhere else.

nbgrader keeps KeyboardInterrupt to itself: `capture_log`, under every call of its API, takes it for a fault of the
submission and goes on. So whether somebody wants to stop is noted here, where nbgrader does not look, and asked for
when nbgrader has come back. SIGTERM, by which a batch system ends a job, is taken in the same way.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator

STOPPED = 130  # the exit status of a command that was stopped, as shells have it
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_SHOW_CURSOR = "\x1b[?25h"  # a live bar hides it


class _Stop:
    """asked: does somebody want to stop? held: is something being written that must be whole? broken_off: was a
    notebook's run given up for it?"""

    def __init__(self) -> None:
        self.asked = self.held = self.broken_off = False

    def tell(self, *_) -> None:
        """The signal has come. A second one waits for nothing any more."""
        if self.asked:
            leave_now()
        self.asked = True
        if not self.held:
            raise KeyboardInterrupt


_stop = _Stop()


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """While a class is graded. For the main thread, which alone may say what signals do."""
    global _stop
    _stop = _Stop()
    before = {number: signal.signal(number, _stop.tell) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _stop = _Stop()


@contextlib.contextmanager
def held() -> Iterator[None]:
    """What is done in here is done to its end. Raises KeyboardInterrupt afterwards, if somebody wants to stop."""
    _stop.held = True
    try:
        yield
    finally:
        _stop.held = False
        if _stop.asked:
            raise KeyboardInterrupt


@contextlib.contextmanager
def at_once() -> Iterator[None]:
    """Inside of `held`: a notebook's run, which is not waited for."""
    before, _stop.held = _stop.held, False
    try:
        if _stop.asked:
            raise KeyboardInterrupt
        yield
    except KeyboardInterrupt:
        _stop.broken_off = True
        raise
    finally:
        _stop.held = before


def was_broken_off() -> bool:
    """Was a notebook's run given up, so that what came of it is nothing?"""
    return _stop.broken_off


def once_more_leaves() -> None:
    """For the end of a command that was stopped: if somebody asks again, nothing is waited for."""
    for number in _SIGNALS:
        signal.signal(number, lambda *_: leave_now())


def leave_now() -> None:
    """Without waiting for anything, and without a trace on the terminal. What this process has started ends with it."""
    for worker in multiprocessing.active_children():
        worker.kill()
    if sys.stdout.isatty():
        os.write(1, _SHOW_CURSOR.encode())
    os._exit(STOPPED)


@contextlib.contextmanager
def unheard_by_children() -> Iterator[None]:
    """Workers that are started in here hear no Ctrl-C until `left_to_parent`: a terminal sends it to them, too."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def left_to_parent() -> None:
    """In a worker: whoever started it ends it. Not by ignoring the signal, which kernels would inherit."""
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
