"""The command answers at once: what takes long to import is imported by what needs it, and by nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

from unrolled.cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "numpy", "nbgrader", "nbformat", "nbconvert", "nbclient", "IPython", "matplotlib", "plotly", "rich")


def ran(*arguments: str) -> tuple[int, set[str]]:
    """(its exit code, what of HEAVY is there) after a command has run."""
    code = (
        "import sys\nfrom unrolled.cli.main import BadInput, cli\n"
        f"try: cli({list(arguments)!r})\nexcept SystemExit as end: code = end.code\nexcept BadInput: code = 2\n"
        f"print('AND', code, *[name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True)
    mark, status, *found = done.stdout.rstrip().split("\n")[-1].split()
    assert mark == "AND", done.stderr
    return int(status), set(found)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(["--help"], 0), (["--version"], 0), (["nonsense"], 2), (["grade", "--nonsense"], 2)],
    ids=["help", "version", "no such command", "no such option"],
)
def test_nothing_heavy_is_imported_for_an_answer_in_words(arguments, status):
    assert ran(*arguments) == (status, set())


@pytest.mark.parametrize("command", COMMANDS)
def test_nor_for_the_help_of_a_command(command):
    assert ran(command, "--help") == (0, set())


@pytest.mark.parametrize("arguments", [["lint"], ["build", "--check"]], ids=" ".join)
def test_masters_and_releases_are_looked_at_without_torch(arguments):
    status, found = ran(*arguments)
    assert status == 0 and "nbformat" in found and not found & {"torch", "matplotlib", "plotly"}


def test_marking_imports_torch():
    """The control: what the tests above look for is found where it is needed."""
    status, found = ran("mark", "no_such_file.ipynb", "--in-process")
    assert status == 2 and "torch" in found


def test_a_missing_package_of_ours_to_install_is_told_and_another_is_not(monkeypatch, capsys):
    """A misspelt import in a configuration is no package of the extras, and keeps its traceback."""
    from unrolled.cli import main

    def needs(name):
        def command(**_):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

        monkeypatch.setattr(main, "cli", command)

    needs("nbgrader")
    with pytest.raises(SystemExit, match="needs more than the core"):
        main.main()
    needs("nbgradre")
    with pytest.raises(ModuleNotFoundError):
        main.main()
