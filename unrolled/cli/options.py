"""Options and arguments that several commands have. Imports nothing that takes long: --help needs all of this."""

from __future__ import annotations

from pathlib import Path

import click

from unrolled.course.course import Course
from unrolled.course.errors import CourseError
from unrolled.course.near import did_you_mean

assignments_argument = click.argument("assignments", nargs=-1)

folder_option = click.option(
    "--folder", type=click.Path(path_type=Path), help="Where submitted/ lies (default: the course's root)."
)


def chosen(course: Course, names: tuple[str, ...]) -> list[str]:
    """The assignments that a command is to work on; an unknown name is an error before anything is done."""
    for name in names:
        course.bundle(name)
    return list(names) or course.assignments


def of_questions(course: Course, names: tuple[str, ...], questions: tuple[str, ...]) -> tuple[str, ...]:
    """Of the assignments that were named, those with one of these questions; `names` where there are none.

    Raises for a question that none of them has, or that no check marks.
    """
    if not questions:
        return names
    bundles = [course.bundle(name) for name in chosen(course, names)]
    for question in questions:
        if any(question in bundle.by_hand for bundle in bundles):
            raise click.BadParameter(f"{question!r} is answered in words, which a person marks and no check")
    require_questions(course, chosen(course, names), questions)
    return tuple(bundle.assignment for bundle in bundles if bundle.declared.keys() & set(questions))


def require_questions(course: Course, assignments: list[str], questions: tuple[str, ...]) -> None:
    """Raises CourseError for a question that none of the assignments has: all that is done for it would be nothing."""
    known = [id for assignment in assignments for id in course.bundle(assignment).declared]
    for question in questions:
        if question not in known:
            cure = did_you_mean(question, known)
            raise CourseError(f"there is no question {question!r} in {', '.join(assignments)}{cure}")


def _read_budgets(context, parameter, given: tuple[str, ...]) -> dict[str, float]:
    budgets = {}
    for text in given:
        question, _, passes = text.partition("=")
        try:
            budgets[question] = float(passes)
        except ValueError:
            raise click.BadParameter(f"{text!r} is not QUESTION=PASSES, such as train_echo=5000") from None
    return budgets


budgets_option = click.option(
    "--budget",
    "budgets",
    multiple=True,
    metavar="QUESTION=PASSES",
    callback=_read_budgets,
    help="What a training may cost, in reference passes, instead of what the question allows; may be given again.",
)


unsandboxed_option = click.option(
    "--unsandboxed", is_flag=True, help="Go on where this machine can shut no notebook in (see `unrolled sandbox`)."
)

gpu_option = click.option(
    "--gpu", is_flag=True, help="Let notebooks use this machine's graphics cards (c.RefereedExecute.gpu)."
)


def all_budgets(course: Course, given: dict[str, float]) -> dict[str, float]:
    """Those of nbgrader_config.py, and over them those of the command line. Raises for a question without one."""
    from unrolled.course.nbgrader_config import load_config

    bundles = [course.bundle(name) for name in course.assignments]
    known = {id for bundle in bundles for id in bundle.declared if bundle.trains(id)}
    for question in given.keys() - known:
        raise click.BadParameter(f"no question {question!r} has a budget; those that train: {', '.join(sorted(known))}")
    return {**dict(load_config(course).RefereedExecute.get("budgets", {})), **given}
