"""The warm process: it has imported what every notebook imports, and forks a kernel from itself for each of them.

    python -m unrolled.kernels.warm ADDRESS [MANNER]     in a folder of its own: nothing is imported from there

MANNER: how, as JSON (`Manner`).

Importing torch, Matplotlib, IPython and the rest takes a kernel three seconds of CPU time, the fork some hundredths. It
is started by exec, never forked from a process with threads, and stays single-threaded itself: a fork copies one
thread alone, and locks that others held stay locked for ever. So it never touches CUDA and never runs a backward pass
(which starts threads), and refuses to fork once it has a second thread.

Whoever wants a kernel connects to ADDRESS, a unix socket, and sends a line of JSON (`Wanted`). Lines come back:
{"pid": …}, {"ready": true} once its sockets are bound, and {"exit": …, "why": …} when it has ended. {"signal": …} sends
the kernel a signal: in a sandbox its number is not the one that is seen outside. A kernel is killed when its connection
is closed: it ends with whoever asked for it. The process ends, and all its kernels with it, when its standard input is
closed: that is, with whoever started it.

A kernel for a stranger's notebook goes behind the inner wall (unrolled.walls) before anything of the notebook's runs.
This process stays outside of that one, though it may itself be inside the outer one: it watches what the notebook
takes, ends it where that is too much, and opens its door to the referee.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import random
import secrets
import selectors
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from unrolled.kernels.door import Door, lead_through
from unrolled.walls import user
from unrolled.walls.cgroup import Group
from unrolled.walls.inner import Wall, shut_in, shut_sockets
from unrolled.walls.system import PR_SET_PDEATHSIG
from unrolled.walls.watch import EVERY, Watch, too_much_memory

PACKAGE = Path(__file__).parents[1]
REFEREE = "UNROLLED_REFEREE"  # as unrolled.desk.client calls it, which would import torch here
MODULES = (
    "numpy",
    "torch",
    "torch.testing",
    "matplotlib.pyplot",  # its backend is chosen in the kernel: importing that one here would tie it to no shell
    "ipykernel.kernelapp",
    "ipywidgets",
    "plotly.graph_objects",
    "plotly.io",
    "tqdm.auto",
    "unrolled.desk.client",  # `check` in a notebook would look for it in folders that the wall hides
)


@dataclass(frozen=True)
class Wanted:
    """A kernel. arguments: what ipykernel_launcher would get; environment: all of it; folder: where it works.

    wall: what `Wall` is made of; None for code that is trusted, such as a master's.
    """

    arguments: list[str]
    environment: dict[str, str]
    folder: str
    wall: dict | None = None


@dataclass(frozen=True)
class Manner:
    """How kernels are forked. bare: nothing is imported, for one that starts cold. groups: the run's control groups, in
    which each kernel behind a wall gets one; users: each gets a user, too."""

    bare: bool = False
    groups: tuple[str, ...] = ()
    users: bool = False


@dataclass
class _Child:
    """A kernel, as the warm process knows it. why: the reason for which it was ended, if it was."""

    connection: socket.socket
    door: Door | None = None
    watch: Watch | None = None
    group: Group | None = None
    uid: int = 0
    why: str = ""
    asked: bytes = b""  # of a line that is not all there yet
    served: list[socket.socket] = field(default_factory=list)  # what the selector waits for


def preload() -> None:
    """Import MODULES, and what torch and plotly import only when they are first used."""
    import importlib

    for name in MODULES:
        with contextlib.suppress(ImportError):  # what is missing here is missing in the notebook, which says so
            importlib.import_module(name)
    with contextlib.suppress(ImportError):
        import plotly.graph_objects
        import plotly.io

        figure = plotly.graph_objects.Figure(plotly.graph_objects.Scatter(y=[0]))
        plotly.io.to_html(figure, include_plotlyjs=False, full_html=False)
    import torch

    parameter = torch.nn.Parameter(torch.zeros(1))
    for optimizer in (torch.optim.SGD([parameter], lr=0.1), torch.optim.Adam([parameter])):
        parameter.grad = torch.zeros(1)
        optimizer.step()


def threads() -> int:
    return len(os.listdir("/proc/self/task"))


def main(address: str, manner: Manner = Manner()) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started this
    if not manner.bare:
        preload()
    gc.collect()
    gc.freeze()  # so that the collector does not write to, and so copy, the pages that forks share
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(f"{address}.new")
            listener.listen()
            os.rename(f"{address}.new", address)  # one that is there and refuses would be taken for dead
            _serve(listener, manner)
    finally:  # whoever made the folder may have been killed
        with contextlib.suppress(OSError):
            os.unlink(address)
            os.rmdir(os.path.dirname(address))


def _serve(listener: socket.socket, manner: Manner) -> None:
    woken, wake = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)  # its arrival wakes the selector
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    children: dict[int, _Child] = {}  # by pid; each leads a session of its own
    next_look = 0.0
    with selectors.DefaultSelector() as selector:
        for what in (listener, sys.stdin.fileno(), woken):
            selector.register(what, selectors.EVENT_READ)
        while True:
            watched = any(child.watch for child in children.values())
            for key, _ in selector.select(EVERY if watched else None):
                if key.fileobj == sys.stdin.fileno() and not os.read(sys.stdin.fileno(), 1024):
                    return  # the kernels' PDEATHSIG does the rest
                elif key.fileobj == woken:
                    os.read(woken, 1024)
                    for child, status, used in _ended(children):
                        for served in child.served:
                            selector.unregister(served)
                        _bury(child, status, used)
                elif key.fileobj is listener:
                    connection, _ = listener.accept()
                    pid, new = _fork(connection, manner, {child.uid for child in children.values()})
                    if pid:
                        children[pid] = new
                        new.served = [connection, *([new.door.outside] if new.door else [])]
                        for served in new.served:
                            selector.register(served, selectors.EVENT_READ, pid)
                elif (known := children.get(key.data)) and key.fileobj in known.served:
                    door = known.door if known.door and key.fileobj is known.door.outside else None
                    if door.answer() if door else _obey(key.data, known):
                        continue
                    known.served.remove(key.fileobj)
                    selector.unregister(key.fileobj)
                    if not door:  # whoever asked for it has gone
                        _send(key.data, signal.SIGKILL)
            if watched and time.monotonic() >= next_look:
                next_look = time.monotonic() + EVERY
                for pid, child in children.items():
                    if child.watch and not child.why and (why := child.watch.objection()):
                        child.why = why
                        _send(pid, signal.SIGKILL)


def _obey(pid: int, child: _Child) -> bool:
    """Send the signals that are asked for; False when nothing more will be."""
    try:
        part = child.connection.recv(4096)
    except OSError:
        return False
    *lines, child.asked = (child.asked + part).split(b"\n")
    for line in lines:
        _send(pid, json.loads(line)["signal"])
    return bool(part)


def _send(pid: int, number: int) -> None:
    """To a kernel and what it has started. Nobody has waited for it yet, so its number is still its own."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:  # it has not come as far as to lead a session
        os.kill(pid, number)


