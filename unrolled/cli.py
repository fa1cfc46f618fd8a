"""The `unrolled` command. Thin: each subcommand calls one function of the package and prints what it gives."""

from __future__ import annotations

import json
import os
import sys
from functools import partial
from pathlib import Path

# Before torch is loaded: two threads that wait for one another by spinning stop a busy machine, and small tensors
# gain nothing from them.
os.environ.setdefault("OMP_NUM_THREADS", "1")

try:
    import click
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.table import Table
    from rich.text import Text
except ImportError as missing:  # the core alone runs beside a student's code and has no commands
    sys.exit(f"the unrolled command needs more than the core ({missing}): pip install 'unrolled[grade,notebooks]'")

from .bundle import BundleError
from .course import PRACTICE_SALT, Course, CourseError

console = Console(soft_wrap=True, highlight=False)


def main() -> None:
    """Entry point: bad input ends with one line that says what to do, never with a traceback."""
    from .build.course_page import PageError
    from .build.release import BuildError
    from .grading.mark import SubmissionError

    try:
        cli(standalone_mode=True)
    except (BuildError, BundleError, CourseError, PageError, SubmissionError) as error:
        Console(stderr=True, soft_wrap=True, highlight=False).print(f"unrolled: {error}", markup=False)
        sys.exit(2)


@click.group()
@click.option("--course", type=click.Path(exists=True, file_okay=False), default=".", help="A folder of the course.")
@click.version_option(package_name="unrolled")
@click.pass_context
def cli(context: click.Context, course: str) -> None:
    """Make releases of the course's assignments, mark notebooks, grade classes, audit the checks."""
    context.obj = course


def _assignments(course: Course, names: tuple[str, ...]) -> list[str]:
    for name in names:
        course.bundle(name)  # an unknown name is an error before anything is done
    return list(names) or course.assignments


@cli.command()
@click.argument("assignments", nargs=-1)
@click.option("--check", is_flag=True, help="Build nothing; say in which cells release/ differs from its masters.")
@click.option("--solutions", is_flag=True, help="Also execute the solutions, as notebooks and pages in solutions/.")
@click.pass_obj
def build(start: str, assignments: tuple[str, ...], check: bool, solutions: bool) -> None:
    """Make the student notebooks of ASSIGNMENTS (default: all) from their masters, and scan them for leaks."""
    from .build.course_page import PAGE, course_page
    from .build.leaks import leaks
    from .build.release import build as build_one
    from .build.release import differences
    from .build.solutions import make_solution

    course, different, leaked = Course.find(start), [], []
    for assignment in _assignments(course, assignments):
        if check:
            different += differences(course, assignment)
        else:
            console.print(f"✓ {build_one(course, assignment).relative_to(course.root)}", markup=False)
        leaked += leaks(course, assignment)
        if solutions:
            for path in make_solution(course, assignment, course.root / "solutions"):
                console.print(f"✓ {path.relative_to(course.root)}", markup=False)
    page = course.root / PAGE
    if not assignments and page.parent.is_dir():  # a course without docs/ has no such page
        text = course_page(course)
        if not check:
            page.write_text(text, encoding="utf-8")
        elif not page.is_file() or page.read_text(encoding="utf-8") != text:
            different.append(f"{PAGE} differs from what the masters say")
    for fault in different + leaked:
        console.print(f"✗ {fault}", markup=False)
    if different:
        console.print("Run `unrolled build`, look at what changed, and commit it with the master.")
    if leaked:
        console.print("What is listed above must not reach students: mend the master, then build again.")
    if different or leaked:
        sys.exit(1)
    if check:
        console.print("✓ every release agrees with its master, and none holds a solution or a hidden test")


@cli.command()
@click.argument("assignments", nargs=-1)
@click.option("--unfinished", is_flag=True, help="Do not ask for 100 points.")
@click.pass_obj
def lint(start: str, assignments: tuple[str, ...], unfinished: bool) -> None:
    """Hold the masters of ASSIGNMENTS (default: all) to the house rules; each fault with its cell and the cure."""
    from .build.lint import lint as lint_one

    course, faults = Course.find(start), []
    for assignment in _assignments(course, assignments):
        faults += lint_one(course.bundle(assignment), total=None if unfinished else 100)
    for fault in faults:
        console.print(f"✗ {fault}", markup=False)
    if faults:
        sys.exit(1)
    console.print("✓ the masters keep to the rules")


