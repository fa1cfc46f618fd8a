"""A kernel that is forked from the warm process is as one that was started cold, only sooner."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from unrolled.build.solutions import PrivateClient
from unrolled.kernels import provisioner, run_folder, warm
from unrolled.walls import machine

if sys.platform != "linux":
    pytest.skip("kernels are forked on Linux alone", allow_module_level=True)

ONE_THREAD = {**os.environ, "OMP_NUM_THREADS": "1"}


def run(tmp_path, *sources: str, env=ONE_THREAD, **options):
    """The notebook after it was run, in a kernel whose folder is tmp_path."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    client = PrivateClient(
        notebook,
        kernel_name="python3",
        timeout=options.pop("timeout", 60),
        allow_errors=True,
        resources={"metadata": {"path": str(tmp_path)}},
        **options,
    )
    client.kernel_folder = tmp_path
    client.shutdown_kernel = "immediate"
    client.execute(env=env)
    return notebook


def printed(cell) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


def is_forked(notebook) -> bool:
    """The first cell has printed its parent's pid: is that a warm process?"""
    return b"unrolled.kernels.warm" in Path(f"/proc/{printed(notebook.cells[0]).strip()}/cmdline").read_bytes()


PARENT = "import os\nprint(os.getppid())"


def test_it_is_forked_and_ends_with_its_notebook(tmp_path):
    notebook = run(tmp_path, PARENT, "print(os.getpid())")
    assert is_forked(notebook)
    assert not Path(f"/proc/{printed(notebook.cells[1]).strip()}").exists()


def test_it_is_as_a_cold_one(tmp_path):
    """The control: with several threads allowed nothing is forked, and the very same is printed."""
    asked = "import sys, json\nprint(json.dumps([__name__, sys.path, os.getcwd(), sorted(os.environ), sys.argv[1:2]]))"
    warm_one = run(tmp_path, PARENT, asked)
    cold_one = run(tmp_path, PARENT, asked, env={**ONE_THREAD, "OMP_NUM_THREADS": "2"})
    assert is_forked(warm_one) and not is_forked(cold_one)
    assert json.loads(printed(warm_one.cells[1])) == json.loads(printed(cold_one.cells[1]))


def test_figures_are_drawn_and_the_environment_is_its_own(tmp_path):
    env = {**ONE_THREAD, "PLOTLY_RENDERER": "plotly_mimetype+notebook_connected", "SAID": "by the grader"}
    sources = (
        PARENT,
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
        "import plotly.graph_objects as go\ngo.Figure(go.Scatter(y=[1])).show()",
        "print(os.environ['SAID'])",
    )
    warm_one, cold_one = run(tmp_path, *sources, env=env), run(tmp_path, *sources, env={**env, "OMP_NUM_THREADS": "2"})
    assert is_forked(warm_one) and not is_forked(cold_one)
    assert printed(warm_one.cells[3]) == printed(cold_one.cells[3]) == "by the grader\n"
    for number, mime in ((1, "image/png"), (2, "application/vnd.plotly.v1+json")):
        shown, as_cold = ([set(o.data) for o in nb.cells[number].outputs] for nb in (warm_one, cold_one))
        assert shown == as_cold and any(mime in kinds for kinds in shown)


def test_every_fork_draws_numbers_of_its_own(tmp_path):
    asked = (
        "import random, numpy, torch, uuid\nprint(random.random(), numpy.random.rand(), torch.rand(1), uuid.uuid4())"
    )
    first, second = (run(tmp_path, PARENT, asked) for _ in range(2))
    assert is_forked(first) and is_forked(second)
    assert not set(printed(first.cells[1]).split()) & set(printed(second.cells[1]).split())


def test_gradients_optimizers_and_threads_work_in_it(tmp_path):
    """What a fork would break had the warm process had threads."""
    trained = (
        "import torch, threading\nlayer = torch.nn.GRU(3, 4)\noptimizer = torch.optim.Adam(layer.parameters())\n"
        "layer(torch.ones(2, 1, 3))[0].sum().backward()\noptimizer.step()\n"
        "thread = threading.Thread(target=print, args=('beside',))\nthread.start()\nthread.join()\nprint('trained')"
    )
    notebook = run(tmp_path, PARENT, trained)
    assert is_forked(notebook) and printed(notebook.cells[1]).split() == ["beside", "trained"]


def test_a_loop_is_interrupted_and_the_kernel_goes_on(tmp_path):
    notebook = run(tmp_path, PARENT, "while True: pass", "print('still here')", timeout=2, interrupt_on_timeout=True)
    assert is_forked(notebook) and printed(notebook.cells[2]) == "still here\n"


