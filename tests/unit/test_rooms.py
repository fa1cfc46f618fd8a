"""The rooms of the house: what import-linter's contracts hold, and that they turn red when they should."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = (
    "desk",
    "walls",
    "kernels",
    "checking",
    "course",
    "build",
    "marking",
    "auditing",
    "doctor",
    "grading",
    "reports",
    "cli",
)
CHECKS = [path for path in sorted((ROOT / "questions").rglob("*.py")) if path.parent.name != "alternatives"]


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
    assert done.returncode == 0 and "5 kept, 0 broken" in done.stdout, done.stdout


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("unrolled/desk/desk.py", "from unrolled.checking import parity", "a room imports only rooms below it"),
        ("unrolled/checking/draw.py", "from unrolled.course.course import Course", "a room imports only rooms"),
        ("unrolled/grading/scores.py", "from unrolled.auditing import audit", "a room imports only rooms below it"),
        ("unrolled/marking/laptop.py", "import questions.manual_rnn.shared", "knows no question by name"),
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


def imported(path: Path) -> list[str]:
    """The modules that a file imports anywhere in it, relative ones with their dots."""
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append("." * node.level + (node.module or ""))
    return names


def is_among(name: str, allowed: tuple[str, ...]) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in allowed)


# What a contract cannot say: all that is not named here is forbidden, other people's packages too.
ALLOWED = {
    "unrolled/desk": ("torch", "numpy", "unrolled.desk"),
    "unrolled/checking": ("torch", "numpy", "unrolled.desk", "unrolled.checking"),
    "questions": ("torch", "numpy", "unrolled.checking", "unrolled.desk.fixtures"),
}


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        pytest.param(path, allowed, id=str(path.relative_to(ROOT)))
        for folder, allowed in ALLOWED.items()
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path.parent.name != "alternatives"
    ],
)
def test_what_stands_beside_a_student_or_in_a_check_imports_nothing_else(path, allowed):
    for name in imported(path):
        standard = name.split(".")[0] in sys.stdlib_module_names
        assert name.startswith(".") or standard or is_among(name, allowed), f"{path} imports {name}"


@pytest.mark.parametrize("folder", [path.parent for path in CHECKS if path.name == "check.py"], ids=lambda p: p.name)
def test_a_question_stands_on_its_own_folder_and_on_what_lies_beside_it(folder):
    """Not on another question: the record of an audit follows these files alone. And it is a package, or the contracts
    would not see it."""
    assert (folder / "__init__.py").is_file()
    for name in (name for path in folder.glob("*.py") for name in imported(path) if name.startswith(".")):
        level = len(name) - len(name.lstrip("."))
        home = {1: folder, 2: folder.parent}[level]
        assert (home / f"{name.lstrip('.')}.py").is_file(), f"{folder.name} imports {name}"


def test_the_package_itself_imports_nothing_before_it_is_asked():
    """`unrolled/__init__.py` stands in no room: only `check` may reach into two of them, when it is called."""
    tree = ast.parse((ROOT / "unrolled/__init__.py").read_text(encoding="utf-8"))
    assert not [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    ours = {name for name in imported(ROOT / "unrolled/__init__.py") if name.startswith("unrolled")}
    assert ours == {"unrolled.desk.client", "unrolled.marking.laptop"}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_it_is_for(room):
    said = ast.get_docstring(ast.parse((ROOT / "unrolled" / room / "__init__.py").read_text(encoding="utf-8")))
    assert said and len(said.split("\n")) >= 3


def test_every_room_is_known():
    assert {path.parent.name for path in (ROOT / "unrolled").glob("*/__init__.py")} == set(ROOMS)
