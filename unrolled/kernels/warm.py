"""The warm process: it has imported what every notebook imports, and forks a kernel from itself for each of them.

    python -m unrolled.kernels.warm ADDRESS      in a folder of its own: nothing is imported from there

Importing torch, Matplotlib, IPython and the rest takes a kernel three seconds of CPU time, the fork some hundredths. It
is started by exec, never forked from a process with threads, and stays single-threaded itself: a fork copies one
thread alone, and locks that others held stay locked for ever. So it never touches CUDA and never runs a backward pass
(which starts threads), and refuses to fork once it has a second thread.

Whoever wants a kernel connects to ADDRESS, a unix socket, and sends a line of JSON (`Wanted`). Lines come back:
{"pid": …}, {"ready": true} once its sockets are bound, and {"exit": …} when it has ended. A kernel is killed when its
connection is closed: it ends with whoever asked for it. The process ends, and all its kernels with it, when its
standard input is closed: that is, with whoever started it.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import random
import selectors
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass

PR_SET_PDEATHSIG = 1
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
)


@dataclass(frozen=True)
class Wanted:
    """A kernel. arguments: what ipykernel_launcher would get; environment: all of it; folder: where it works."""

    arguments: list[str]
    environment: dict[str, str]
    folder: str


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


def main(address: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started this
    preload()
    gc.collect()
    gc.freeze()  # so that the collector does not write to, and so copy, the pages that forks share
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(address)
            listener.listen()
            _serve(listener)
    finally:  # whoever made the folder may have been killed
        with contextlib.suppress(OSError):
            os.unlink(address)
            os.rmdir(os.path.dirname(address))


def _serve(listener: socket.socket) -> None:
    woken, wake = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)  # its arrival wakes the selector
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    children: dict[int, socket.socket] = {}  # by pid; each leads a session of its own
    with selectors.DefaultSelector() as selector:
        for what in (listener, sys.stdin.fileno(), woken):
            selector.register(what, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj == sys.stdin.fileno() and not os.read(sys.stdin.fileno(), 1024):
                    return  # the kernels' PDEATHSIG does the rest
                elif key.fileobj == woken:
                    os.read(woken, 1024)
                    for connection, status in _ended(children):
                        with contextlib.suppress(KeyError):
                            selector.unregister(connection)
                        _tell(connection, {"exit": status})
                        connection.close()
                elif key.fileobj is listener:
                    connection, _ = listener.accept()
                    if pid := _fork(connection):
                        children[pid] = connection
                        selector.register(connection, selectors.EVENT_READ, pid)
                elif key.data in children:  # nothing more is ever sent: whoever asked for it has gone
                    selector.unregister(key.fileobj)
                    _kill(key.data)


def _kill(pid: int) -> None:
    """A kernel and what it has started. Nobody has waited for it yet, so the number is still its own."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:  # it has not come as far as to lead a session
        os.kill(pid, signal.SIGKILL)


def _ended(children: dict[int, socket.socket]) -> Iterator[tuple[socket.socket, int]]:
    """The connections of the kernels that have ended, each with its exit status."""
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        yield children.pop(pid), os.waitstatus_to_exitcode(status)


def _tell(connection: socket.socket, what: dict) -> None:
    with contextlib.suppress(OSError):  # whoever asked may have gone
        connection.sendall(json.dumps(what).encode() + b"\n")


def _fork(connection: socket.socket) -> int:
    """Fork a kernel; returns its pid, or 0 where there is none. The child never returns from here."""
    try:
        connection.settimeout(10)
        with connection.makefile("rb") as lines:
            wanted = Wanted(**json.loads(lines.readline()))
        if threads() > 1:
            raise RuntimeError(f"the warm process has {threads()} threads")
    except Exception as error:
        _tell(connection, {"refused": f"{type(error).__name__}: {error}"})
        connection.close()
        return 0
    warm = os.getpid()
    pid = os.fork()
    if pid:
        _tell(connection, {"pid": pid})
        return pid
    try:
        _become_a_kernel(wanted, connection, warm)
    except BaseException as error:
        _tell(connection, {"refused": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(1)


def _become_a_kernel(wanted: Wanted, connection: socket.socket, warm: int) -> None:
    """In the child: be as a process that was started as a kernel, and run until it is told to stop."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != warm:  # it ended before the line above
        os._exit(1)
    os.setsid()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    keep = connection.fileno()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for descriptor in map(int, os.listdir("/proc/self/fd")):  # listener, selector, other kernels' connections
        if descriptor > 2 and descriptor != keep:
            with contextlib.suppress(OSError):
                os.close(descriptor)
    os.environ.clear()
    os.environ.update(wanted.environment)
    os.environ["JPY_PARENT_PID"] = str(warm)
    os.chdir(wanted.folder)
    sys.argv = ["ipykernel_launcher", *wanted.arguments]
    _reseed()

    from ipykernel.kernelapp import IPKernelApp

    app = IPKernelApp.instance(parent_handle=warm)  # its default was read when ipykernel was imported
    app.initialize(wanted.arguments)
    _tell(connection, {"ready": True})
    connection.close()  # nothing of the student's may hold it
    app.start()
    os._exit(0)


def _reseed() -> None:
    """What a fresh process seeds from the system: else every fork would draw the same."""
    import numpy
    import torch

    random.seed()
    numpy.random.seed()
    torch.seed()


if __name__ == "__main__":
    del sys.path[0]  # the folder that this was started in, as ipykernel_launcher has it
    main(sys.argv[1])