def test_one_that_kills_itself_leaves_the_others_alone(tmp_path):
    from nbclient.exceptions import DeadKernelError

    with pytest.raises(DeadKernelError):
        run(tmp_path, PARENT, "os._exit(3)")
    assert is_forked(run(tmp_path, PARENT))


# --- the warm process itself ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def process():
    """A warm process apart from the one that notebooks here are run by."""
    own = provisioner.WarmProcess(ONE_THREAD)
    yield own
    own.stop()


def test_a_fork_tells_how_it_ended(process, tmp_path):
    """And takes the signals that it is sent by way of the warm process."""
    connection = tmp_path / "connection.json"
    connection.write_text("{}")
    kernel = process.fork(warm.Wanted(["-f", str(connection), "--ip=127.0.0.1"], ONE_THREAD, str(tmp_path)))
    assert kernel.poll() is None and os.getpgid(kernel.pid) == kernel.pid
    kernel.send_signal(signal.SIGTERM)
    assert kernel.wait(10) == -signal.SIGTERM == kernel.poll()
    kernel.kill()  # no error, and nobody else's process


def test_a_fork_tells_what_it_used(process, tmp_path):
    """Seconds of CPU and bytes of memory: torch is in them from the beginning."""
    kernel = process.fork(warm.Wanted(["--ip=127.0.0.1"], ONE_THREAD, str(tmp_path)))
    assert kernel.used == {}
    kernel.kill()
    kernel.wait(20)
    assert kernel.used["cpu"] > 0 and 2e7 < kernel.used["memory"] < 1e11


def test_no_signal_is_sent_by_number(process, tmp_path, monkeypatch):
    """Seen from outside a sandbox, a kernel's number is another process's."""
    kernel = process.fork(warm.Wanted(["--ip=127.0.0.1"], ONE_THREAD, str(tmp_path)))
    monkeypatch.setattr(os, "kill", lambda *_: pytest.fail("somebody else may have that number"))
    monkeypatch.setattr(os, "killpg", os.kill)
    kernel.kill()
    assert kernel.wait(20) == -signal.SIGKILL


def test_what_cannot_become_a_kernel_is_refused(process, tmp_path):
    with pytest.raises(provisioner.Refused, match=r"no kernel was forked: .*FileNotFoundError"):
        process.fork(warm.Wanted([], ONE_THREAD, str(tmp_path / "no such folder")))


