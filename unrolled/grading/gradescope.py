"""What a container of Gradescope's does with one submission: mark it, and write results.json.

    python -m unrolled.grading.gradescope /autograder

    /autograder/source        the course's files that unrolled.build.gradescope has put into the zip
    /autograder/submission    what a student has handed in
    /autograder/results       results.json, which becomes the mark

Root runs this. Before anything of the student's is run, both the checks and the results are root's alone, and a first
results.json lies there, which says that nothing has been marked: a container that is stopped in between leaves that.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from unrolled.course.course import Course
from unrolled.course.errors import BadInput
from unrolled.course.nbgrader_config import load_config
from unrolled.course.whole import write_whole
from unrolled.doctor.plain import harmless
from unrolled.grading.notebook import mark_file
from unrolled.walls.machine import NO_WALL

UNFINISHED = "Marking did not come to its end, so that this 0 is no mark. Tell whoever teaches the course."


def main(root: Path) -> None:
    """Mark what lies in root/submission."""
    source, results = root / "source", root / "results"
    results.mkdir(exist_ok=True)
    for folder in (source, results):
        folder.chmod(0o700)
    _write(results, _without_mark(UNFINISHED))
    try:
        course = Course(source)
        settings = load_config(course).RefereedExecute
        own = {name: settings[name] for name in ("budgets", "unsandboxed") if name in settings}
        told = as_results(mark_file(course, root / "submission", **own))
    except BadInput as refusal:
        told = _without_mark(f"This could not be marked, so that this 0 is no mark: {refusal}")
    except Exception as error:
        told = _without_mark(f"{UNFINISHED} ({type(error).__name__})")
        _write(results, told)
        raise
    _write(results, told)


def as_results(report: dict) -> dict:
    """A marked notebook's report, in Gradescope's form: a test for each question, with what its page would say."""
    tests = [
        {
            "name": question["id"],
            "score": question["points"],
            "max_score": question["of"],
            "output": harmless("\n".join(question["verdicts"])),
            "output_format": "text",
            "visibility": "visible",
        }
        for question in report["questions"]
    ]
    said = [f"mended: {remark}" for remark in report["mended"]]
    for text in report["by_hand"]:
        state = "waits for a person's mark" if text["answered"] else "is not answered"
        said.append(f"{text['id']} ({text['of']:g} points) {state}; its points are not in this score")
    waiting = [question["id"] for question in report["questions"] if question["needs_person"]]
    if waiting:
        said.append(f"a person has to look at {', '.join(waiting)}")
    if report["marked_by"]["sandbox"] == NO_WALL:
        said.append("the notebook was not shut in")
    return {"tests": tests, "output": harmless("\n".join(said)), "stdout_visibility": "hidden", "extra_data": report}


def _without_mark(why: str) -> dict:
    return {"score": 0.0, "output": harmless(why), "stdout_visibility": "hidden", "tests": []}


def _write(results: Path, told: dict) -> None:
    write_whole(results / "results.json", json.dumps(told, ensure_ascii=False).encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
