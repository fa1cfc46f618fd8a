"""Every release runs on Colab's versions: as a student opens it, and with the reference answers filled in.

nbclient runs here, in the tests' own venv; only the kernel runs in `.venv-colab`, which `make colab` makes from
constraints/colab.txt. It finds the stand-in for `google.colab` and does not find `unrolled`, as in Colab.
"""

import builtins
import json
import os
import re
import symtable
import time
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from durations import disagreements
from IPython.core.inputtransformer2 import TransformerManager
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from unrolled.course.course import Course
from unrolled.course.master import EXPLORE
from unrolled.kernels.kernel import PrivateKernel

COURSE = Course.find(__file__)
PYTHON = COURSE.root / ".venv-colab" / "bin" / "python"
STAND_IN = Path(__file__).parent / "stand_in"
PINS = dict(re.findall(r"^([\w-]+)==(\S+)$", (COURSE.root / "constraints/colab.txt").read_text(), re.MULTILINE))
READ_FROM_COLAB = {"ipykernel", "ipython", "ipywidgets", "matplotlib", "numpy", "plotly", "tqdm"}
UNANSWERED = {"NotImplementedError", "AssertionError", "NameError"}  # what an open question may bring about
WIDGETS = "application/vnd.jupyter.widget-state+json"

each_assignment = pytest.mark.parametrize("assignment", COURSE.assignments)


