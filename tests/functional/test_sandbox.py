"""Notebooks behind the wall: honest ones notice nothing, others get nowhere, and what is said of it is true."""

import dataclasses
import json
import os
import socket
import sys
import time
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from nbclient.exceptions import DeadKernelError

from unrolled.build.solutions import PrivateClient
from unrolled.cli.main import cli
from unrolled.doctor.copying import copy_along
from unrolled.doctor.entries import of_folder
from unrolled.grading import execute, scratch
from unrolled.grading.notebook import mark_file
from unrolled.kernels import provisioner
from unrolled.kernels.kernel import FIGURES_IN_PAGES
from unrolled.walls import cgroup, machine, outer, user
from unrolled.walls.environment import of_a_notebook, passed_on
from unrolled.walls.inner import MB

if machine.sandbox() == machine.NO_WALL:
    pytest.skip("this machine cannot shut anything in", allow_module_level=True)

ASSIGNMENT = "01_sequences"
HAS_OUTER = machine.sandbox() == machine.TWO_WALLS
needs_outer = pytest.mark.skipif(not HAS_OUTER, reason=f"no bubblewrap to be used here: {outer.lacking()}")
INNER_ALONE = ("outer",)
# Which of the walls a notebook is behind, by what is left out.
walls = pytest.mark.parametrize(
    "left_out", [pytest.param((), id="two walls", marks=needs_outer), pytest.param(INNER_ALONE, id="the inner alone")]
)


def run(*sources: str, without: tuple[str, ...] = (), beside: dict[str, str] | None = None, devices=(), **limits):
    """The cells after they were run behind a wall. without: defences to leave out; beside: files of the student's."""
    with scratch.scratch() as folder:
        wall = dataclasses.replace(scratch.wall_in(folder, [folder / "course"], **limits), without=without)
        wall = dataclasses.replace(wall, devices=devices)
        for name, text in (beside or {}).items():
            (folder / "work" / name).write_text(text)
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        client = PrivateClient(
            nbformat.v4.new_notebook(cells=cells),
            kernel_name="python3",
            timeout=120,
            allow_errors=True,
            resources={"metadata": {"path": wall.work}},
        )
        client.kernel_folder, client.kernel_wall, client.shutdown_kernel = folder, wall, "immediate"
        environment = {**passed_on(os.environ), "OMP_NUM_THREADS": "1", **FIGURES_IN_PAGES}
        client.execute(env={**environment, **of_a_notebook(Path(wall.home))})
    return cells


def said(cell) -> str:
    return "".join(output.get("text", "") or output.get("evalue", "") for output in cell.outputs)


def kinds(cell) -> set[str]:
    return {kind for output in cell.outputs for kind in output.get("data", {})}


@walls
def test_what_the_course_uses_works(left_out):
    cells = run(
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
        without=left_out,
    )
    assert not [said(cell) for cell in cells if any(output.output_type == "error" for output in cell.outputs)]
    assert "image/png" in kinds(cells[0]) and "application/vnd.plotly.v1+json" in kinds(cells[1])
    assert "application/vnd.jupyter.widget-view+json" in kinds(cells[2])
    for cell, word in zip(cells[3:], ("through", "trained", "kept", "as it is", "and on", "so"), strict=True):
        assert word in said(cell)
    assert "starts no other programs: pip install something" in said(cells[7])


ATTEMPTS = {
    "the grader's environment": ("open(f'/proc/{os.getppid()}/environ').read()", ("files", "capabilities")),
    "the folder of all": ("os.listdir(os.path.dirname(os.path.dirname(os.getcwd())))", ("files", "capabilities")),
    "the network": ("import socket\nsocket.socket().close()", ("calls",)),
    "another process": ("if not os.fork(): os._exit(0)", ("calls",)),
    "somebody's process": ("os.kill(os.getppid(), 0)", ("files", "calls", "capabilities")),
}


@walls
@pytest.mark.parametrize("name", ATTEMPTS)
def test_a_notebook_gets_at_nothing(name, left_out):
    source, without = ATTEMPTS[name]
    source = f"import os\n{source}\nprint('did it')"
    assert "did it" not in said(run(source, without=left_out)[0])
    assert "did it" in said(run(source, without=(*left_out, *without))[0])