def _read_budgets(context, parameter, given: tuple[str, ...]) -> dict[str, float]:
    budgets = {}
    for text in given:
        question, _, passes = text.partition("=")
        try:
            budgets[question] = float(passes)
        except ValueError:
            raise click.BadParameter(f"{text!r} is not QUESTION=PASSES, such as train_echo=5000") from None
    return budgets


_budgets = click.option(
    "--budget",
    "budgets",
    multiple=True,
    metavar="QUESTION=PASSES",
    callback=_read_budgets,
    help="What a training may cost, in reference passes, instead of what the question allows; may be given again.",
)


def _all_budgets(course: Course, given: dict[str, float]) -> dict[str, float]:
    """Those of nbgrader_config.py, and over them those of the command line. Raises for a question without one."""
    from .nbgrader_course import load_config

    bundles = [course.bundle(name) for name in course.assignments]
    known = {id for bundle in bundles for id in bundle.questions if bundle.trains(id)}
    for question in given.keys() - known:
        raise click.BadParameter(f"no question {question!r} has a budget; those that train: {', '.join(sorted(known))}")
    return {**dict(load_config(course).RefereedExecute.get("budgets", {})), **given}


@cli.command()
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the verdicts as JSON.")
@click.option("--in-process", is_flag=True, help="Run the notebook in this process: faster, for code you trust.")
@click.option("--timeout", default=120, show_default=True, help="Seconds for one cell that does not train.")
@_budgets
@click.pass_obj
def mark(start: str, notebook: Path, as_json: bool, in_process: bool, timeout: int, budgets: dict[str, float]) -> None:
    """Mark one NOTEBOOK, without course folders and without a gradebook."""
    from .grading.mark import mark_file

    course = Course.find(start)
    report = mark_file(course, notebook, in_process, timeout, _all_budgets(course, budgets))
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=1))
        return
    for question in report["questions"]:
        console.print(f"\n{question['id']}   {question['points']} of {question['of']}", markup=False)
        for line in question["verdicts"]:
            console.print(f" {line}", markup=False)
    total = sum(question["points"] for question in report["questions"])
    console.print(f"\ntotal {total} of {sum(question['of'] for question in report['questions'])}")
    for text in report["by_hand"]:
        state = "waits for a person's mark" if text["answered"] else "is not answered"
        console.print(f"and {text['id']} ({text['of']} points), which {state}", markup=False)
    _warn_unsandboxed()


@cli.command()
@click.argument("assignments", nargs=-1)
@click.option("--folder", type=click.Path(path_type=Path), help="Where submitted/ lies (default: the course's root).")
@click.option("--student", "students", multiple=True, help="Only this student; may be given again.")
@_budgets
@click.pass_obj
def grade(
    start: str,
    assignments: tuple[str, ...],
    folder: Path | None,
    students: tuple[str, ...],
    budgets: dict[str, float],
) -> None:
    """Grade the submissions for ASSIGNMENTS (default: all), with feedback pages, a CSV and a page of mistakes."""
    from .grading.grade import ClassFolder, write_csv
    from .grading.grade import grade as grade_class
    from .reports.misconceptions import write_misconceptions

    course = Course.find(start)
    place, graded = ClassFolder(course, folder or course.root), 0
    place.config.RefereedExecute.budgets = _all_budgets(course, budgets)
    for assignment in _assignments(course, assignments):
        names = list(students) or place.submissions(assignment)
        if not names:
            continue
        with _progress() as bar:
            task = bar.add_task(assignment, total=len(names), who="")
            results = grade_class(
                place,
                assignment,
                names,
                lambda result: bar.update(task, advance=1, who=result.student),  # noqa: B023
            )
        _show(assignment, results)
        csv, mistakes = write_csv(place, assignment), write_misconceptions(place, assignment)
        graded += len(results)
        console.print(
            f"marks     {csv}\nmistakes  {mistakes}\nfeedback  {place.folder / 'feedback'}",
            markup=False,
            soft_wrap=True,
        )
    if not graded:
        console.print(
            f"nothing to grade: {place.folder / 'submitted'} has no <student>/<assignment> folder", markup=False
        )
        sys.exit(1)
    if course.salt == PRACTICE_SALT:
        console.print("note: the draws use the practice salt; write a secret of your own into .salt for a real class")
    _warn_unsandboxed()


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[who]}"),
    )


