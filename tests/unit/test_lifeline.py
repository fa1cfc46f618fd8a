"""Workers of a pool are gone soon after whoever started them was killed, whatever they are at."""

import os
import signal
import subprocess
import sys
import time

import pytest

# A pool of two: one worker is in an endless job, the other waits for one.
POOL = """
import multiprocessing, os, sys, time
from concurrent.futures import ProcessPoolExecutor
from unrolled.kernels.lifeline import end_with_parent

def job(seconds):
    print(os.getpid(), flush=True)
    time.sleep(seconds)

if __name__ == "__main__":
    start = end_with_parent if sys.argv[1] == "with" else None
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn"), start) as pool:
        list(pool.map(job, [0.5, 600]))
"""


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(("how", "left"), [("with", 0), ("without", 1)])
def test_a_killed_pool_leaves_no_worker(tmp_path, how, left):
    """The control is a pool without it, whose job goes on for nobody."""
    script = tmp_path / "pool.py"
    script.write_text(POOL)
    owner = subprocess.Popen([sys.executable, str(script), how], stdout=subprocess.PIPE, text=True)
    workers = [int(owner.stdout.readline()) for _ in range(2)]
    owner.kill()
    owner.wait()
    until = time.monotonic() + (20 if not left else 2)
    while sum(map(runs, workers)) > left and time.monotonic() < until:
        time.sleep(0.05)
    alive = [pid for pid in workers if runs(pid)]
    for pid in alive:
        os.kill(pid, signal.SIGKILL)
    assert len(alive) >= left if left else alive == []
