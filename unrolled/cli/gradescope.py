"""`unrolled gradescope`: an assignment's autograder, as Gradescope wants it uploaded."""

from __future__ import annotations

from pathlib import Path

import click

from unrolled.course.course import PRACTICE_SALT, Course


@click.command()
@click.argument("assignment")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="The zip (default: build/gradescope/ASSIGNMENT.zip)."
)
@click.pass_obj
def gradescope(start: str, assignment: str, out: Path | None) -> None:
    """Write the zip that marks ASSIGNMENT on Gradescope: the same checks, each notebook as a user of its own."""
    from unrolled.build.gradescope import write_gradescope
    from unrolled.cli.printing import say
    from unrolled.course.errors import BuildError

    course = Course.find(start)
    bundle = course.bundle(assignment)
    if course.salt == PRACTICE_SALT:
        raise BuildError("write a secret of your own into .salt first: with the practice salt students know the draws")
    path = write_gradescope(course, assignment, out or course.root / "build" / "gradescope" / f"{assignment}.zip")
    checked = sum(question.points for question in bundle.declared.values())
    by_hand = sum(bundle.by_hand.values())
    say(f"✓ {path}  ({path.stat().st_size / 2**20:.1f} MB; it holds the hidden tests and the salt: not for students)")
    say(f"  autograder points: {checked:g}" + (f"; points for a person to give there: {by_hand:g}" if by_hand else ""))