def _show(assignment: str, results: list) -> None:
    questions = next((result.report["questions"] for result in results if result.report), [])
    table = Table(title=assignment, title_justify="left", show_lines=False)
    table.add_column("student")
    for number, _ in enumerate(questions, start=1):
        table.add_column(str(number), justify="right")
    table.add_column("total", justify="right", no_wrap=True)
    table.add_column("what cost points first", ratio=1, overflow="fold")
    for result in results:
        earned = [str(question["points"]) for question in (result.report or {}).get("questions", [])]
        cells = earned or ["–"] * len(questions)
        flags = "".join(f" [{flag}]" for flag in result.flags)
        total = f"{result.score:g} of {result.of:g}" if result.report else "not marked"
        table.add_row(result.student, *cells, total, Text(result.reason + flags))
    Console(width=max(console.width, 120), highlight=False).print(table)
    numbered = [f"{number} {question['id']} ({question['of']})" for number, question in enumerate(questions, start=1)]
    console.print("questions " + " · ".join(numbered), markup=False)


def _warn_unsandboxed() -> None:
    console.print(
        "note: no sandbox: the notebooks' code ran with your rights; do not mark strangers' work this way yet"
    )


@cli.command()
@click.argument("assignments", nargs=-1)
@click.option("--question", "questions", multiple=True, help="Only this question; may be given again.")
@click.option("--wall", is_flag=True, help="Hold the objects in a second process, behind a socket, as grading does.")
@click.option("--salt", default=PRACTICE_SALT, show_default=True, help="The draws to audit with.")
@click.option("--sabotage", help="Weaken every check first, to see the audit turn red; 'list' names the ways.")
@click.option("--salts", type=click.IntRange(min=2), help="Audit with this many different draws instead of one.")
@click.option("--mutants", is_flag=True, help="Instead, try generated changes of the references: which pass a check?")
@click.option("--page", type=click.Path(dir_okay=False), help="Try both, and write what was found to this HTML file.")
@click.option("--record", is_flag=True, help="Try both and, if it is green, note what was audited for --changed.")
@click.option("--changed", is_flag=True, help="Try both: all of what changed since it was recorded, of the rest a few.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes at once (default: one per core).")
@click.pass_obj
def audit(
    start: str,
    assignments: tuple[str, ...],
    questions: tuple[str, ...],
    wall: bool,
    salt: str,
    sabotage: str | None,
    salts: int | None,
    mutants: bool,
    page: str | None,
    record: bool,
    changed: bool,
    jobs: int | None,
) -> None:
    """Test the checks of ASSIGNMENTS (default: all): misconceptions rejected, alternatives accepted."""
    from .checking.audit_jobs import ENTRIES, MUTANTS, SALTS, Job, run_all
    from .checking.audit_page import audit_page
    from .checking.audit_record import entries_to_try, mutants_to_try, write_record
    from .checking.sabotage import SABOTAGE

    if sabotage is not None and sabotage not in SABOTAGE:
        console.print("\n".join(SABOTAGE))
        sys.exit(0 if sabotage == "list" else 2)
    both = bool(page or record or changed)
    if (mutants or both) and (wall or salts):
        raise click.UsageError("mutants are tried in one process, with one salt: leave --wall and --salts out")
    if mutants and both:
        raise click.UsageError("--page, --record and --changed try mutants already: leave --mutants out")
    if record and (sabotage or changed or questions or salt != PRACTICE_SALT):
        raise click.UsageError("--record is for a whole audit with the practice salt: leave the other options out")
    if page:  # now, not after many minutes of work
        try:
            Path(page).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise click.UsageError(f"{page} cannot be written: {error}") from error
    course = Course.find(start)
    todo = [
        (bundle, id)
        for bundle in map(course.bundle, _assignments(course, assignments))
        for id in bundle.questions
        if not questions or id in questions
    ]
    draws = [f"{salt} {number}" for number in range(1, salts + 1)] if salts else [salt]
    plan = []
    for bundle, id in todo:
        job = partial(Job, course.root, bundle.assignment, id, salts=draws, wall=wall, sabotage=sabotage)
        if not mutants:
            only = entries_to_try(course, bundle, id) if changed else None
            plan.append((bundle, job(kind=SALTS if salts else ENTRIES, only=only)))
        if mutants or both:
            plan.append((bundle, job(kind=MUTANTS, only=mutants_to_try(course, bundle, id) if changed else None)))
    audited, tried = [], []
    with _progress() as bar:
        task = bar.add_task("audit", total=len(plan), who="")
        rows = run_all([job for _, job in plan], jobs)
        for (bundle, job), row in zip(plan, rows, strict=True):
            (tried if job.kind == MUTANTS else audited).append((bundle, row))
            bar.update(task, advance=1, who=f"{job.question} ({job.kind})")
    title = "audit" + (f" with sabotage: {sabotage}" if sabotage else "")
    if audited:
        _print_audit(title, audited)
    if tried:
        _print_mutants(title, tried)
    if salts:
        varied = [
            f"{row.question}: {entry}: {', '.join(sorted(i))}" for _, row in audited for entry, i in row.varied.items()
        ]
        console.print(
            f"{salts} salts; {len(varied) or 'no'} entries lose an idea with some of them and not with others"
        )
        for entry in varied:
            console.print(f"· {entry}", markup=False)
    pairs = [(bundle, row, survivors) for (bundle, row), (_, survivors) in zip(audited, tried, strict=False)]
    if page:
        Path(page).write_text(audit_page(pairs, salt), encoding="utf-8")
        console.print(f"✓ {page}", markup=False)
    failures = [f"{row.question}: {failure}" for _, row in audited + tried for failure in row.failures]
    for failure in failures:
        console.print(f"✗ {failure}", markup=False)
    if record and not failures:
        write_record(course, pairs)
        console.print("✓ questions/audited.json: commit it")
    sys.exit(1 if failures else 0)


