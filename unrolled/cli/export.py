"""`unrolled export`: the marks in the form that another system reads."""

from __future__ import annotations

import importlib
from pathlib import Path

import click

from unrolled.cli.options import assignments_argument, folder_option
from unrolled.course.course import Course
from unrolled.course.errors import BadInput

# format -> its exporter, for `nbgrader export --exporter=…`, too
FORMATS = {
    "canvas": "unrolled.reports.exports.canvas.CanvasExport",
    "csv": "unrolled.reports.exports.csv_file.CsvExport",
    "gradescope": "unrolled.reports.exports.gradescope.GradescopeExport",
    "moodle": "unrolled.reports.exports.moodle.MoodleExport",
}


@click.command()
@click.argument("format", type=click.Choice(list(FORMATS)))
@assignments_argument
@folder_option
@click.option("--into", type=click.Path(path_type=Path), help="A file that the system gave out: a copy gets the marks.")
@click.option("--column", default="", help="The column of that file, where it is not called as the assignment is.")
@click.option("--student", "students", multiple=True, help="Only this student; may be given again.")
@click.option(
    "--to", type=click.Path(path_type=Path), help="A folder or a file to write (default: the class's folder)."
)
@click.pass_obj
def export(
    start: str,
    format: str,
    assignments: tuple[str, ...],
    folder: Path | None,
    into: Path | None,
    column: str,
    students: tuple[str, ...],
    to: Path | None,
) -> None:
    """Write the marks of ASSIGNMENTS (default: all that are graded) as FORMAT.

    canvas and moodle are surest with --into: a gradebook that Canvas exported, a grading worksheet of Moodle's. Rows
    are matched by ids, and what is not sure stays as it is and is told. Who is not marked has an empty cell, never a 0.
    """
    from unrolled.cli.printing import say
    from unrolled.grading.whole_class import ClassFolder

    course = Course.find(start)
    place = ClassFolder(course, folder or course.root)
    module, _, name = FORMATS[format].rpartition(".")
    exporter = getattr(importlib.import_module(module), name)(
        folder=place,
        assignment=list(assignments),
        student=list(students),
        column=column,
        into=str(into or ""),
        to=str(to or ""),
    )
    database = place.folder / "gradebook.db"
    if place.config.CourseDirectory.db_url == f"sqlite:///{database}" and not database.is_file():
        raise BadInput(f"nothing is graded in {place.folder}: unrolled grade comes first")  # opening it would make one
    with place.gradebook as gradebook:
        written = exporter.write(gradebook)
    for path in written:
        say(f"{format:<9} {path}")
    for note in exporter.notes:
        say(f"note: {note}")