def test_a_kernel_ends_with_whoever_asked_for_it(process, tmp_path):
    """A worker that borrows the process, and is killed."""
    wanted = warm.Wanted(["--ip=127.0.0.1"], ONE_THREAD, str(tmp_path))
    gone, kept = (provisioner.Warm(process.address).fork(wanted) for _ in range(2))
    gone._connection.close()
    until = time.monotonic() + 10
    while _runs(gone.pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _runs(gone.pid) and kept.poll() is None
    kept.kill()
    assert kept.wait(10) == -signal.SIGKILL


BEGINS = "from unrolled.kernels.run_folder import run_folder; print(run_folder())"  # what the next run does first
FOR = {"trusted": "None", "strangers": f"provisioner.Strangers(outer={machine.sandbox() == machine.TWO_WALLS})"}


@pytest.mark.parametrize("whom", FOR)
def test_it_ends_with_whoever_started_it_and_takes_its_kernels_along(whom):
    """Nothing lives on when a grader is killed, and what cannot go then goes when the next one begins."""
    script = (
        "import os, sys, time\nfrom unrolled.kernels import provisioner, run_folder, warm\n"
        f"process = provisioner.WarmProcess(dict(os.environ), strangers={FOR[whom]})\nfolder = process._folder\n"
        "environment = {**os.environ, 'HOME': str(folder.parent)}\n"
        "kernel = process.fork(warm.Wanted(['--ip=127.0.0.1'], environment, str(folder.parent)))\n"
        "print(folder, *process._groups, flush=True)\ntime.sleep(600)"
    )
    owner = subprocess.Popen([sys.executable, "-c", script], env=ONE_THREAD, stdout=subprocess.PIPE, text=True)
    folder, *groups = map(Path, owner.stdout.readline().split())
    # bubblewrap is one or two more; all say the address
    assert len(_saying(folder)) >= 2 and folder.exists() and all(group.exists() for group in groups)
    owner.kill()
    owner.wait()
    until = time.monotonic() + 20
    while (_saying(folder) or folder.exists()) and time.monotonic() < until:
        time.sleep(0.1)
    assert not _saying(folder) and not folder.exists()
    subprocess.run([sys.executable, "-c", BEGINS], check=True, capture_output=True)
    assert not folder.parent.exists() and not any(group.exists() for group in groups)


def test_the_folder_of_a_run_that_lives_is_left_alone():
    """Another grader on the same machine, with another folder."""
    other = subprocess.run([sys.executable, "-c", BEGINS], check=True, text=True, capture_output=True).stdout.strip()
    assert Path(other) != run_folder.run_folder() and run_folder.run_folder().exists() and not Path(other).exists()


def _saying(folder: Path) -> list[int]:
    """Processes with this folder in their command line, as a warm process and its forks have, in a sandbox or not."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (path / "cmdline").read_bytes() and _runs(int(path.name)):
                found.append(int(path.name))
        except OSError:
            continue
    return found


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_second_thread_makes_it_refuse(tmp_path):
    """Forking a process with threads would copy locks that nobody ever releases."""
    script = (
        "import socket, sys, threading, time\nfrom unrolled.kernels import warm\n"
        "warm.preload = lambda: threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
        f"warm.main({str(tmp_path / 'warm')!r})"
    )
    owner = subprocess.Popen([sys.executable, "-c", script], env=ONE_THREAD, stdin=subprocess.PIPE)
    try:
        with pytest.raises(provisioner.Refused, match="has 2 threads"):
            provisioner.Warm(str(tmp_path / "warm")).fork(warm.Wanted([], ONE_THREAD, str(tmp_path)))
    finally:
        owner.kill()


def test_without_a_warm_process_kernels_start_cold(tmp_path, monkeypatch):
    """And it is said."""

    def broken(*_):
        raise provisioner.Refused("for a test")

    monkeypatch.setattr(provisioner, "warm_process", broken)
    with pytest.warns(UserWarning, match="a kernel starts cold: for a test"):
        notebook = run(tmp_path, PARENT)
    assert printed(notebook.cells[0]).strip() == str(os.getpid())


def test_other_kernels_are_launched_as_ever(monkeypatch):
    launched = []
    monkeypatch.setattr(provisioner.LocalProvisioner, "launch_kernel", lambda self, cmd, **_: _note(launched, cmd))
    warm_one = provisioner.WarmProvisioner(kernel_id="1", kernel_spec=None, parent=None)
    asyncio.run(warm_one.launch_kernel(["/another/python", "-m", "ipykernel_launcher"], env=ONE_THREAD))
    asyncio.run(warm_one.launch_kernel([sys.executable, "-m", "another_kernel"], env=ONE_THREAD))
    assert [cmd[0] for cmd in launched] == ["/another/python", sys.executable]


async def _note(launched, cmd):
    launched.append(cmd)
    return {}


# --- while marking -------------------------------------------------------------------------------------------


def test_a_warm_process_that_ends_takes_nobodys_marks(tmp_path, monkeypatch):
    """The notebook whose kernel ends with it is run once more, and has its marks."""
    from unrolled.course.course import Course
    from unrolled.grading.execute import RefereedExecute
    from unrolled.grading.notebook import mark_file

    course, path = Course.find(__file__), tmp_path / "sequences.ipynb"
    notebook = nbformat.read(course.root / "release/01_sequences/sequences.ipynb", as_version=4)
    for cell in notebook.cells:
        id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if id == "window_pairs":
            cell.source = course.bundle("01_sequences").answers[id]
    notebook.cells.append(nbformat.v4.new_code_cell("import time\ntime.sleep(1)  # the last"))
    killed = []

    def kills(self, cell, resources, index, real=RefereedExecute.preprocess_cell):
        if cell.source.endswith("# the last") and not killed:
            killed.append(provisioner.warm_process(self._environment, self.kernel_wall))
            killed[0].stop()
        return real(self, cell, resources, index)

    monkeypatch.setattr(RefereedExecute, "preprocess_cell", kills)
    nbformat.write(notebook, path)
    report = mark_file(course, path)
    assert killed and report["questions"][0]["points"] == report["questions"][0]["of"] == 14
    assert not any("kernel died" in line for question in report["questions"] for line in question["verdicts"])


def test_a_long_name_for_temporary_files_leaves_room_for_sockets(monkeypatch):
    """One's path has 107 characters on Linux, and they lie two folders below the run's."""
    for usual, place in (("/var/" + "x" * 80, "/tmp"), ("/var/tmp", "/var/tmp")):
        monkeypatch.setattr("tempfile.tempdir", usual)
        assert run_folder._place() == place