# What the outer wall holds by itself, with nothing of the inner one left; HERE is this test's folder.
INNER = ("files", "calls", "capabilities", "limits")
HELD_OUTSIDE = {  # tests/unit/test_walls.py has more of it
    "the course's secrets": "open('HERE/secret').read()",
    "the grader's home": "assert sorted(os.listdir('HOME')) == IN_IT",
    "writing where Python lies": "open(os.path.join(sys.prefix, 'new'), 'w').close()",
    "the network": "socket.create_connection(('127.0.0.1', PORT), 5)",
    # Inside, the same number may be another process's: it is this one that began when this one did.
    "a signal": "os.kill(PID, 0)\nassert open('/proc/PID/stat').read().rpartition(')')[2].split()[19] == 'BEGAN'",
}


@needs_outer
@pytest.mark.parametrize("name", HELD_OUTSIDE)
def test_the_outer_wall_holds_by_itself(name, tmp_path):
    """And the control: without it, too, the same is done."""
    (tmp_path / "secret").write_text("hush")
    home, new = os.path.expanduser("~"), Path(sys.prefix, "new")
    with socket.create_server(("127.0.0.1", 0)) as tcp:
        words = {"HERE": tmp_path, "HOME": home, "PORT": tcp.getsockname()[1], "PID": os.getpid()}
        words["BEGAN"] = Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]  # since the machine did
        source = HELD_OUTSIDE[name]
        for word, value in {**words, "IN_IT": sorted(os.listdir(home))}.items():
            source = source.replace(word, str(value))
        source = f"import os, socket, sys\n{source}\nprint('did it')"
        try:
            assert "did it" not in said(run(source, without=INNER)[0])
            if name == "writing where Python lies" and not os.access(sys.prefix, os.W_OK):
                return  # this user may not, wall or none
            assert "did it" in said(run(source, without=(*INNER, "outer"))[0])
        finally:
            new.unlink(missing_ok=True)


@needs_outer
def test_what_is_written_outside_of_its_folder_is_gone_with_the_sandbox():
    """/tmp is there, for what needs one, and is nobody else's."""
    run("open('/tmp/left-by-a-notebook', 'w').write('x')", without=INNER)
    assert not Path("/tmp/left-by-a-notebook").exists()


@walls
def test_a_notebook_is_no_user_that_owns_anything(left_out):
    """As root: each has a number of its own, and cannot read what is root's."""
    if not machine.users(outer=not left_out):
        pytest.skip("users of their own cannot be had here")
    asks = "import os\nprint(os.getuid(), os.getgid(), os.getgroups(), os.stat('.').st_uid)"
    makes = "os.makedirs('mine/below')\nprint(open('/proc/self/environ').read() != '')"
    cell, made = run(asks, makes, without=left_out)
    uid = int(said(cell).split()[0])
    assert uid in user.UIDS and said(cell) == f"{uid} {uid} [] {uid}\n" and said(made) == "True\n"
    (cell,) = run("import os\nprint(os.getuid())", without=(*left_out, "capabilities"))
    assert said(cell) == "0\n"  # the control


@pytest.mark.skipif(not cgroup.bases(), reason="no control groups to be made here")
@walls
def test_its_control_group_ends_what_takes_too_much_between_two_looks(left_out):
    """With limits and watch taken out; and with the group taken out as well, it goes on."""
    greedy = "kept = bytearray(900 << 20)\nkept[::4096] = b'x' * len(kept[::4096])\nprint('took it')"
    limits = {"memory": 128 * MB, "disk": 64 * MB}
    with pytest.raises(DeadKernelError):
        run(greedy, without=(*left_out, "limits"), **limits)
    assert "took it" in said(run(greedy, without=(*left_out, "limits", "group"), **limits)[0])


@walls
def test_devices_are_there_when_they_are_asked_for(left_out):
    """Of a graphics card there is none here: another device stands for it."""
    device = "/dev/full"
    asks = f"import os\nos.close(os.open({device!r}, os.O_RDWR))\nprint('opened')"
    assert "opened" in said(run(asks, without=left_out, devices=(device,))[0])
    assert "opened" not in said(run(asks, without=left_out)[0])


@walls
def test_a_file_beside_the_notebook_takes_nobodys_place(left_out):
    """Started as `python -m ipykernel_launcher` in that folder, the first of them would run instead of a kernel."""
    planted = "print('planted')\nraise SystemExit('planted')"
    names = ("ipykernel_launcher.py", "torch.py", "random.py", "matplotlib_inline.py", "sitecustomize.py")
    beside = {**dict.fromkeys(names, planted), "helpers.py": "twice = 2"}
    cells = run("import torch, helpers\nprint(torch.__file__, helpers.twice)", beside=beside, without=left_out)
    assert "site-packages" in said(cells[0]) and "planted" not in said(cells[0])
    assert said(cells[0]).endswith(" 2\n")  # the control: what is the student's own is found


