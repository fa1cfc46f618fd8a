"""Notebooks behind the wall: honest ones notice nothing, others get nowhere, and what is said of it is true."""

import dataclasses
import json
import os
import time
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from unrolled.build.solutions import PrivateClient
from unrolled.cli.main import cli
from unrolled.doctor.copying import copy_along
from unrolled.doctor.entries import of_folder
from unrolled.grading import execute, scratch
from unrolled.grading.notebook import mark_file
from unrolled.kernels import provisioner
from unrolled.kernels.kernel import FIGURES_IN_PAGES
from unrolled.walls import machine
from unrolled.walls.environment import of_a_notebook, passed_on
from unrolled.walls.inner import MB

if machine.sandbox() == machine.NO_WALL:
    pytest.skip("this machine cannot shut anything in", allow_module_level=True)

ASSIGNMENT = "01_sequences"


def run(tmp_path, *sources: str, without: tuple[str, ...] = (), beside: dict[str, str] | None = None, **limits):
    """The cells after they were run behind a wall. without: defences to leave out; beside: files of the student's."""
    wall = dataclasses.replace(scratch.wall_in(tmp_path, tmp_path / "course", **limits), without=without)
    for name, text in (beside or {}).items():
        (tmp_path / "work" / name).write_text(text)
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    resources = {"metadata": {"path": wall.work}}
    client = PrivateClient(
        nbformat.v4.new_notebook(cells=cells),
        kernel_name="python3",
        timeout=120,
        allow_errors=True,
        resources=resources,
    )
    client.kernel_folder, client.kernel_wall, client.shutdown_kernel = tmp_path, wall, "immediate"
    environment = {**passed_on(os.environ), "OMP_NUM_THREADS": "1", **FIGURES_IN_PAGES}
    client.execute(env={**environment, **of_a_notebook(Path(wall.home))})
    return cells


def said(cell) -> str:
    return "".join(output.get("text", "") or output.get("evalue", "") for output in cell.outputs)


def kinds(cell) -> set[str]:
    return {kind for output in cell.outputs for kind in output.get("data", {})}


def test_what_the_course_uses_works(tmp_path):
    cells = run(
        tmp_path,
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
        "import plotly.graph_objects as go\ngo.Figure(go.Scatter(y=[1])).show()",
        "import ipywidgets\nipywidgets.interact(lambda x: print('now', x), x=3)",
        "from tqdm.auto import tqdm\nfor _ in tqdm(range(3)): pass\nprint('through')",
        "import torch\nlayer = torch.nn.GRU(3, 4)\noptimizer = torch.optim.Adam(layer.parameters())\n"
        "layer(torch.ones(2, 1, 3))[0].sum().backward()\noptimizer.step()\nprint('trained')",
        "torch.save(layer.state_dict(), 'net.pt')\nlayer.load_state_dict(torch.load('net.pt'))\n"
        "open('notes.txt', 'w').write('x')\nprint('kept')",
        "print(type(torch.compile(layer)(torch.ones(2, 1, 3))[0]), 'as it is')",
        "!pip install something\nprint('and on')",
        "import asyncio\nawait asyncio.sleep(0)\nimport tempfile\ntempfile.TemporaryFile().write(b'x')\nprint('so')",
    )
    assert not [said(cell) for cell in cells if any(output.output_type == "error" for output in cell.outputs)]
    assert "image/png" in kinds(cells[0]) and "application/vnd.plotly.v1+json" in kinds(cells[1])
    assert "application/vnd.jupyter.widget-view+json" in kinds(cells[2])
    for cell, word in zip(cells[3:], ("through", "trained", "kept", "as it is", "and on", "so"), strict=True):
        assert word in said(cell)
    assert "starts no other programs: pip install something" in said(cells[7])


ATTEMPTS = {
    "the grader's environment": ("open(f'/proc/{os.getppid()}/environ').read()", ("files", "capabilities")),
    "the folder of all courses": ("os.listdir(os.path.dirname(os.path.dirname(os.getcwd())))", ("files",)),
    "the network": ("import socket\nsocket.socket().close()", ("calls",)),
    "another process": ("if not os.fork(): os._exit(0)", ("calls",)),
    "somebody's process": ("os.kill(os.getppid(), 0)", ("files", "calls", "capabilities")),
}


