"""The set-up cell at the top of every master: idle outside Colab, and in Colab it adds only what is missing.

The cell is run against fakes: whether google.colab is there, which packages are missing, and every way to start a
program, which is recorded and not done.
"""

import ast
import importlib.util
import os
import subprocess
import sys
import types

import pytest

from unrolled.course.course import Course

COURSE = Course.find(__file__)
UNTOUCHED = ["torch", "numpy", "matplotlib", "ipywidgets"]

# What the tests demand, as short as it can be: they must accept it, and reject each of the SPOILT ones made from it.
PLAIN = """\
import importlib.util
import subprocess
import sys

needed = []
kept = {"torch", "numpy", "matplotlib", "ipywidgets"}
if "google.colab" in sys.modules:
    for package in needed:
        if package not in kept and importlib.util.find_spec(package) is None:
            subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", package], check=True)
"""


def masters() -> list:
    found = [pytest.param(PLAIN, id="plain")]
    for assignment in COURSE.assignments:
        cells = {cell.id: cell for cell in COURSE.bundle(assignment).cells}
        none_yet = pytest.mark.skip(reason=f"the master of {assignment} has no cell `setup` yet")
        source = cells["setup"].source if "setup" in cells else ""
        found.append(pytest.param(source, id=assignment, marks=() if source else none_yet))
    return found


each_setup_cell = pytest.mark.parametrize("source", masters())


class Fake:
    """The world as a set-up cell sees it. started: what it tried to run, each as a list of words."""

    def __init__(self, monkeypatch) -> None:
        self.started: list[list[str]] = []
        self._patch = monkeypatch

    def run(self, source: str, needed: list[str], *, colab: bool, missing: list[str]) -> list[list[str]]:
        """Run a set-up cell with `needed` in place of its own list; returns what it started."""
        self.started.clear()
        with self._patch.context() as patch:
            patch.delitem(sys.modules, "google.colab", raising=False)
            if colab:
                patch.setitem(sys.modules, "google", types.ModuleType("google"))
                patch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
            patch.setattr(importlib.util, "find_spec", lambda name, *_: None if name in missing else object())
            for starter in ("run", "call", "check_call", "check_output", "Popen", "getoutput"):
                patch.setattr(subprocess, starter, self._record)
            patch.setattr(os, "system", self._record)
            exec(compile(with_needed(source, needed), "<cell setup>", "exec"), {"__name__": "__main__"})
        return list(self.started)

    def _record(self, command, *_, **__):
        self.started.append(command.split() if isinstance(command, str) else [str(word) for word in command])
        return types.SimpleNamespace(returncode=0, stdout="", stderr="")


@pytest.fixture
def fake(monkeypatch) -> Fake:
    return Fake(monkeypatch)


def needed_of(source: str) -> ast.Assign:
    """The one statement `needed = [...]` of a set-up cell."""
    tree = ast.parse(source)
    (found,) = (n for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "needed")
    return found


def with_needed(source: str, needed: list[str]) -> str:
    lines, at = source.splitlines(), needed_of(source)
    return "\n".join([*lines[: at.lineno - 1], f"needed = {needed!r}", *lines[at.end_lineno :]])


# --- the claims, which hold for a source or raise ------------------------------------------------------------------


def idle_outside_colab(fake, source):
    """Nothing is started, though a package is missing."""
    assert fake.run(source, ["here", "gone"], colab=False, missing=["gone"]) == []


def installs_what_is_missing(fake, source):
    """One quiet `pip install` by this Python for each missing package, and none for the others."""
    started = fake.run(source, ["here", "gone", "lost"], colab=True, missing=["gone", "lost"])
    assert started == [[sys.executable, "-m", "pip", "install", "--quiet", name] for name in ("gone", "lost")]


def idle_when_all_is_there(fake, source):
    assert fake.run(source, ["here", "there"], colab=True, missing=[]) == []


def leaves_colabs_own_alone(fake, source):
    """Even if an author lists them and Colab should lack them; the rest of the list is still installed."""
    started = fake.run(source, [*UNTOUCHED, "gone"], colab=True, missing=[*UNTOUCHED, "gone"])
    assert [command[-1] for command in started] == ["gone"]


CLAIMS = [idle_outside_colab, installs_what_is_missing, idle_when_all_is_there, leaves_colabs_own_alone]


@each_setup_cell
@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__)
def test_a_set_up_cell(fake, source, claim):
    claim(fake, source)


SPOILT = {
    "installs everywhere": (idle_outside_colab, 'if "google.colab" in sys.modules:', "if True:"),
    "asks by importing": (idle_outside_colab, '"google.colab" in sys.modules', 'importlib.util.find_spec("google")'),
    "installs what is there": (idle_when_all_is_there, " and importlib.util.find_spec(package) is None", ""),
    "chatters": (installs_what_is_missing, '"--quiet", ', ""),
    "upgrades": (installs_what_is_missing, '"--quiet"', '"--quiet", "--upgrade"'),
    "another Python": (installs_what_is_missing, "sys.executable", '"python3"'),
    "does nothing": (installs_what_is_missing, "in sys.modules", "in []"),
    **{f"touches {name}": (leaves_colabs_own_alone, f'"{name}"', '"nothing"') for name in UNTOUCHED},
}


@pytest.mark.parametrize(("claim", "at", "becomes"), SPOILT.values(), ids=SPOILT)
def test_the_claims_reject_a_spoilt_cell(fake, claim, at, becomes):
    assert PLAIN.count(at) == 1
    with pytest.raises(AssertionError):
        claim(fake, PLAIN.replace(at, becomes))


# --- where it stands -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_the_set_up_cell_is_locked_and_comes_first(assignment):
    code = [cell for cell in COURSE.bundle(assignment).cells if cell.type == "code"]
    if all(cell.id != "setup" for cell in code):
        pytest.skip(f"the master of {assignment} has no cell `setup` yet")
    assert code[0].id == "setup" and code[0].is_given_code
    needed = ast.literal_eval(needed_of(code[0].source).value)
    assert not set(needed) & set(UNTOUCHED)


def bound_in(source: str) -> set[str]:
    """The names that a cell assigns to, in its functions or outside; imports not counted."""
    return {n.id for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_the_set_up_cell_keeps_its_names_to_itself(assignment):
    """A loop over `name` here would be taken for a part of any answer that uses a global `name`, and the call of
    importlib in it would be shown to the marker as something suspicious."""
    bundle = COURSE.bundle(assignment)
    cells = {cell.id or str(n): bundle.answers.get(cell.id, cell.source) for n, cell in enumerate(bundle.cells)}
    code = {id: cells[id] for id, cell in zip(cells, bundle.cells, strict=True) if cell.type == "code"}
    own = bound_in(code.pop("setup", PLAIN))
    assert {"needed", "kept", "package"} == own
    for id, source in code.items():
        assert not own & bound_in(source), f"cell {id} uses a name of the set-up cell"


def test_every_master_has_the_same_set_up_cell_but_for_its_list():
    sources = [cell.source for a in COURSE.assignments for cell in COURSE.bundle(a).cells if cell.id == "setup"]
    assert len({with_needed(source, []) for source in sources}) <= 1
