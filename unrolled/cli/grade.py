"""`unrolled grade`: a class's submissions, with feedback pages, a CSV and a report."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from unrolled.cli.options import (
    all_budgets,
    assignments_argument,
    budgets_option,
    chosen,
    folder_option,
    gpu_option,
    of_questions,
    unsandboxed_option,
)
from unrolled.course.course import PRACTICE_SALT, Course


@click.command()
@assignments_argument
@folder_option
@click.option("--student", "students", multiple=True, help="Only this student; may be given again.")
@click.option("--force", is_flag=True, help="Run and mark everything anew, also what did not change.")
@click.option(
    "--question",
    "questions",
    multiple=True,
    help="Mark this question anew and keep the verdicts on the others; may be given again. Notebooks are run whole, "
    "since cells build on one another. Who was never marked, or has changed the notebook, is marked whole.",
)
@click.option("--db", "db_url", default="", metavar="URL", help="The gradebook, instead of c.CourseDirectory.db_url.")
@click.option("--workers", type=click.IntRange(min=1), help="Notebooks run at once (default: one per core).")
@budgets_option
@gpu_option
@unsandboxed_option
@click.pass_obj
def grade(
    start: str,
    assignments: tuple[str, ...],
    folder: Path | None,
    students: tuple[str, ...],
    force: bool,
    questions: tuple[str, ...],
    db_url: str,
    workers: int | None,
    budgets: dict[str, float],
    gpu: bool,
    unsandboxed: bool,
) -> None:
    """Grade the submissions for ASSIGNMENTS (default: all), with feedback pages, a CSV and a report."""
    from rich.markup import escape

    from unrolled.cli.printing import progress, sandbox_note, say
    from unrolled.doctor.plain import harmless
    from unrolled.grading.scratch import require
    from unrolled.grading.whole_class import ClassFolder, Result, running_ahead, write_csv
    from unrolled.grading.whole_class import grade as grade_class
    from unrolled.kernels.kernel import cores
    from unrolled.reports.class_report import write_class_report
    from unrolled.reports.refused import write_refusal

    course = Course.find(start)
    place = ClassFolder(course, folder or course.root, db_url)
    place.patience.say = say
    assignments = of_questions(course, assignments, questions)
    if force or questions:
        place.mark_anew(() if force else questions)
    place.config.RefereedExecute.budgets = all_budgets(course, budgets)
    if gpu:
        place.config.RefereedExecute.gpu = True
    if unsandboxed:
        place.config.RefereedExecute.unsandboxed = True
    sandbox = require(place.config.RefereedExecute.get("unsandboxed", False))
    classes = {name: list(students) or place.submissions(name) for name in chosen(course, assignments)}
    classes = {assignment: names for assignment, names in classes.items() if names}
    work = [(assignment, student) for assignment, names in classes.items() for student in names]
    if not work:
        say(f"nothing to grade: {place.folder / 'submitted'} has no <student>/<assignment> folder")
        sys.exit(1)
    with running_ahead(place, work, workers or cores()) as ahead:
        for assignment, names in classes.items():
            with progress() as bar:
                task = bar.add_task(assignment, total=len(names), who="")

                def done(result: Result, bar=bar, task=task) -> None:
                    if result.trouble:
                        write_refusal(place, result)
                    bar.update(task, advance=1, who=escape(harmless(result.student)))

                results = grade_class(place, assignment, names, done, ahead)
            _show(assignment, results)
            for change in place.changes.pop(assignment, []):
                say(f"changed   {change}")
            csv, report = write_csv(place, assignment, results), write_class_report(place, assignment)
            say(f"marks     {csv}\nreport    {report}\nfeedback  {place.folder / 'feedback'}")
    if course.salt == PRACTICE_SALT:
        say("note: the draws use the practice salt; write a secret of your own into .salt for a real class")
    say(sandbox_note(sandbox))


def _show(assignment: str, results: list) -> None:
    """A line for each student: points by question, the total, and what cost points first."""
    from rich.table import Table

    from unrolled.cli.printing import cell, say, show

    questions: list[dict] = next((result.report["questions"] for result in results if result.report), [])
    table = Table(title=assignment, title_justify="left", show_lines=False)
    table.add_column("student")
    for number, _ in enumerate(questions, start=1):
        table.add_column(str(number), justify="right")
    table.add_column("total", justify="right", no_wrap=True)
    table.add_column("what cost points first", ratio=1, overflow="fold")
    for result in results:
        earned = [str(question["points"]) for question in (result.report or {}).get("questions", [])]
        cells = earned or ["–"] * len(questions)
        flags = "".join(f" [{flag}]" for flag in [*result.flags, *(f"mended: {one}" for one in result.mended)])
        total = f"{result.score:g} of {result.of:g}" if result.report else "not marked"
        table.add_row(cell(result.student), *cells, total, cell(result.reason + flags))
    show(table, width=120)
    numbered = [f"{number} {question['id']} ({question['of']})" for number, question in enumerate(questions, start=1)]
    say("questions " + " · ".join(numbered))
