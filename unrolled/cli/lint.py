"""`unrolled lint`: masters held to the house rules."""

from __future__ import annotations

import sys

import click

from unrolled.cli.options import assignments_argument, chosen
from unrolled.course.course import Course


@click.command()
@assignments_argument
@click.option("--unfinished", is_flag=True, help="Do not ask for 100 points.")
@click.pass_obj
def lint(start: str, assignments: tuple[str, ...], unfinished: bool) -> None:
    """Hold the masters of ASSIGNMENTS (default: all) to the house rules; each fault with its cell and the cure."""
    from unrolled.build.lint import lint as lint_one
    from unrolled.cli.printing import say

    course = Course.find(start)
    faults: list[str] = []
    for assignment in chosen(course, assignments):
        faults += lint_one(course.bundle(assignment), total=None if unfinished else 100)
    for fault in faults:
        say(f"✗ {fault}")
    if faults:
        sys.exit(1)
    say("✓ the masters keep to the rules")
