"""`unrolled sandbox`: what this machine can shut a notebook in with."""

from __future__ import annotations

import sys

import click


@click.command()
def sandbox() -> None:
    """Tell, a line for each mechanism, what this machine shuts notebooks in with, and what would give what it lacks."""
    from unrolled.cli.printing import say
    from unrolled.walls.machine import NO_WALL, mechanisms
    from unrolled.walls.machine import sandbox as found

    for one in mechanisms():
        say(f"{'there   ' if one.there else 'MISSING '} {one.name}{f' ({one.there})' if one.there else ''}")
        if one.lacks:
            say(f"          {one.lacks}")
    say(f"\nmarking runs with: {'no wall' if found() == NO_WALL else found()}")
    sys.exit(found() == NO_WALL)
