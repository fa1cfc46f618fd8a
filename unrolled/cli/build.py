"""`unrolled build`: masters to releases, and to executed solutions."""

from __future__ import annotations

import sys

import click

from unrolled.cli.options import assignments_argument, chosen
from unrolled.course.course import Course


@click.command()
@assignments_argument
@click.option("--check", is_flag=True, help="Build nothing; say in which cells release/ differs from its masters.")
@click.option("--solutions", is_flag=True, help="Also execute the solutions, as notebooks and pages in solutions/.")
@click.pass_obj
def build(start: str, assignments: tuple[str, ...], check: bool, solutions: bool) -> None:
    """Make the student notebooks of ASSIGNMENTS (default: all) from their masters, and scan them for leaks."""
    from unrolled.build.course_page import PAGE, course_page
    from unrolled.build.leaks import leaks
    from unrolled.build.release import build as build_one
    from unrolled.build.release import differences
    from unrolled.build.solutions import make_solution
    from unrolled.cli.printing import say

    course = Course.find(start)
    different: list[str] = []
    leaked: list[str] = []
    for assignment in chosen(course, assignments):
        if check:
            different += differences(course, assignment)
        else:
            say(f"✓ {build_one(course, assignment).relative_to(course.root)}")
        leaked += leaks(course, assignment)
        if solutions:
            for path in make_solution(course, assignment, course.root / "solutions"):
                say(f"✓ {path.relative_to(course.root)}")
    page = course.root / PAGE
    if not assignments and page.parent.is_dir():  # a course without docs/ has no such page
        text = course_page(course)
        if not check:
            page.write_text(text, encoding="utf-8")
        elif not page.is_file() or page.read_text(encoding="utf-8") != text:
            different.append(f"{PAGE} differs from what the masters say")
    for fault in different + leaked:
        say(f"✗ {fault}")
    if different:
        say("Run `unrolled build`, look at what changed, and commit it with the master.")
    if leaked:
        say("What is listed above must not reach students: mend the master, then build again.")
    if different or leaked:
        sys.exit(1)
    if check:
        say("✓ every release agrees with its master, and none holds a solution or a hidden test")
