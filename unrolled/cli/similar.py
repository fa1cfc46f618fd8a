"""`unrolled similar`: whose answers are alike, for a person to look at."""

from __future__ import annotations

from pathlib import Path

import click

from unrolled.cli.options import folder_option
from unrolled.course.course import Course


@click.command()
@click.argument("assignment")
@folder_option
@click.option(
    "--above",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.5,
    show_default=True,
    help="The share of somebody's own code that has to be in another's.",
)
@click.pass_obj
def similar(start: str, assignment: str, folder: Path | None, above: float) -> None:
    """Write a page with the pairs of submissions for ASSIGNMENT whose code is alike, both side by side.

    It is for a person to look at and changes no mark: small questions have answers that are alike by themselves. What
    the release says is left out, and names and comments do not count. Nothing is run.
    """
    from unrolled.cli.printing import say
    from unrolled.grading.whole_class import ClassFolder
    from unrolled.reports.similar import write_similar

    course = Course.find(start)
    course.bundle(assignment)
    page, found, refused = write_similar(ClassFolder(course, folder or course.root), assignment, above)
    for pair in found[:20]:
        say(f"{pair.share:.2f}  {'  '.join(pair.students)}")
    for student, why in refused.items():
        say(f"not compared: {student}: {why}")
    say(f"{len(found)} pairs of {above:g} or more: {page}")
