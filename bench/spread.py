"""Does a mark depend on the draw, or on what else the machine does? Whole notebooks, marked again and again.

    python bench/spread.py                    20 salts in turn under three loads: idle, one busy process per core, three
    python bench/spread.py --salts 3 02_manual_rnn      fewer, and one assignment

For each assignment two notebooks: the reference, and one with the first misconception of each question in it. A line
says how many different marks each question got; one is what it should be.
"""

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).parents[1]))

from unrolled.course.course import Course

LOADS = (0, 1, 3)  # busy processes for each core


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("assignments", nargs="*")
    parser.add_argument("--salts", type=int, default=20)
    options = parser.parse_args()
    course = Course.find(__file__)
    varied = 0
    for assignment in options.assignments or ["01_sequences", "02_manual_rnn"]:
        for kind in ("right", "wrong"):
            marks: dict[str, set[float]] = {}
            for number in range(options.salts):
                load = LOADS[number % len(LOADS)]
                for id, points in marked(course, assignment, kind, f"salt {number}", load).items():
                    marks.setdefault(id, set()).add(points)
            several = {id: sorted(found) for id, found in marks.items() if len(found) > 1}
            varied += len(several)
            print(f"{assignment}, {kind}: {len(marks)} questions, {options.salts} salts; more than one mark: {several}")
    print("spread: 0" if not varied else f"{varied} questions got more than one mark")
    sys.exit(bool(varied))


def marked(course: Course, assignment: str, kind: str, salt: str, load: int) -> dict[str, float]:
    """Question -> points, with `load` busy processes per core beside it."""
    bundle = course.bundle(assignment)
    notebook = json.loads(next((course.root / "release" / assignment).glob("*.ipynb")).read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        id = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        if id in bundle.answers and not bundle.trains(id):
            wrong = bundle.misconceptions[id][0].apply(bundle.answers[id]) if kind == "wrong" else bundle.answers[id]
            cell["source"] = wrong
    busy = [multiprocessing.Process(target=turn, daemon=True) for _ in range(load * (os.cpu_count() or 1))]
    for process in busy:
        process.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{bundle.name}.ipynb"
            path.write_text(json.dumps(notebook), encoding="utf-8")
            command = [sys.executable, "-m", "unrolled", "mark", str(path), "--json"]
            environment = {**os.environ, "UNROLLED_SALT": salt}
            ran = subprocess.run(command, cwd=course.root, env=environment, capture_output=True, text=True, check=False)
        report = json.loads(ran.stdout[ran.stdout.index("{") :])
        return {entry["id"]: entry["points"] for entry in report["questions"]}
    finally:
        for process in busy:
            process.terminate()


def turn() -> None:
    while True:
        pass


if __name__ == "__main__":
    main()
