"""Is a mark the same when it is made again? Grades the demo class several times while the other core is kept busy.

    python bench/regrade.py [TIMES] [ASSIGNMENT …]        default: 10 times, every assignment

Prints one line for each round, and at the end in how many rounds every mark, verdict and flag was as in the first.
What a training cost is compared by its points: the passes themselves are measured anew each time.
Exit status 1 if a mark differs.
"""

import multiprocessing
import os
import re
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[1] / "examples"))

from demo_class import DEMO_BUDGETS, make_class

from unrolled.course.course import Course
from unrolled.grading.whole_class import ClassFolder, grade

_COST = re.compile(r"[\d,]+ of [\d,]+ reference passes")


def keep_busy(core: int) -> None:
    """Multiply matrices on one core until the process is ended."""
    os.sched_setaffinity(0, {core})
    os.nice(19)  # it fills what is left of the core; on an idle machine, that is all of it
    import torch

    a = torch.randn(256, 256)
    while True:
        a = (a @ a).tanh()


def marks(course: Course, assignments: list[str]) -> dict:
    """(student, assignment) -> everything that a student is told, except what the clock says."""
    with tempfile.TemporaryDirectory() as scratch:
        make_class(course, Path(scratch), *assignments)
        folder = ClassFolder(course, Path(scratch))
        folder.config.RefereedExecute.budgets = DEMO_BUDGETS
        results = [r for name in assignments for r in grade(folder, name, done=lambda result: None)]
    return {
        (r.student, r.assignment): (
            r.score,
            r.flags,
            [(q["id"], q["points"], [_COST.sub("…", line) for line in q["verdicts"]]) for q in r.report["questions"]]
            if r.report
            else re.sub(r"/\S+/", "", r.trouble),
        )
        for r in results
    }


def main(times: int, names: list[str]) -> int:
    course = Course.find(__file__)
    names = names or course.assignments
    cores = sorted(os.sched_getaffinity(0))
    busy = multiprocessing.get_context("spawn").Process(target=keep_busy, args=(cores[-1],), daemon=True)
    busy.start()
    try:
        first, alike = None, 0
        for number in range(1, times + 1):
            started = time.perf_counter()
            now = marks(course, names)
            first = first or now
            other = [key for key in first if now.get(key) != first[key]]
            alike += not other
            seconds = time.perf_counter() - started
            print(
                f"round {number}: {len(now)} submissions in {seconds:.0f} s, {len(other)} unlike the first", flush=True
            )
            for key in other:
                print(f"  {key}:\n    {first[key]}\n    {now.get(key)}", flush=True)
    finally:
        busy.kill()
    print(f"{alike} of {times} rounds gave every mark as the first did")
    return 0 if alike == times else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10, sys.argv[2:]))
