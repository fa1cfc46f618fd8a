"""The group of all commands. It knows their modules by name and imports only the one that is called."""

from __future__ import annotations

import importlib
import os
import signal
import sys

# Before torch is loaded: two threads that wait for one another by spinning stop a busy machine, and small tensors
# gain nothing from them.
os.environ.setdefault("OMP_NUM_THREADS", "1")

try:
    import click
except ImportError as missing:  # the core alone runs beside a student's code and has no commands
    sys.exit(f"the unrolled command needs more than the core ({missing}): pip install 'unrolled[grade,notebooks]'")

from unrolled.course.course import Course
from unrolled.course.errors import BadInput
from unrolled.grading.stopping import STOPPED, once_more_leaves

# each is a function in the module of its name
COMMANDS = (
    *("audit", "build", "collect", "doctor", "export", "grade", "gradescope", "lint", "mark", "report"),
    *("sandbox", "similar"),
)

# What the extras `grade` and `notebooks` bring, by the names that are imported.
EXTRAS = frozenset(
    {"IPython", "PIL", "bleach", "cloudpickle", "ipykernel", "ipywidgets", "jinja2", "jupyter_client", "markupsafe"}
    | {"matplotlib", "nbclient", "nbconvert", "nbformat", "nbgrader", "plotly", "pygments", "rich", "tqdm"}
    | {"traitlets", "yaml"}
)


class LazyGroup(click.Group):
    """Imports a command's module when the command is asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        return getattr(importlib.import_module(f"unrolled.cli.{name}"), name)

    def invoke(self, context: click.Context):
        """Ctrl-C ends a command with one line and the status that shells have for it."""
        try:
            return super().invoke(context)
        except KeyboardInterrupt:
            once_more_leaves()
            click.echo("unrolled: stopped", err=True)
            context.exit(STOPPED)


@click.group(cls=LazyGroup)
@click.option("--course", type=click.Path(), help="The course's folder (default: the one that you are in).")
@click.version_option(package_name="unrolled")
@click.pass_context
def cli(context: click.Context, course: str | None) -> None:
    """Make releases of the course's assignments, mark notebooks, grade classes, audit the checks."""
    context.obj = "." if course is None else str(Course.at(course).root)


def main() -> None:
    """Entry point: bad input ends with one line that says what to do, never with a traceback; SIGTERM is a Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        cli(standalone_mode=True)
    except BadInput as error:
        click.echo(f"unrolled: {error}", err=True)
        sys.exit(2)
    except ModuleNotFoundError as missing:
        if (missing.name or "").split(".")[0] not in EXTRAS:
            raise  # a fault in somebody's file, ours or theirs
        sys.exit(f"this command needs more than the core ({missing}): pip install 'unrolled[grade,notebooks]'")
