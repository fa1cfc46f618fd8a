"""The rooms of the house: what import-linter's contracts hold, and that they turn red when they should."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("desk", "kernels", "checking", "course", "build", "marking", "auditing", "grading", "reports", "cli")
CHECKS = [path for path in sorted((ROOT / "questions").rglob("*.py")) if path.parent.name != "alternatives"]
IN_CHECKS = ("torch", "numpy", "unrolled.checking", "unrolled.desk.fixtures")  # besides the standard library


def lint_imports(folder: Path) -> subprocess.CompletedProcess:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=folder, text=True, capture_output=True)


@pytest.fixture
def house(tmp_path) -> Path:
    """The code in a folder of its own, for tests that plant an import."""
    for name in ("unrolled", "questions"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "alternatives"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_is_kept():
    done = lint_imports(ROOT)
    assert done.returncode == 0 and "4 kept, 0 broken" in done.stdout, done.stdout


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("unrolled/desk/desk.py", "from unrolled.checking import parity", "a room imports only rooms below it"),
        ("unrolled/checking/draw.py", "from unrolled.course.course import Course", "a room imports only rooms"),
        ("unrolled/desk/wire.py", "import nbformat", "beside a student's code"),
        ("unrolled/marking/laptop.py", "import nbgrader", "know nothing of nbgrader"),
        ("questions/manual_rnn/shared.py", "from unrolled.course.course import Course", "questions import checking"),
        ("questions/manual_rnn/shared.py", "from unrolled.desk import desk", "questions import checking"),
    ],
)
def test_a_planted_import_is_told(house, file, line, contract):
    with (house / file).open("a") as source:
        source.write(f"\n{line}\n")
    done = lint_imports(house)
    broken = [line for line in done.stdout.split("\n") if "BROKEN" in line]
    assert done.returncode == 1 and any(contract in line for line in broken), done.stdout


@pytest.mark.parametrize("path", CHECKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_check_imports_nothing_else(path):
    """What a contract cannot say: all that is not named here is forbidden, other people's packages too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module]
        else:
            continue
        for name in names:
            known = any(name == allowed or name.startswith(f"{allowed}.") for allowed in IN_CHECKS)
            assert known or name.split(".")[0] in sys.stdlib_module_names, f"{path} imports {name}"


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_it_is_for(room):
    said = ast.get_docstring(ast.parse((ROOT / "unrolled" / room / "__init__.py").read_text(encoding="utf-8")))
    assert said and len(said.split("\n")) >= 3


def test_every_room_is_known():
    assert {path.parent.name for path in (ROOT / "unrolled").glob("*/__init__.py")} == set(ROOMS)
