"""A worker process ends with whoever started it, even if that one is killed and can tell nobody."""

from __future__ import annotations

import multiprocessing
import os
import threading


def end_with_parent() -> None:
    """To be called in a process that multiprocessing has spawned: it is gone as soon as its parent is.

    By itself the worker of a pool finishes its job, and then waits for another one for ever: the pipe that jobs come
    through has other ends in its siblings. On every system, unlike prctl.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait_for, args=(parent,), daemon=True, name="ends with its parent").start()


def _wait_for(parent) -> None:
    parent.join()
    os._exit(1)
