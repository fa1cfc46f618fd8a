"""Processes of a run are killed at random moments: is every mark right after it was run again?

    python bench/killed.py              fifty times: a kernel, the warm process, a worker with its referee, all of it
    python bench/killed.py --times 8    fewer

A class of three torch questions with known marks is graded by two workers. After each kill the run goes on, or is
started again where it was ended; then the gradebook must hold every mark once, as in an undisturbed run, and nothing
that ran may be left. Exit status 1 otherwise.
"""

import argparse
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hostile import processes, sockets
from submissions import ASSIGNMENT, QUESTIONS, SMALL, hand_in, small_course

from unrolled.course.course import Course

STUDENTS = 16
PATIENCE = 60  # seconds for what was orphaned to notice, on a busy machine
VICTIMS = ("a kernel", "the warm process", "a worker", "the run")


def marks(folder: Path) -> list[tuple]:
    """Every row of the gradebook's that is a mark: student, question, points."""
    with sqlite3.connect(folder / "gradebook.db") as database:
        return sorted(
            database.execute(
                "select s.student_id, c.name, g.auto_score, g.manual_score, g.needs_manual_grade from grade g"
                " join submitted_notebook n on g.notebook_id = n.id"
                " join submitted_assignment s on n.assignment_id = s.id join base_cell c on g.cell_id = c.id"
            )
        )


def choose(victim: str, run: subprocess.Popen, scratch: Path) -> list[int]:
    """Processes to kill; none if there is no such one now."""
    running = processes(scratch)
    warm = [pid for pid, what in running.items() if "unrolled.kernels.warm" in what and "bwrap" not in what]
    parents = {pid: _parent(pid) for pid in running}
    kernels = [pid for pid in warm if parents[pid] in warm]
    if victim == "the run":
        return [run.pid]
    if victim == "a worker":
        return [pid for pid, what in running.items() if "spawn_main" in what][:1]
    return kernels[:1] if victim == "a kernel" else [pid for pid in warm if pid not in kernels][:1]


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0


def what_stays(scratch: Path) -> list[str]:
    """Processes and sockets that are there, once they had time to end."""
    until = time.monotonic() + PATIENCE
    while (left := [*processes(scratch).values(), *sockets(scratch)]) and time.monotonic() < until:
        time.sleep(0.1)
    return left


def start(small: Course, scratch: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "unrolled", "grade", SMALL, "--workers", "2"],
        cwd=small.root,
        env={**os.environ, "TMPDIR": str(scratch)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def disturbed(small: Course, scratch: Path, victim: str, takes: float) -> str:
    """One run with a kill in it, and what is wrong afterwards; takes: seconds of an undisturbed run."""
    for name in ("gradebook.db", "autograded", "feedback", f"{SMALL}.csv"):
        path = small.root / name
        shutil.rmtree(path, ignore_errors=True)
        path.unlink(missing_ok=True)
    run = start(small, scratch)
    killed: list[int] = []
    # Before the first mark, in one of four; else when so many have their page.
    began, early, after = time.monotonic(), random.random() < 0.25, random.randrange(STUDENTS - 4)
    moment = random.uniform(0.1, 0.6) * takes if early else 0
    while run.poll() is None and not killed:
        pages = len(list((small.root / "feedback").glob("*")))
        if time.monotonic() - began >= moment and (early or pages > after):
            killed = choose(victim, run, scratch)
            for pid in killed:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    killed = []
        time.sleep(0.01)
    status = run.wait()
    if not killed:
        return "nothing was killed: the run was over"
    if victim == "the run":
        if left := what_stays(scratch):
            return f"left of it: {left}"
        status = start(small, scratch).wait()
    return f"exit status {status}" if status else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random.seed(options.seed)
    course = Course.find(__file__)
    bundle = course.bundle(ASSIGNMENT)
    answers = {question: bundle.answers[question] for question in QUESTIONS}
    wrong, missed = 0, 0
    with tempfile.TemporaryDirectory(prefix="class-") as folder:
        small = small_course(course.root, Path(folder), "warm", small_checks=True)
        scratch = Path(folder) / "tmp"
        scratch.mkdir()
        hand_in(small, SMALL, "warm", STUDENTS, answers)
        began = time.monotonic()
        start(small, scratch).wait()
        takes, right = time.monotonic() - began, marks(small.root)
        assert len(right) == STUDENTS * len(QUESTIONS) and all(row[2] for row in right), right
        print(f"undisturbed: {len(right)} marks in {takes:.0f} s", flush=True)
        for number in range(options.times):
            victim = VICTIMS[number % len(VICTIMS)]
            said = disturbed(small, scratch, victim, takes)
            found = marks(small.root)
            other = [row for row in right if row not in found] + [row for row in found if row not in right]
            left = what_stays(scratch)
            missed += said.startswith("nothing")
            bad = bool(other or left or (said and not said.startswith("nothing")))
            wrong += bad
            print(f"{number + 1:3} {victim:16} {said or 'done'}; {len(other)} marks other; left: {left}", flush=True)
    print(f"{options.times - missed} killed, {missed} came too late; {wrong} with a fault")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "1"
    main()
