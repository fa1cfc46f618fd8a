"""What it takes to run each solution: seconds by the clock and of the processor, and the most memory at once.

    python bench/solutions.py [ASSIGNMENT …]        default: all, one after the other

Runs each master in a kernel of its own, as an author does (with the cells to play with and the hidden checks), and
prints one line for each. The memory is that of the kernel's process, which was forked from one that has imported torch
and the rest: their pages count, the time that importing took does not. Exit status 1 if a cell fails.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import nbformat
from nbclient.exceptions import CellExecutionError

from unrolled.build.solutions import PrivateClient
from unrolled.course.course import Course

MEASURE = """
import resource
_used = resource.getrusage(resource.RUSAGE_SELF)
print(_used.ru_utime + _used.ru_stime, _used.ru_maxrss)
"""


def run(course: Course, assignment: str) -> str:
    """The line about one assignment. Raises CellExecutionError."""
    master = course.bundle(assignment).master_path
    notebook = nbformat.read(master, as_version=4)
    cells = len(notebook.cells)
    notebook.cells.append(nbformat.v4.new_code_cell(MEASURE))
    with tempfile.TemporaryDirectory() as scratch:
        client = PrivateClient(notebook, timeout=600, resources={"metadata": {"path": str(master.parent)}})
        client.kernel_folder = Path(scratch)
        started = time.perf_counter()
        client.execute()
        seconds = time.perf_counter() - started
    processor, kilobytes = map(float, notebook.cells[-1].outputs[0].text.split())
    return (
        f"{assignment:18} {cells:3} cells  {seconds:6.1f} s by the clock, {processor:6.1f} s of the processor, "
        f"at most {kilobytes / 1024:4.0f} MiB"
    )


def main(assignments: list[str]) -> int:
    course, failed = Course.find(__file__), 0
    for assignment in assignments or course.assignments:
        try:
            print(run(course, assignment), flush=True)
        except CellExecutionError as error:
            failed += 1
            print(f"{assignment:18} fails: {error}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
