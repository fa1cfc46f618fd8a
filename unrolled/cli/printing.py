"""How commands print: one console, one kind of progress bar. Imported by a command when it runs, not for --help."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from unrolled.doctor.plain import harmless
from unrolled.walls.machine import NO_WALL

_console = Console(soft_wrap=True, highlight=False)


def say(text: str) -> None:
    """A line for the terminal, as it is: what stands in brackets is no markup, and no escape sequence is obeyed."""
    _console.print(harmless(text), markup=False)


def cell(text: str) -> Text:
    """What strangers wrote, or are called, for a table."""
    return Text(harmless(text))


def show(table: Table, width: int) -> None:
    """A table, at least `width` characters wide, for terminals that do not tell their own."""
    Console(width=max(_console.width, width), highlight=False).print(table)


def progress() -> Progress:
    """A bar; a task's field `who` says what was done last. `unrolled grade` has one of its own (cli.progress)."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[who]}"),
    )


def sandbox_note(sandbox: str) -> str:
    """What a person should know of how notebooks were shut in."""
    if sandbox == NO_WALL:
        return "note: no sandbox: the notebooks' code ran with your rights; do not mark strangers' work this way"
    return f"note: {sandbox} round every notebook; `unrolled sandbox` says what it holds, docs/autograder.md what not"
