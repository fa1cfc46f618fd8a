"""`unrolled grade`: a class's submissions, with feedback pages, a CSV and a report."""

from __future__ import annotations

import shlex
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
from unrolled.grading.stopping import STOPPED, once_more_leaves


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
    from unrolled.cli.printing import sandbox_note, say
    from unrolled.cli.progress import ClassProgress
    from unrolled.grading.run import Run
    from unrolled.grading.run_log import RunLog
    from unrolled.grading.scratch import require
    from unrolled.grading.whole_class import ClassFolder, Result
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
    run = Run(place, chosen(course, assignments), students)
    if not run.work:
        say(f"nothing to grade: {place.folder / 'submitted'} has no <student>/<assignment> folder")
        _list_unmarked(run)
        sys.exit(1)
    log = RunLog(place.folder)
    with ClassProgress(len(run.work)) as progress:

        def done(result: Result) -> None:
            if result.trouble:
                write_refusal(place, result)
            progress.add(result)

        finished = run.go(workers or cores(), done, log)
    if not finished:
        once_more_leaves()
        again = shlex.join(["unrolled", *sys.argv[1:]])
        say(f"stopped: {progress.done} of {progress.total} are graded and keep their marks; to go on: {again}")
        sys.exit(STOPPED)
    for assignment, results in run.results.items():
        _show(assignment, results)
        for change in place.changes.pop(assignment, []):
            say(f"changed   {change}")
        page = write_class_report(place, assignment, run.results)
        say(f"marks     {place.folder / f'{assignment}.csv'}\nreport    {page}")
    say(f"feedback  {place.folder / 'feedback'}\nlog       {log.path}")
    if course.salt == PRACTICE_SALT:
        say("note: the draws use the practice salt; write a secret of your own into .salt for a real class")
    say(sandbox_note(sandbox))
    _list_unmarked(run)
    if run.failed or run.lost:
        sys.exit(1)


def _show(assignment: str, results: list) -> None:
    """A line for each student: points by question as the gradebook has them, the total, what cost points first."""
    from rich.table import Table

    from unrolled.cli.printing import cell, say, show
    from unrolled.course.master import TEST
    from unrolled.grading.standing import KEY

    report: dict = next((result.report for result in results if result.report), {"questions": [], "by_hand": []})
    asked = [(TEST + one["id"], one) for one in report["questions"]] + [(one["id"], one) for one in report["by_hand"]]
    table = Table(title=assignment, title_justify="left", show_lines=False)
    table.add_column("student")
    for number, _ in enumerate(asked, start=1):
        table.add_column(str(number), justify="right")
    table.add_column("total", justify="right", no_wrap=True)
    table.add_column("what cost points first", ratio=1, overflow="fold")
    used = ""
    for result in results:
        marks = result.standing.cells
        earned = [str(marks.get(id, "–")) for id, _ in asked]
        used += "".join(earned)
        flags = "".join(f" [{flag}]" for flag in [*result.flags, *(f"mended: {one}" for one in result.mended)])
        total = str(result.standing) if result.report else "not marked"
        table.add_row(cell(result.student), *earned, total, cell(result.reason + flags))
    show(table, width=120)
    numbered = [f"{number} {one['id']} ({one['of']:g})" for number, (_, one) in enumerate(asked, start=1)]
    say("questions " + " · ".join(numbered))
    if signs := [meaning for sign, meaning in KEY.items() if sign in used]:
        say(" · ".join(signs))


def _list_unmarked(run) -> None:
    """What was handed in and has no mark, each with the reason, which says the cure, and how to mark it then."""
    from unrolled.cli.printing import say
    from unrolled.doctor.plain import one_line

    if run.failed:
        say(f"\nnot marked ({len(run.failed)}), which is not 0:")
        for result in run.failed:
            say(f"  {one_line(result.student, 60)}, {result.assignment}: {one_line(result.trouble, 600)}")
        which = dict.fromkeys(result.assignment for result in run.failed)
        who = dict.fromkeys(result.student for result in run.failed)
        again = ["unrolled", "grade", *which, *(f"--student={student}" for student in who)]
        say(f"mend what each line names, then: {one_line(shlex.join(again), 600)}")
    if run.strays:
        say(f"\nnot looked at ({len(run.strays)}), because of the place where it lies:")
        for stray in run.strays:
            say(f"  {one_line(str(stray), 600)}")