@walls
def test_memory_ends_in_an_error_that_the_notebook_outlives(left_out):
    cells = run("import numpy\nnumpy.ones(2**28)", "print('on')", memory=256 * MB, without=left_out)
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


def test_marks_are_what_they_were_and_the_report_says_how_many_walls(course, notebook, tmp_path, monkeypatch):
    """And nothing of the grader's environment is in the notebook's."""
    monkeypatch.setenv("A_SECRET_OF_THE_GRADERS", "hush")
    ran = []
    monkeypatch.setattr(execute, "report", lambda *args, real=execute.report: ran.append(args[2]) or real(*args))
    asks = "import os, json\nprint(json.dumps([dict(os.environ), os.getcwd(), os.listdir()]))"
    notebook.cells.insert(2, nbformat.v4.new_code_cell(asks))
    report = marked(course, notebook, tmp_path)
    assert report["marked_by"]["sandbox"] == ("two walls" if HAS_OUTER else "one wall")
    assert report["questions"][0]["points"] == report["questions"][0]["of"] == 14
    (cell,) = [cell for cell in ran[0].cells if cell.source == asks]
    environment, folder, files = json.loads(said(cell))
    assert "hush" not in environment.values() and environment["HOME"] != os.environ.get("HOME")
    assert folder == os.path.join(os.path.dirname(environment["HOME"]), "work") and not files
    assert not Path(folder).exists()


def test_a_notebook_that_takes_too_much_is_ended_and_its_student_reads_why(course, notebook, tmp_path, monkeypatch):
    """It is run once more without that cell."""

    def small(folder, course, gpu, **limits):
        return scratch.wall_in(folder, course, gpu, **{**limits, "memory": 128 * MB})

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
    assert done.exit_code == 0 and f"marking runs with: {machine.sandbox()}" in lines
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


def test_a_wall_that_cannot_be_had_leaves_no_notebook_outside(monkeypatch):
    """The warm process fails, then the one that has imported nothing: no third way, outside the wall."""

    class Broken:
        def __init__(self, *_, **__):
            raise provisioner.Refused("for a test")

    monkeypatch.setattr(provisioner, "_WARM", {})
    monkeypatch.setattr(provisioner, "WarmProcess", Broken)
    with pytest.warns(UserWarning, match="starts cold"), pytest.raises(provisioner.Refused, match="for a test"):
        run("print('outside')")


@needs_outer
def test_an_outer_wall_that_fails_after_all_is_not_left_out(monkeypatch):
    """It was found to work, and then does not: no notebook is marked behind the inner one alone instead."""
    monkeypatch.setattr(provisioner, "_WARM", {})
    monkeypatch.setattr(provisioner.Sandbox, "command", lambda self, program: ["false"])
    with pytest.warns(UserWarning, match="starts cold"), pytest.raises(provisioner.Refused, match="has ended"):
        run("print('outside')")
    assert "outside" in said(run("print('outside')", without=INNER_ALONE)[0])  # the control: it is asked for


@walls
def test_nothing_is_left_when_a_notebook_ends(left_out):
    """A thread that does not end, and a process where processes can be had: both go with it."""
    source = (
        "import os, sys, threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()\n"
        "pid = os.fork()\nif not pid:\n    os.environ.clear()\n    time.sleep(600)\nprint('forked')"
    )
    kernels = []
    with pytest.MonkeyPatch.context() as patch:

        def noted(self, wanted, fork=provisioner.Warm.fork):
            kernels.append((self, fork(self, wanted)))
            return kernels[-1][1]

        patch.setattr(provisioner.Warm, "fork", noted)
        assert said(run(source, without=(*left_out, "calls"))[0]) == "forked\n"
    ((warm, kernel),) = kernels
    until = time.monotonic() + 20
    while len(_forked_from(warm)) > 0 and time.monotonic() < until:
        time.sleep(0.05)
    assert kernel.returncode is not None and not _forked_from(warm)


def _forked_from(warm: provisioner.Warm) -> list[int]:
    """What has the warm process's command line, as forks do, and is not it: by the numbers that are seen from here."""
    found = [int(path.name) for path in Path("/proc").glob("[0-9]*") if _runs(int(path.name)) and _is(path, warm)]
    return [pid for pid in found if _parent(pid) in found]


def _is(process: Path, warm: provisioner.Warm) -> bool:
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"python" in words[0] and warm.address.encode() in words


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