@pytest.mark.parametrize("name", ATTEMPTS)
def test_a_notebook_gets_at_nothing(name, tmp_path):
    source, without = ATTEMPTS[name]
    source = f"import os\n{source}\nprint('did it')"
    for place in ("behind", "before"):
        (tmp_path / place).mkdir()
    assert "did it" not in said(run(tmp_path / "behind", source)[0])
    assert "did it" in said(run(tmp_path / "before", source, without=without)[0])


def test_a_file_beside_the_notebook_takes_nobodys_place(tmp_path):
    """Started as `python -m ipykernel_launcher` in that folder, the first of them would run instead of a kernel."""
    planted = "print('planted')\nraise SystemExit('planted')"
    names = ("ipykernel_launcher.py", "torch.py", "random.py", "matplotlib_inline.py", "sitecustomize.py")
    beside = {**dict.fromkeys(names, planted), "helpers.py": "twice = 2"}
    cells = run(tmp_path, "import torch, helpers\nprint(torch.__file__, helpers.twice)", beside=beside)
    assert "site-packages" in said(cells[0]) and "planted" not in said(cells[0])
    assert said(cells[0]).endswith(" 2\n")  # the control: what is the student's own is found


def test_memory_ends_in_an_error_that_the_notebook_outlives(tmp_path):
    cells = run(tmp_path, "import numpy\nnumpy.ones(2**28)", "print('on')", memory=256 * MB)
    assert "Unable to allocate" in said(cells[0]) and said(cells[1]) == "on\n"


# --- while marking -------------------------------------------------------------------------------------------


@pytest.fixture
def notebook(course):
    """A release with one answer in it; tests add cells."""
    found = nbformat.read(course.root / f"release/{ASSIGNMENT}/sequences.ipynb", as_version=4)
    for cell in found.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "window_pairs":
            cell.source = course.bundle(ASSIGNMENT).answers["window_pairs"]
    return found


def marked(course, notebook, tmp_path, **options) -> dict:
    path = tmp_path / "sequences.ipynb"
    nbformat.write(notebook, path)
    return mark_file(course, path, **options)


def test_marks_are_what_they_were_and_the_report_says_one_wall(course, notebook, tmp_path, monkeypatch):
    """And nothing of the grader's environment is in the notebook's."""
    monkeypatch.setenv("A_SECRET_OF_THE_GRADERS", "hush")
    ran = []
    monkeypatch.setattr(execute, "report", lambda *args, real=execute.report: ran.append(args[2]) or real(*args))
    asks = "import os, json\nprint(json.dumps([dict(os.environ), os.getcwd(), os.listdir()]))"
    notebook.cells.insert(2, nbformat.v4.new_code_cell(asks))
    report = marked(course, notebook, tmp_path)
    assert report["marked_by"]["sandbox"] == "one wall"
    assert report["questions"][0]["points"] == report["questions"][0]["of"] == 14
    (cell,) = [cell for cell in ran[0].cells if cell.source == asks]
    environment, folder, files = json.loads(said(cell))
    assert "hush" not in environment.values() and environment["HOME"] != os.environ.get("HOME")
    assert folder == os.path.join(os.path.dirname(environment["HOME"]), "work") and not files
    assert not Path(folder).exists()


def test_a_notebook_that_takes_too_much_is_ended_and_its_student_reads_why(course, notebook, tmp_path, monkeypatch):
    """It is run once more without that cell."""

    def small(folder, course, **limits):
        return scratch.wall_in(folder, course, **{**limits, "memory": 128 * MB})

    monkeypatch.setattr(execute, "wall_in", small)
    greedy = "import mmap, time\nkept = mmap.mmap(-1, 400 << 20)\nfor _ in range(400): kept.write(bytes(1 << 20))\n"
    greedy += "time.sleep(60)"  # shared memory, which no limit of the process counts
    ids = [cell.metadata.get("nbgrader", {}).get("grade_id", "") for cell in notebook.cells]
    last = max(place for place, id in enumerate(ids) if id.startswith("test_"))
    notebook.cells.insert(last, nbformat.v4.new_code_cell(greedy))
    report = marked(course, notebook, tmp_path)
    assert report["questions"][0]["points"] == 14
    (remark,) = report["mended"]
    assert "took more than 128 MB of memory, and was stopped in cell" in remark and "run once more" in remark
    assert "not answered yet" in report["questions"][-1]["reason"]


