"""The command answers at once: what takes long to import is imported by what needs it, and by nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "numpy", "nbgrader", "nbformat", "nbconvert", "nbclient", "IPython", "matplotlib", "plotly", "rich")


def imported_by(*arguments: str) -> set[str]:
    """What of HEAVY is there after a command has run."""
    code = (
        "import sys\nfrom unrolled.cli.main import BadInput, cli\n"
        f"try: cli({list(arguments)!r})\nexcept SystemExit as end: code = end.code\nexcept BadInput: code = 2\n"
        f"print('AND', code, *[name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True)
    words = done.stdout.rstrip().split("\n")[-1].split()
    assert words[:1] == ["AND"], done.stderr
    return {"failed"} if words[1] == "1" else set(words[2:])


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["nonsense"], ["grade", "--nonsense"]], ids=" ".join)
def test_nothing_heavy_is_imported_for_an_answer_in_words(arguments):
    assert imported_by(*arguments) == set()


@pytest.mark.parametrize("command", ["audit", "build", "grade", "lint", "mark"])
def test_nor_for_the_help_of_a_command(command):
    assert imported_by(command, "--help") == set()


@pytest.mark.parametrize("arguments", [["lint"], ["build", "--check"]], ids=" ".join)
def test_masters_and_releases_are_looked_at_without_torch(arguments):
    found = imported_by(*arguments)
    assert "nbformat" in found and not found & {"torch", "matplotlib", "plotly", "failed"}


def test_marking_imports_torch():
    """The control: what the tests above look for is found where it is needed."""
    assert "torch" in imported_by("mark", "no_such_file.ipynb", "--in-process")
