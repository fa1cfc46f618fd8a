"""`unrolled doctor`: what marking would make of a file or a folder, without marking it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from unrolled.course.course import Course


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--assignment", help="Refuse what belongs to another assignment, as grading does.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Write the mended notebook into a folder."
)
@click.pass_obj
def doctor(start: str, files: tuple[Path, ...], assignment: str | None, out: Path | None) -> None:
    """Say what each of FILES is (a notebook, a zip, a submission's folder), and what marking would repair in it."""
    from unrolled.cli.printing import say
    from unrolled.course.errors import SubmissionError
    from unrolled.doctor.doctor import put, treat_file, treat_folder

    course = Course.find(start)
    if assignment:
        course.bundle(assignment)
    if out and len(files) > 1:
        raise click.BadParameter("give one file with --out: all would be written under the same name")
    refused = False
    for path in files:
        try:
            treat = treat_folder if path.is_dir() else treat_file
            chosen = treat(course, path, assignment)
        except SubmissionError as refusal:
            refused = True
            say(f"✗ {refusal}")
            continue
        asked = len(chosen.bundle.answers) + len(chosen.bundle.by_hand)
        say(f"✓ {path} is {chosen.bundle.assignment}; {len(chosen.answered)} of {asked} answers hold something")
        written = put(chosen, out) if out else None
        for remark in chosen.remarks or ["nothing had to be repaired"]:
            say(f"  {remark}")
        if written:
            say(f"  written to {written}, with the hidden tests: not for students")
    if refused:
        sys.exit(1)
