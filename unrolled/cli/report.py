"""`unrolled report`: the class's report once more, without grading anything."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from unrolled.cli.options import assignments_argument, chosen, folder_option
from unrolled.course.course import Course


@click.command()
@assignments_argument
@folder_option
@click.pass_obj
def report(start: str, assignments: tuple[str, ...], folder: Path | None) -> None:
    """Write the report for whoever teaches, for ASSIGNMENTS (default: all that somebody handed in).

    It is a page a browser opens from disk: totals, questions, mistakes, time, and who needs a person. `unrolled grade`
    writes it, too; after marking by hand, this brings it up to date.
    """
    from unrolled.cli.printing import say
    from unrolled.grading.whole_class import ClassFolder
    from unrolled.reports.class_report import write_class_report

    course = Course.find(start)
    place = ClassFolder(course, folder or course.root)
    names = [name for name in chosen(course, assignments) if name in assignments or place.submissions(name)]
    if not names:
        say(f"nothing to report: {place.folder / 'submitted'} has no <student>/<assignment> folder")
        sys.exit(1)
    for name in names:
        say(f"report    {write_class_report(place, name, names)}")