def _bury(child: _Child, status: int, used: dict[str, float]) -> None:
    """A kernel has ended: tell whoever asked for it, and take away what it had."""
    if child.group:
        if status == -signal.SIGKILL and not child.why and child.watch and child.group.has_killed():
            child.why = too_much_memory(child.watch.wall)
        child.group.remove()
    _tell(child.connection, {"exit": status, "why": child.why, "used": used})
    child.connection.close()
    if child.door:
        child.door.close()


def _ended(children: dict[int, _Child]) -> Iterator[tuple[_Child, int, dict[str, float]]]:
    """The kernels that have ended, each with its exit status and what it used. What they started ends with them."""
    while children:
        ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if ended is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):  # its number is its own till it is waited for
            os.killpg(ended.si_pid, signal.SIGKILL)
        _, status, usage = os.wait4(ended.si_pid, 0)
        if child := children.pop(ended.si_pid, None):  # no kernel: a process that one has left to us
            used = {"cpu": round(usage.ru_utime + usage.ru_stime, 3), "memory": usage.ru_maxrss * 1024}  # Linux: in KB
            yield child, os.waitstatus_to_exitcode(status), used


def _tell(connection: socket.socket, what: dict) -> None:
    with contextlib.suppress(OSError):  # whoever asked may have gone
        connection.sendall(json.dumps(what).encode() + b"\n")


