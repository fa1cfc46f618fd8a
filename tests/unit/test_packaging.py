"""The three places that name dependencies agree, and the core stays small."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CONDA_NAMES = {"torch": "pytorch", "matplotlib": "matplotlib-base"}


def split(requirement: str) -> tuple[str, str]:
    name, versions = re.fullmatch(r"([A-Za-z0-9_.-]+)(?:\[\w+\])?(.*)", requirement).groups()
    return name.lower(), versions


def test_environment_yml_names_what_pyproject_names():
    wanted = dict(split(r) for r in PROJECT["dependencies"])
    for extra in ("notebooks", "grade", "test"):
        wanted |= dict(split(r) for r in PROJECT["optional-dependencies"][extra])
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    by_pip = conda.pop()["pip"]  # what conda-forge has not
    found = dict(split(r) for r in conda + by_pip if r != "pip")
    assert found.pop("python") == PROJECT["requires-python"]
    assert found == {CONDA_NAMES.get(name, name): versions for name, versions in wanted.items()}


def test_tested_pins_cover_every_direct_dependency():
    pins = dict(split(line) for line in (ROOT / "constraints/local.txt").read_text().splitlines() if "==" in line)
    assert pins["torch"] == "==2.13.0"
    direct = PROJECT["dependencies"] + [
        r for extra in ("notebooks", "grade", "test") for r in PROJECT["optional-dependencies"][extra]
    ]
    assert {split(r)[0] for r in direct} <= pins.keys()


def test_the_core_is_torch_and_numpy():
    assert {split(r)[0] for r in PROJECT["dependencies"]} == {"torch", "numpy"}


def test_what_runs_beside_a_student_needs_only_the_core():
    """The checks and the client are imported without nbgrader, nbformat, click, rich or cloudpickle."""
    code = (
        "import sys; import unrolled.desk.client, unrolled.marking.laptop, unrolled.course.trained;"
        "others = ('nbgrader', 'nbformat', 'nbclient', 'click', 'rich', 'IPython', 'cloudpickle');"
        "print([m for m in others if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_tests_that_share_something_are_kept_together(request):
    """The control of TOGETHER in tests/conftest.py: without its group in the id, a test goes to any process."""
    if not os.environ.get("PYTEST_XDIST_WORKER"):
        pytest.skip("this run has one process")
    assert request.node.nodeid.endswith("@packaging"), "this pytest and this pytest-xdist do not fit together"