def test_what_is_handed_in_beside_it_is_copied_and_no_link_is_followed(tmp_path):
    (tmp_path / "handed_in/data").mkdir(parents=True)
    (tmp_path / "secret").write_text("hush")
    (tmp_path / "handed_in/data/poem.txt").write_text("row, row")
    (tmp_path / "handed_in/data.txt").symlink_to(tmp_path / "secret")
    (tmp_path / "handed_in/answer.ipynb").write_text("{}")
    os.mkfifo(tmp_path / "handed_in/pipe")
    copy_along(of_folder(tmp_path / "handed_in").entries, tmp_path / "work")
    assert [path.name for path in (tmp_path / "work").rglob("*") if path.is_file()] == ["poem.txt"]


def test_the_folder_goes_however_deep_it_is():
    with scratch.scratch() as folder:
        here = os.open(folder, os.O_RDONLY)
        for _ in range(1500):
            os.mkdir("d", dir_fd=here)
            deeper = os.open("d", os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = deeper
        os.close(here)
    assert not folder.exists()


# --- what this machine can do --------------------------------------------------------------------------------


def test_the_command_tells_a_line_for_each_mechanism():
    done = CliRunner().invoke(cli, ["sandbox"])
    lines = done.stdout.split("\n")
    assert done.exit_code == 0 and "marking runs with: one wall" in lines
    assert sum(line.startswith(("there", "MISSING")) for line in lines) == len(machine.mechanisms())


@pytest.fixture
def no_wall(monkeypatch):
    """As on a machine with neither."""
    lacking = (machine.Mechanism("files: Landlock", "", "Linux 5.13 or newer", needed=True),)
    monkeypatch.setattr(machine, "mechanisms", lambda: lacking)


def test_without_a_wall_nothing_is_marked_unless_somebody_says_so(no_wall, course, notebook, tmp_path):
    assert CliRunner().invoke(cli, ["sandbox"]).exit_code == 1
    with pytest.raises(scratch.NoSandbox, match="--unsandboxed"):
        marked(course, notebook, tmp_path)
    report = marked(course, notebook, tmp_path, unsandboxed=True)
    assert report["marked_by"]["sandbox"] == "none" and report["questions"][0]["points"] == 14


def test_a_wall_that_cannot_be_had_leaves_no_notebook_outside(tmp_path, monkeypatch):
    """The warm process fails, then the one that has imported nothing: no third way, outside the wall."""

    class Broken:
        def __init__(self, *_, **__):
            raise provisioner.Refused("for a test")

    monkeypatch.setattr(provisioner, "_WARM", {})
    monkeypatch.setattr(provisioner, "WarmProcess", Broken)
    with pytest.warns(UserWarning, match="starts cold"), pytest.raises(provisioner.Refused, match="for a test"):
        run(tmp_path, "print('outside')")


def test_nothing_is_left_when_a_notebook_ends(tmp_path):
    """A thread that does not end, and a process where processes can be had: both go with it."""
    (tmp_path / "a").mkdir()
    source = (
        "import os, threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()\n"
        "pid = os.fork()\nif not pid: time.sleep(600)\nprint(pid, os.getpid())"
    )
    pids = [int(pid) for pid in said(run(tmp_path / "a", source, without=("calls",))[0]).split()]
    until = time.monotonic() + 10
    while any(_runs(pid) for pid in pids) and time.monotonic() < until:
        time.sleep(0.05)
    assert len(pids) == 2 and not any(_runs(pid) for pid in pids)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
