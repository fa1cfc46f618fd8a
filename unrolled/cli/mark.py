"""`unrolled mark`: one notebook, without folders and without a gradebook."""

from __future__ import annotations

import json
from pathlib import Path

import click

from unrolled.cli.options import all_budgets, budgets_option, gpu_option, unsandboxed_option
from unrolled.course.course import Course


@click.command()
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the verdicts as JSON.")
@click.option("--in-process", is_flag=True, help="Run the notebook in this process: faster, for code you trust.")
@click.option("--timeout", default=120, show_default=True, help="Seconds for one cell that does not train.")
@budgets_option
@gpu_option
@unsandboxed_option
@click.pass_obj
def mark(
    start: str,
    notebook: Path,
    as_json: bool,
    in_process: bool,
    timeout: int,
    budgets: dict[str, float],
    gpu: bool,
    unsandboxed: bool,
) -> None:
    """Mark one NOTEBOOK (or a zip or a folder with one in it), without course folders and without a gradebook."""
    from unrolled.cli.printing import sandbox_note, say
    from unrolled.doctor.plain import harmless
    from unrolled.grading.notebook import mark_file

    course = Course.find(start)
    report = mark_file(course, notebook, in_process, timeout, all_budgets(course, budgets), unsandboxed, gpu)
    if as_json:
        click.echo(harmless(json.dumps(report, ensure_ascii=False, indent=1)))
        return
    for remark in report["mended"]:
        say(f"mended: {remark}")
    for question in report["questions"]:
        say(f"\n{question['id']}   {question['points']} of {question['of']}")
        for line in question["verdicts"]:
            say(f" {line}")
        if question["needs_person"]:
            say(" a person has to look at this before the mark is final")
    total = sum(question["points"] for question in report["questions"])
    say(f"\ntotal {total} of {sum(question['of'] for question in report['questions'])}")
    for text in report["by_hand"]:
        state = "waits for a person's mark" if text["answered"] else "is not answered"
        say(f"and {text['id']} ({text['of']} points), which {state}")
    say(sandbox_note(report["marked_by"]["sandbox"]))
