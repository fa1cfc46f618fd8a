"""The page of a student whose submission could not be marked: why, and that this is not a mark of 0."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from unrolled.grading.whole_class import ClassFolder, Result
from unrolled.reports.feedback import TEMPLATES


def write_refusal(folder: ClassFolder, result: Result) -> Path:
    """Write the page where the feedback page of a marked submission would lie; returns its path."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    template = environment.get_template("refused/index.html.j2")
    page = folder.notebook("feedback", result.student, result.assignment)
    page.parent.mkdir(parents=True, exist_ok=True)
    text = template.render(assignment=result.assignment, student=result.student, reason=result.trouble)
    page.write_text(text, encoding="utf-8")
    return page
