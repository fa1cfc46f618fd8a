"""What the tests share: the course itself, its bundle, and a copy of it that may be spoilt."""

import os
import shutil
from pathlib import Path

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is loaded, here and in every kernel: see the Makefile

from unrolled.auditing.child import ChildHost
from unrolled.course.course import Course
from unrolled.grading import execute, scratch
from unrolled.walls.machine import NO_WALL, sandbox

ROOT = Path(__file__).parents[1]


# Files whose tests share something that takes long to make, and what it is called: one process runs them all. Other
# tests go where there is time.
TOGETHER = {
    "test_release_tools.py": "release tools",
    "test_feedback.py": "feedback",
    "test_setup_cell.py": "set-up cell",
    "test_ahead.py": "executions ahead",
    "test_doctor.py": "doctor",
    "test_grade.py": "class of 02_manual_rnn",  # but for tests that name another class
    "test_resume.py": "resume",
    "test_warm.py": "warm process",
    "test_sandbox.py": "walls",
    "test_packaging.py": "packaging",  # where a test looks whether this works
}


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in a hook of the same name
def pytest_collection_modifyitems(items) -> None:
    for item in items:
        if item.path.name in TOGETHER and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(TOGETHER[item.path.name]))


@pytest.fixture(scope="session", autouse=True)
def marking_goes_on_without_a_wall():
    """On a machine that has none the tests of everything else run all the same; those of the walls are left out."""
    if sandbox() != NO_WALL:
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        for user in (scratch, execute):
            patch.setattr(user, "require", lambda unsandboxed: NO_WALL)
        yield


@pytest.fixture(scope="session")
def course() -> Course:
    return Course.find(ROOT)


@pytest.fixture(scope="session")
def child():
    """One second process that holds objects, for the whole run."""
    with ChildHost() as host:
        yield host


@pytest.fixture
def course_copy(tmp_path) -> Course:
    """The course in a folder of its own, for tests that edit masters or write gradebooks."""
    for name in ("source", "release", "questions", "img"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    return Course(tmp_path)