class Lane(PrivateKernel, NotebookClient):
    """Runs a notebook with the lane's kernel; errors are left in the outputs, for the tests to judge."""

    def __init__(self, notebook, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        where = {"metadata": {"path": str(folder)}}  # not the course's folder: `import unrolled` would find it
        # 600 s a cell: trainings are meant to take seconds to a few minutes
        super().__init__(notebook, allow_errors=True, timeout=600, resources=where, skip_cells_with_tag="")

    def create_kernel_manager(self):
        """A kernel in the lane's venv that talks through files in this run's folder, not through ports."""
        profile = self.folder / "ipython" / "profile_default" / "startup"
        profile.mkdir(parents=True)
        # Colab's own kernel has imported google.colab before the first cell, and binds no name by it
        meter = COURSE.root / "unrolled/desk/meter.py"
        costs = f'__import__("cell_costs").begin({str(self.folder / "costs")!r}, {str(meter)!r})'
        (profile / "colab.py").write_text(f'__import__("google.colab")\n{costs}\n')
        spec = {
            "argv": [str(PYTHON), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            "display_name": "Colab's versions",
            "language": "python",
            "env": {
                "PYTHONPATH": str(STAND_IN),
                "IPYTHONDIR": str(profile.parents[1]),
                "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # whatever the tests run with
                "PYTHONDONTWRITEBYTECODE": "",  # the venv was installed without .pyc: the first run writes them
                "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # old debugpy warns about any new Python, on our terminal
            },
        }
        kernels = self.folder / "kernels"
        (kernels / "lane").mkdir(parents=True)
        (kernels / "lane" / "kernel.json").write_text(json.dumps(spec))
        specs = KernelSpecManager(kernel_dirs=[str(kernels)], ensure_native_kernel=False)
        self.km = AsyncKernelManager(kernel_name="lane", kernel_spec_manager=specs)
        self.km.transport, self.km.ip = "ipc", str(self.folder / "k")
        return self.km

    def note_costs(self) -> None:
        """Write into each cell that was run what it cost, in reference passes."""
        run = [cell for cell in self.nb.cells if cell.get("execution_count")]
        told = (self.folder / "costs").read_text(encoding="utf-8").split()
        for cell, passes in zip(run, told, strict=True):
            cell.metadata["passes"] = int(passes)


@pytest.fixture
def lane(tmp_path):
    """A function that runs a notebook, or a list of sources, in a kernel of its own; returns the notebook."""
    if not PYTHON.exists():
        why = f"{PYTHON} is missing; make it with: make colab"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)

    def run(notebook):
        if isinstance(notebook, list):
            notebook = new_notebook(cells=[new_code_cell(source) for source in notebook])
        # ipykernel leaves what a program or C code writes to stderr unread when it sees that variable
        environment = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
        client = Lane(notebook, tmp_path / "lane")
        client.execute(env=environment)
        client.note_costs()
        return notebook

    return run


# --- reading what a run left -------------------------------------------------------------------------------------


def grade_id(cell) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def troubles(notebook) -> list[tuple[int | None, str, str]]:
    """What went wrong, as (index of the cell, kind, what it said); a stderr line has the kind "stderr".

    ipywidgets catches an error in a widget's callback and shows it inside the widget: those come last, without
    a cell.
    """
    found = [(index, output) for index, cell in enumerate(notebook.cells) for output in cell.get("outputs", [])]
    for widget in notebook.metadata.get("widgets", {}).get(WIDGETS, {}).get("state", {}).values():
        found += [(None, output) for output in widget["state"].get("outputs") or []]
    told = []
    for index, output in found:
        if output["output_type"] == "error":
            told.append((index, output["ename"], output["evalue"]))
        elif output["output_type"] == "stream" and output["name"] == "stderr":
            told.append((index, "stderr", output["text"]))
    return told


def not_run(notebook) -> list[str]:
    """The code cells that the kernel was never given."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    return [cell.source for cell in code if cell.execution_count is None]


def seconds_told(notebook, started: float) -> str:
    """The seconds of a run, and those of its cells by the kernel's clock: waiting shows as the difference."""
    spent = {}
    for index, cell in enumerate(notebook.cells):
        at = cell.metadata.get("execution", {})
        if "shell.execute_reply" in at and "iopub.status.busy" in at:
            busy, replied = (datetime.fromisoformat(at[key]) for key in ("iopub.status.busy", "shell.execute_reply"))
            spent[grade_id(cell) or index + 1] = (replied - busy).total_seconds()
    slowest = max(spent, key=spent.get)
    whole = time.perf_counter() - started
    return (
        f"{whole:.1f} s, {sum(spent.values()):.1f} s of it in cells; the slowest is {slowest}: {spent[slowest]:.1f} s"
    )


def names(source: str) -> tuple[set[str], set[str]]:
    """The global names that a cell binds, and those that it uses (inside its functions, too)."""
    tables = [symtable.symtable(TransformerManager().transform_cell(source), "<cell>", "exec")]
    top = tables[0].get_symbols()
    bound = {s.get_name() for s in top if s.is_assigned() or s.is_imported() or s.is_namespace()}
    used = {s.get_name() for s in top if s.is_referenced()}
    for table in tables:
        tables += table.get_children()
        used |= {s.get_name() for s in table.get_symbols() if s.is_global() and s.is_referenced()}
    return bound, used - set(dir(builtins))


def open_questions(notebook, answers: dict[str, str]) -> tuple[dict[int, set[str]], set[int]]:
    """(the names that are open before each cell, the cells that may fail for it) in a release as it is.

    A name is *open* from its question on if the answer, or a cell that uses an open name, would have bound it; it
    is closed again by a cell that binds it without one. Only cells that use an open name may fail.
    """
    open_names, open_before, may_fail = set(), {}, set()
    for index, cell in enumerate(notebook.cells):
        open_before[index] = set(open_names)
        if cell.cell_type != "code":
            continue
        bound, used = names(cell.source)
        if grade_id(cell) in answers:
            open_names |= bound | names(answers[grade_id(cell)])[0]
            may_fail.add(index)
        elif used & open_names:
            open_names |= bound
            may_fail.add(index)
        else:
            open_names -= bound
    return open_before | {len(notebook.cells): open_names}, may_fail


def unexplained(notebook, answers: dict[str, str]) -> list[str]:
    """The errors of a release as it is that open questions do not account for, as sentences.

    Only cells that stand on an open question may fail, and a NameError must be about an open name.
    """
    open_before, may_fail = open_questions(notebook, answers)
    told = []
    for index, kind, said in troubles(notebook):
        where = "a widget" if index is None else f"cell {grade_id(notebook.cells[index]) or index + 1}"
        missing = re.match(r"name '(\w+)' is not defined", said)
        known = (
            open_before[len(notebook.cells)]
            if index is None
            else open_before[index] | names(notebook.cells[index].source)[0]
        )
        if kind != "stderr" and kind not in UNANSWERED:
            told.append(f"{where}: {kind}: {said}")
        elif kind != "stderr" and index is not None and index not in may_fail:
            told.append(f"{where} stands on no answer, and failed: {kind}: {said}")
        elif kind == "NameError" and not (missing and missing[1] in known):
            told.append(f"{where}: {said}, and no answer would have defined it")
    return told


# --- the lane itself ---------------------------------------------------------------------------------------------

PROBE = """
import importlib, json, sys
from importlib.metadata import PackageNotFoundError, version
seen = {"early": "google.colab" in sys.modules, "bound": "google" in globals(), "pins": {}, "imported": {}}
for name in NAMES:
    try:
        seen["pins"][name] = version(name)
    except PackageNotFoundError:
        seen["pins"][name] = None
for name in ["numpy", "matplotlib", "ipywidgets", "ipykernel", "IPython", "plotly", "tqdm", "torch"]:
    seen["imported"][name.lower()] = importlib.import_module(name).__version__
for name in ["unrolled", "ipympl"]:
    try:
        seen[name] = importlib.import_module(name).__file__
    except ModuleNotFoundError as error:
        seen[name] = f"no {error.name}"
print(json.dumps(seen))
"""


def test_the_lane_is_what_it_claims_to_be(lane, capsys):
    """Pinned versions, installed and imported; google.colab there before the first cell; no unrolled, no ipympl."""
    assert PINS.keys() >= READ_FROM_COLAB | {"torch"}
    notebook = lane([PROBE.replace("NAMES", repr(list(PINS)))])
    assert troubles(notebook) == []
    seen = json.loads(notebook.cells[0].outputs[0].text)
    with capsys.disabled():
        print("\nthe lane has", ", ".join(f"{name} {of}" for name, of in seen["imported"].items()))
    wrong = {name: found for name, found in seen["pins"].items() if found is None or found.split("+")[0] != PINS[name]}
    assert not wrong, f"not what constraints/colab.txt says; make it anew with: rm -r .venv-colab; make colab: {wrong}"
    for name, found in seen["imported"].items():
        assert found.split("+")[0] == PINS[name], f"{name} is installed as {PINS[name]} and imports as {found}"
    assert seen["early"] and not seen["bound"]
    assert (seen["unrolled"], seen["ipympl"]) == ("no unrolled", "no ipympl")


def test_the_lane_draws_and_its_widgets_answer(lane):
    """Figures come as pictures, inside a widget too: what students look at in Colab."""
    plot = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    widget = (
        "import ipywidgets\n"
        "def draw(w):\n    plt.plot([w, 2])\n    plt.show()\n"
        "ipywidgets.interact(draw, w=ipywidgets.FloatSlider(value=0.5));"
    )
    notebook = lane([plot, widget])
    assert troubles(notebook) == [] and not_run(notebook) == []
    assert "image/png" in notebook.cells[0].outputs[0].data
    states = notebook.metadata.widgets[WIDGETS].state.values()
    shown = [output for widget in states for output in widget["state"].get("outputs") or []]
    assert any("image/png" in output.get("data", {}) for output in shown)


def test_the_lane_sees_what_goes_wrong(lane):
    """The control: an error, stderr from Python and from a program, an error in a widget, a call for the Drive."""
    notebook = lane(
        [
            "1 / 0",
            "import sys\nprint('careful', file=sys.stderr)",
            "import os\nos.system('echo careful >&2')",
            "import ipywidgets\n@ipywidgets.interact(w=0.5)\ndef draw(w):\n    return w.nothing",
            "from google.colab import drive, output\noutput.enable_custom_widget_manager()\ndrive.mount('/drive')",
        ]
    )
    found = [(index, kind) for index, kind, _ in troubles(notebook)]
    in_cells = [(0, "ZeroDivisionError"), (1, "stderr"), (2, "stderr"), (4, "NotNeeded")]
    assert found == [*in_cells, (None, "AttributeError")]
    assert len(unexplained(notebook, {})) == 3  # a line on stderr is not held against a notebook with gaps


# --- the course on it --------------------------------------------------------------------------------------------


def release(assignment: str, answers: dict[str, str] | None = None):
    """The released notebook; with answers, as a student would hand it in who wrote these."""
    path = COURSE.root / "release" / assignment / f"{COURSE.bundle(assignment).name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    open_cells = {grade_id(cell): cell for cell in notebook.cells if cell.cell_type == "code" and grade_id(cell)}
    for id, answer in (answers or {}).items():
        assert open_cells[id].source != answer
        open_cells[id].source = answer
    return notebook


def without_the_same_again(notebook, answers: dict[str, str]) -> None:
    """Take out the cells to play with that stand on no answer, and that no other cell needs: they do the same when the
    answers are there, which is tried below. Some take half a minute."""
    _, may_fail = open_questions(notebook, answers)
    kept, needed = [], set()
    for index, cell in reversed(list(enumerate(notebook.cells))):
        bound, used = names(cell.source) if cell.cell_type == "code" else (set(), set())
        if index in may_fail or EXPLORE not in cell.metadata.get("tags", []) or bound & needed:
            kept.append(cell)
            needed = (needed - bound) | (used - bound)  # one that binds a name is taken to bind it before it uses it
    notebook.cells = kept[::-1]


@each_assignment
def test_a_release_as_it_is_fails_only_where_an_answer_is_missing(lane, assignment, capsys):
    """Run all, before a line is written: every error is about an open question, none about Colab."""
    answers = COURSE.bundle(assignment).answers
    start = time.perf_counter()
    opened = release(assignment)
    without_the_same_again(opened, answers)
    notebook = lane(opened)
    with capsys.disabled():
        print(f"\n{assignment} as it is: {seconds_told(notebook, start)}")
    assert not_run(notebook) == []
    assert unexplained(notebook, answers) == []
    failed = {grade_id(notebook.cells[index]) for index, kind, _ in troubles(notebook) if index is not None}
    unmet = {f"try_{id}" for id in answers if any(grade_id(cell) == f"try_{id}" for cell in notebook.cells)}
    assert unmet and unmet <= failed, "a visible test passes although its question is open"


@each_assignment
def test_a_release_with_the_answers_runs_without_a_word(lane, assignment, capsys):
    """No error, in a cell or in a widget, and nothing on stderr; what takes long was announced, and takes so long."""
    start = time.perf_counter()
    notebook = lane(release(assignment, COURSE.bundle(assignment).answers))
    with capsys.disabled():
        print(f"\n{assignment} answered: {seconds_told(notebook, start)}")
    assert not_run(notebook) == []
    assert troubles(notebook) == []
    assert disagreements(notebook.cells) == []


# --- controls for the judgement of open questions; they need no venv -----------------------------------------------


def ran(*cells: tuple[str, str, str]):
    """A notebook as if it had run: (source, kind of error or "", what it said); the first cell is the answer `f`."""
    made = []
    for source, kind, said in cells:
        outputs = [nbformat.v4.new_output("error", ename=kind, evalue=said, traceback=[])] if kind else []
        made.append(new_code_cell(source, outputs=outputs))
    made[0].metadata["nbgrader"] = {"grade_id": "f"}
    return new_notebook(cells=made)


STUB = ("def f(x):\n    raise NotImplementedError()", "", "")


@pytest.mark.parametrize(
    ("cells", "accounted"),
    [
        ([("y = f(1)", "NotImplementedError", "")], True),
        ([("y = f(1)", "NotImplementedError", ""), ("print(y)", "NameError", "name 'y' is not defined")], True),
        ([("def g(x):\n    return f(x)", "", ""), ("g(1)", "NotImplementedError", "")], True),
        ([("assert f(1) == 2", "AssertionError", "write it")], True),
        ([("y = f(1)", "NotImplementedError", ""), ("y = 3", "", ""), ("assert y == 4", "AssertionError", "")], False),
        ([("y = f(1)", "AttributeError", "module 'torch' has no attribute 'x'")], False),
        ([("import ipympl, f", "ModuleNotFoundError", "No module named 'ipympl'")], False),
        ([("f(display)", "NameError", "name 'display' is not defined")], False),
        ([("assert 1 == 2", "AssertionError", "")], False),
        ([("print(z)", "NameError", "name 'z' is not defined")], False),
    ],
)
def test_only_what_an_open_question_explains_is_let_pass(cells, accounted):
    assert (unexplained(ran(STUB, *cells), {"f": "def f(x):\n    return x"}) == []) is accounted


@pytest.mark.parametrize(
    ("cells", "left"),
    [
        ([("plot = 1", True)], 0),
        ([("plot = 1", False)], 1),  # no cell to play with
        ([("plot = f(1)", True)], 1),  # stands on the answer
        ([("plot = 1", True), ("print(plot)", False)], 2),  # another cell needs it
        ([("plot = 1", True), ("plot = 2\nprint(plot)", False)], 1),  # … and binds its own
        ([("plot = 1", True), ("print(plot)", True)], 0),
        ([("plot = 1", True), ("print(plot, f(1))", True)], 2),
    ],
)
def test_only_what_does_the_same_with_the_answers_is_taken_out(cells, left):
    notebook = new_notebook(cells=[new_code_cell(STUB[0], metadata={"nbgrader": {"grade_id": "f"}})])
    notebook.cells += [new_code_cell(source, metadata={"tags": [EXPLORE] if play else []}) for source, play in cells]
    without_the_same_again(notebook, {"f": "def f(x):\n    return x"})
    assert len(notebook.cells) - 1 == left