def _fork(connection: socket.socket, manner: Manner, taken: set[int]) -> tuple[int, _Child]:
    """Fork a kernel; returns its pid, or 0 where there is none. The child never returns from here.

    taken: users that other kernels have.
    """
    child = _Child(connection)
    try:
        connection.settimeout(10)
        with connection.makefile("rb") as lines:
            wanted = Wanted(**json.loads(lines.readline()))
        wall = Wall(**wanted.wall) if wanted.wall else None
        if threads() > 1:
            raise RuntimeError(f"the warm process has {threads()} threads")
    except Exception as error:
        _tell(connection, {"refused": f"{type(error).__name__}: {error}"})
        connection.close()
        return 0, child
    if wall:
        child.door = Door(wanted.environment.get(REFEREE, ""))
        child.uid = user.free(taken) if manner.users else 0
        child.group = _group(manner, wall)
    warm = os.getpid()
    pid = os.fork()
    if pid:
        _tell(connection, {"pid": pid})
        if child.door and wall:
            child.door.inside.close()
            child.watch = Watch(pid, wall)
        return pid, child
    try:
        _become_a_kernel(wanted, wall, child, warm)
    except BaseException as error:
        _tell(connection, {"refused": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(1)


def _group(manner: Manner, wall: Wall) -> Group | None:
    """None where there are none, or no longer: then limits and watch hold alone."""
    if not manner.groups or "group" in wall.without:
        return None
    try:
        return Group(manner.groups, secrets.token_hex(8), wall)
    except OSError:
        return None


def _become_a_kernel(wanted: Wanted, wall: Wall | None, child: _Child, warm: int) -> None:
    """In the child: be as a process that was started as a kernel, and run until it is told to stop."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != warm:  # it ended before the line above
        os._exit(1)
    os.setsid()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    keep = {child.connection.fileno(), *([child.door.inside.fileno()] if child.door else [])}
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for descriptor in map(int, os.listdir("/proc/self/fd")):  # listener, selector, other kernels' connections
        if descriptor > 2 and descriptor not in keep:
            with contextlib.suppress(OSError):
                os.close(descriptor)
    os.environ.clear()
    os.environ.update(wanted.environment)
    os.environ["JPY_PARENT_PID"] = str(warm)
    tempfile.tempdir = None  # of this environment, not of the one that packages were imported in
    os.chdir(wanted.folder)
    if wall:
        if child.group:
            child.group.enter()
        _go_behind(wall, wanted, child.uid)
    sys.argv = ["ipykernel_launcher", *wanted.arguments]
    _reseed()

    from ipykernel.kernelapp import IPKernelApp

    app = IPKernelApp.instance(parent_handle=warm)  # its default was read when ipykernel was imported
    app.initialize(wanted.arguments)
    if wall:
        assert child.door is not None
        _close_behind(wall, app.shell, child.door.inside)
        os.chdir(wanted.folder)
    _tell(child.connection, {"ready": True})
    child.connection.close()  # nothing of the student's may hold it
    app.start()
    os._exit(0)


def _go_behind(wall: Wall, wanted: Wanted, uid: int) -> None:
    """Before anything is imported or read that could be the student's: the kernel starts in an empty folder."""
    if threads() > 1:
        raise RuntimeError(f"{threads()} threads: some would stay outside the wall")
    os.chdir(wall.home)
    for number in (1, 2):  # they may lead to a person's terminal; what a notebook prints goes through the kernel
        os.dup2(os.open(os.devnull, os.O_WRONLY), number)
    own = [wanted.arguments[place + 1] for place, word in enumerate(wanted.arguments[:-1]) if word == "-f"]
    code = [str(PACKAGE / "desk"), str(PACKAGE / "__init__.py")]
    shut_in(wall, code=code, folders=[str(PACKAGE)], own=own, uid=uid)

    from ipykernel import iostream, kernelapp

    # By itself it listens on a TCP port, for what processes that the notebook has forked print.
    kernelapp.IOPubThread = lambda iopub, **_: iostream.IOPubThread(iopub)  # type: ignore[misc,assignment]


def _close_behind(wall: Wall, shell, inside: socket.socket) -> None:
    """Once the kernel's sockets are bound."""
    lead_through(inside)
    shut_sockets(wall)

    def no_commands(command: str) -> None:
        print(f"Not run while marking, where a notebook starts no other programs: {command}")

    if "calls" not in wall.without:
        shell.system = no_commands  # `!pip install …` in an answer is no reason to lose it


def _reseed() -> None:
    """What a fresh process seeds from the system: else every fork would draw the same."""
    import numpy
    import torch

    random.seed()
    numpy.random.seed()
    torch.seed()


if __name__ == "__main__":
    # The folder that this was started in, as ipykernel_launcher has it. Not by -P: then IPython would leave out the
    # notebook's folder, too, and with it the modules that a student has handed in.
    del sys.path[0]
    main(sys.argv[1], Manner(**json.loads("".join(sys.argv[2:]) or "{}")))
