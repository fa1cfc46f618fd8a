"""`unrolled audit`: the tests of the tests."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from unrolled.cli.options import assignments_argument, chosen, require_questions
from unrolled.course.course import PRACTICE_SALT, Course


@click.command()
@assignments_argument
@click.option("--question", "questions", multiple=True, help="Only this question; may be given again.")
@click.option("--wall", is_flag=True, help="Hold the objects in a second process, behind a socket, as grading does.")
@click.option("--salt", default=PRACTICE_SALT, show_default=True, help="The draws to audit with.")
@click.option("--sabotage", help="Weaken every check first, to see the audit turn red; 'list' names the ways.")
@click.option("--salts", type=click.IntRange(min=2), help="Audit with this many different draws instead of one.")
@click.option("--mutants", is_flag=True, help="Instead, try generated changes of the references: which pass a check?")
@click.option("--blast", is_flag=True, help="Instead, try what one wrong answer costs elsewhere in its notebook.")
@click.option("--alternatives", is_flag=True, help="Try the right answers alone, as with --salts 50.")
@click.option(
    "--page", type=click.Path(dir_okay=False), help="Try all three, and write what was found to this HTML file."
)
@click.option("--record", is_flag=True, help="Try all three, and note the questions that are green for --changed.")
@click.option(
    "--changed", is_flag=True, help="Try all three: all of what changed since it was recorded, of the rest a few."
)
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
    blast: bool,
    alternatives: bool,
    page: str | None,
    record: bool,
    changed: bool,
    jobs: int | None,
) -> None:
    """Test the checks of ASSIGNMENTS (default: all): misconceptions rejected, alternatives accepted."""
    from unrolled.auditing.jobs import Audited, plan, run_all
    from unrolled.auditing.page import audit_page
    from unrolled.auditing.record import write_record
    from unrolled.auditing.sabotage import BLAST_SABOTAGE, SABOTAGE
    from unrolled.cli.printing import progress, say

    ways = SABOTAGE | BLAST_SABOTAGE
    if sabotage is not None and sabotage not in ways:
        say("\n".join(ways))
        sys.exit(0 if sabotage == "list" else 2)
    everything = bool(page or record or changed)
    if (mutants or blast or everything) and (wall or salts or alternatives):
        raise click.UsageError(
            "mutants and blasts are tried in one process, with one salt: leave --wall, --salts and --alternatives out"
        )
    if mutants + blast + everything > 1:
        raise click.UsageError("--page, --record and --changed try all three: leave --mutants and --blast out")
    if record and (sabotage or changed or salt != PRACTICE_SALT):
        raise click.UsageError("--record is for whole questions and the practice salt: leave the other options out")
    if page:  # now, not after many minutes of work
        try:
            Path(page).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise click.UsageError(f"{page} cannot be written: {error}") from error

    course = Course.find(start)
    names = chosen(course, assignments)
    require_questions(course, names, questions)
    todo = plan(
        course,
        names,
        questions,
        salts=[f"{salt} {number}" for number in range(1, salts + 1)] if salts else [salt],
        entries=not (mutants or blast),
        mutants=mutants or everything,
        blast=blast or everything,
        alternatives=alternatives,
        changed=changed,
        wall=wall,
        sabotage=sabotage,
    )
    audited = Audited()
    with progress() as bar:
        task = bar.add_task("audit", total=len(todo), who="")
        for job, row in zip(todo, run_all(todo, jobs), strict=True):
            audited.add(course.bundle(job.assignment), row)
            bar.update(task, advance=1, who=f"{job.question} ({job.kind})")
    _print(audited, "audit" + (f" with sabotage: {sabotage}" if sabotage else ""), salts)
    if page:
        Path(page).write_text(audit_page(audited.whole, salt), encoding="utf-8")
        say(f"✓ {page}")
    for failure in audited.failures:
        say(f"✗ {failure}")
    if record:
        green = [found for found in audited.whole if not found.failures]
        write_record(course, green)
        say(f"✓ {len(green)} of {len(audited.whole)} questions are green: questions/audited.json, to be committed")
    sys.exit(1 if audited.failures else 0)


def _print(audited, title: str, salts: int | None) -> None:
    from unrolled.cli.printing import say

    if audited.entries:
        _print_entries(title, audited.entries)
        for difference in audited.differences:
            say(f"· on this machine it loses other ideas than it names: {difference}")
    if audited.mutants:
        _print_mutants(title, audited.mutants)
    if audited.blasts:
        _print_blasts(title, audited.blasts)
    if salts:
        varied = audited.varied
        lost = sum(row.alternatives - row.accepted for _, row in audited.entries)
        say(f"{salts} salts; right answers that lost points: {lost}")
        say(f"{salts} salts; {len(varied) or 'no'} entries lose an idea with some of them and not with others")
        for entry in varied:
            say(f"· {entry}")


def _print_entries(title: str, audited: list) -> None:
    """A line for each (bundle, Row or SaltsRow), and the sums."""
    from unrolled.cli.printing import say, show

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
    show(table, width=100)
    rejected, wrong, accepted, right = (
        sum(getattr(row, count) for _, row in audited)
        for count in ("rejected", "misconceptions", "accepted", "alternatives")
    )
    say(
        f"misconceptions rejected {rejected} of {wrong} ({_percent(rejected, wrong)}), "
        f"alternatives accepted {accepted} of {right} ({_percent(accepted, right)})"
    )
    say("margin: the largest difference of a right answer, as a share of what is allowed")


def _print_mutants(title: str, tried: list) -> None:
    """A line for each (bundle, SurvivorsRow), the sums, and what was not tried."""
    from unrolled.cli.printing import say, show

    table = _table(f"{title}: mutants", "rejected", "equivalent", "survivors", "seconds")
    for bundle, row in tried:
        counts = [f"{row.killed}/{row.mutants}", row.equivalent, len(row.survivors)]
        table.add_row(bundle.assignment, row.question, *map(str, counts), f"{row.seconds:.1f}")
    show(table, width=100)
    run = [row for _, row in tried]
    say(
        f"mutants rejected {sum(row.killed for row in run)} of {sum(row.mutants for row in run)}, "
        f"as right as the reference {sum(row.equivalent for row in run)}, "
        f"let through {sum(len(row.survivors) for row in run)}"
    )


def _print_blasts(title: str, tried: list) -> None:
    """A line for each (bundle, BlastRow), the sums, and what a reason is given for."""
    from unrolled.cli.printing import say, show

    table = _table(f"{title}: blast", "notebooks", "marked there", "lost points", "with a reason", "seconds")
    for bundle, row in tried:
        counts = [row.tried, row.marked, len(row.spread), row.listed]
        table.add_row(bundle.assignment, row.question, *map(str, counts), f"{row.seconds:.1f}")
    show(table, width=100)
    rows = [row for _, row in tried]
    say(
        f"{sum(row.tried for row in rows)} notebooks with one wrong answer, {sum(row.marked for row in rows)} later "
        f"questions marked in them; {sum(len(row.spread) for row in rows)} lost points there, "
        f"{sum(row.listed for row in rows)} for a listed reason"
    )


def _table(title: str, *counts: str):
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for heading in ("assignment", "question", *counts):
        table.add_column(heading, justify="left" if heading in ("assignment", "question") else "right")
    return table


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "none"