def _print_audit(title: str, audited: list) -> None:
    """A line for each (bundle, Row or SaltsRow), and the sums."""
    table = _table(title, "rejected", "accepted", "margin", "seconds")
    for bundle, row in audited:
        table.add_row(
            bundle.assignment,
            row.question,
            f"{row.rejected}/{row.misconceptions}",
            f"{row.accepted}/{row.alternatives}",
            f"{row.margin:.0%}",
            f"{row.seconds:.1f}",
        )
    Console(width=max(console.width, 100), highlight=False).print(table)
    rejected, wrong, accepted, right = (
        sum(getattr(row, count) for _, row in audited)
        for count in ("rejected", "misconceptions", "accepted", "alternatives")
    )
    console.print(
        f"misconceptions rejected {rejected} of {wrong} ({_percent(rejected, wrong)}), "
        f"alternatives accepted {accepted} of {right} ({_percent(accepted, right)})"
    )
    console.print("margin: the largest difference of a right answer, as a share of what is allowed")


def _print_mutants(title: str, tried: list) -> None:
    """A line for each (bundle, SurvivorsRow), the sums, and what was not tried."""
    table = _table(f"{title}: mutants", "rejected", "equivalent", "survivors", "seconds")
    for bundle, row in tried:
        counts = ["–"] * 3 if row.skipped else [f"{row.killed}/{row.mutants}", row.equivalent, len(row.survivors)]
        table.add_row(bundle.assignment, row.question, *map(str, counts), f"{row.seconds:.1f}")
    Console(width=max(console.width, 100), highlight=False).print(table)
    run = [row for _, row in tried if not row.skipped]
    console.print(
        f"mutants rejected {sum(row.killed for row in run)} of {sum(row.mutants for row in run)}, "
        f"as right as the reference {sum(row.equivalent for row in run)}, "
        f"let through {sum(len(row.survivors) for row in run)}"
    )
    for _, row in tried:
        if row.skipped:
            console.print(f"· {row.question}: {row.mutants} mutants not tried: {row.skipped}", markup=False)


def _table(title: str, *counts: str) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in ("assignment", "question", *counts):
        table.add_column(heading, justify="left" if heading in ("assignment", "question") else "right")
    return table


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "none"
