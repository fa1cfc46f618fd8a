"""`unrolled collect`: what was downloaded from Canvas, Moodle or Gradescope, into submitted/."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from unrolled.course.course import Course


@click.command()
@click.argument("assignment")
@click.argument("downloads", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--folder", type=click.Path(path_type=Path), help="Where submitted/ lies (default: the course's root).")
@click.option(
    "--roster",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A CSV that says who is who: Canvas's gradebook, Moodle's grading worksheet, Gradescope's roster.",
)
@click.option("--id-column", help="The roster's column with what students are called in the gradebook.")
@click.option("--replace", is_flag=True, help="Let other work that lies there already give way.")
@click.pass_obj
def collect(
    start: str,
    assignment: str,
    downloads: tuple[Path, ...],
    folder: Path | None,
    roster: Path | None,
    id_column: str | None,
    replace: bool,
) -> None:
    """Lay DOWNLOADS of ASSIGNMENT (a platform's zip, or a folder) into submitted/<student>/<assignment>/."""
    from unrolled.cli.printing import say
    from unrolled.course.errors import SubmissionError
    from unrolled.grading.collect import collect as collect_from
    from unrolled.grading.collect import remember
    from unrolled.grading.roster import read_roster
    from unrolled.grading.whole_class import ClassFolder

    course = Course.find(start)
    bundle = course.bundle(assignment)
    place = ClassFolder(course, folder or course.root)
    known = read_roster(roster, id_column) if roster else None
    troubled = False
    for download in downloads:
        try:
            collected, students = collect_from(download, bundle, place.folder / "submitted", known, replace)
        except SubmissionError as refusal:
            say(f"✗ {refusal}")
            troubled = True
            continue
        with place.gradebook as gradebook:
            remember(gradebook, students)
        say(f"{download}: {collected.form}")
        for one in collected.students:
            late = ", late by the platform" if one.late else ""
            files = f"{len(one.files)} file{'s' * (len(one.files) != 1)}"
            say(f"✗ {one.student}: {one.trouble}" if one.trouble else f"✓ {one.student}: {files}, {one.said}{late}")
        for line in collected.left:
            say(f"  {line}")
        troubled |= any(one.trouble for one in collected.students)
    if troubled:
        sys.exit(1)
