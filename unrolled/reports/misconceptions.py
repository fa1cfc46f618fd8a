"""For the instructor: which mistakes a class made, and who made them.

Read from the marked notebooks, so that it speaks of everybody marked so far, however few were marked just now.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from unrolled.grading.whole_class import ClassFolder
from unrolled.reports.feedback import TEMPLATES, read_verdict


@dataclass
class Mistake:
    """One misconception and the students with it. name: "" for lost points that no misconception explains."""

    name: str
    hint: str = ""
    students: list[tuple[str, str]] = field(default_factory=list)  # each with the reason on their own page


@dataclass
class Asked:
    """One question. right: how many had all its points, of `marked`. mistakes: the commonest first."""

    id: str
    marked: int = 0
    right: int = 0
    mistakes: list[Mistake] = field(default_factory=list)


def count(reports: dict[str, dict]) -> list[Asked]:
    """reports: student -> what a marked notebook keeps about its marking."""
    asked: dict[str, Asked] = {}
    for student, report in sorted(reports.items()):
        for question in report["questions"]:
            one = asked.setdefault(question["id"], Asked(question["id"]))
            one.marked += 1
            if question["points"] == question["of"]:
                one.right += 1
                continue
            name = question["diagnosis"]
            mistake = next((m for m in one.mistakes if m.name == name), None)
            if mistake is None:
                hints = [line.hint for line in read_verdict(question["verdicts"])[0] if line.hint]
                mistake = Mistake(name, hints[0] if name and hints else "")
                one.mistakes.append(mistake)
            mistake.students.append((student, question["reason"]))
    for one in asked.values():
        one.mistakes.sort(key=lambda mistake: (not mistake.name, -len(mistake.students)))
    return list(asked.values())


def write_misconceptions(folder: ClassFolder, assignment: str) -> Path:
    """Write `<folder>/<assignment>_misconceptions.html`; returns its path."""
    reports = {}
    for path in (folder.folder / "autograded").glob(f"*/{assignment}/{folder.course.bundle(assignment).name}.ipynb"):
        metadata = json.loads(path.read_text(encoding="utf-8"))["metadata"]
        if "unrolled" in metadata:
            reports[path.parent.parent.name] = metadata["unrolled"]
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    template = environment.get_template("misconceptions/index.html.j2")
    page = folder.folder / f"{assignment}_misconceptions.html"
    page.write_text(template.render(assignment=assignment, asked=count(reports), students=len(reports)), "utf-8")
    return page
