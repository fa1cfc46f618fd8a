"""How Jupyter gets its kernels from the warm process: a kernel provisioner, which nbclient and nbgrader use unchanged.

Where forking is not safe (macOS, Windows), or the warm process cannot be had, the kernel is started as any other.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import shutil
import signal
import site
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Dict

from unrolled.kernels.run_folder import run_folder, share
from unrolled.kernels.warm import Manner, Wanted
from unrolled.walls import cgroup, machine
from unrolled.walls.environment import CACHES, passed_on
from unrolled.walls.inner import Wall
from unrolled.walls.outer import Sandbox

NAME = "unrolled-warm"  # the entry point's, in pyproject.toml
LAUNCHER = ["-m", "ipykernel_launcher"]  # of a kernel that is this Python's own
FORKING_IS_SAFE = sys.platform == "linux"
START_SECONDS = 300  # a cold import of torch on a very busy machine
IMPORT_TIME = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "PLOTLY_RENDERER", "MPLBACKEND")  # read when a package is imported


class Refused(Exception):
    """The warm process gives no kernel; the message says why."""


class Warm:
    """A warm process by its address, whoever has started it."""

    def __init__(self, address: str) -> None:
        self.address = address

    def fork(self, wanted: Wanted) -> ForkedKernel:
        """A kernel whose sockets are bound; it ends with this process, too. Raises Refused."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        kernel = ForkedKernel(connection)
        try:
            self._connect(connection)
            connection.sendall(json.dumps(vars(wanted)).encode() + b"\n")
            kernel.wait_until_ready(START_SECONDS)
        except OSError as error:
            connection.close()
            raise Refused(str(error)) from None
        return kernel

    def _connect(self, connection: socket.socket) -> None:
        """The socket is there when all has been imported: until then there is none, and one that refuses is dead."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and not self.has_ended():
            try:
                return connection.connect(self.address)
            except FileNotFoundError:
                time.sleep(0.02)
        raise ConnectionRefusedError("the warm process has not started, or has ended")

    def has_ended(self) -> bool:
        if not Path(self.address).exists():
            return not Path(self.address).parent.exists()  # else it is still importing
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            return connection.connect_ex(self.address) != 0


@dataclass(frozen=True)
class Strangers:
    """Whose notebooks a warm process is for, where it is not for those that are trusted. outer: it is inside the outer
    wall, and data and devices are what its kernels may have there beside Python."""

    outer: bool
    data: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()

    @classmethod
    def behind(cls, wall: Wall) -> Strangers:
        if "outer" in wall.without or machine.sandbox() != machine.TWO_WALLS:
            return cls(outer=False)
        return cls(True, tuple(wall.data), tuple(wall.devices))


class WarmProcess(Warm):
    """The process that kernels are forked from. It lives as long as this one.

    environment: what packages read when they are imported, which kernels cannot change afterwards; what else there is
    in it does not go on. bare: import nothing. strangers: None where notebooks are trusted, and have no wall at all.
    """

    def __init__(self, environment: dict[str, str], bare: bool = False, strangers: Strangers | None = None) -> None:
        run = run_folder()
        self._folder = Path(tempfile.mkdtemp(prefix="warm-", dir=run))
        super().__init__(str(self._folder / "warm"))
        self._groups = cgroup.make(self._folder.name) if strangers else ()
        inside = strangers is not None and strangers.outer
        manner = Manner(bare, self._groups, users=strangers is not None and machine.users(inside))
        command = [sys.executable, "-m", "unrolled.kernels.warm", self.address, json.dumps(vars(manner))]
        env = passed_on(environment)
        if strangers and strangers.outer:
            sandbox = Sandbox(strangers.data, (str(run),), strangers.devices, self._groups)
            command = sandbox.command(command)
            env["PYTHONUSERBASE"] = site.getuserbase()  # the home in there is an empty one
        else:
            env |= {name: value for name, value in os.environ.items() if name in CACHES}
        self._process = subprocess.Popen(
            command,
            cwd=self._folder,
            stdin=subprocess.PIPE,  # closed with this process, and the other one ends
            stdout=subprocess.DEVNULL,  # this process's own may be for JSON alone
            env=env,
            start_new_session=True,  # Ctrl-C is for this one; and all of a sandbox can be ended as one
        )

    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def stop(self) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()  # waits, and closes the pipe
        shutil.rmtree(self._folder, ignore_errors=True)
        cgroup.remove(self._groups)


class ForkedKernel:
    """A kernel that is somebody else's child, with what jupyter_client asks of a subprocess.Popen."""

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._lines = connection, b""
        self.pid = 0
        self.returncode: int | None = None
        self.why = ""  # it was ended, where it was: a sentence for its student
        self.used: dict[str, float] = {}  # once it has ended: seconds of CPU, and the most bytes in memory

    def wait_until_ready(self, seconds: float) -> None:
        """Raises Refused where no kernel comes of it."""
        while True:
            told = self._next(seconds)
            if "ready" in told:
                return
            if "pid" not in told:
                raise Refused(f"no kernel was forked: {told}")
            self.pid = told["pid"]

    def poll(self) -> int | None:
        """Its exit status; None while it runs."""
        while self.returncode is None and select.select([self._connection], [], [], 0)[0]:
            self._next(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Raises subprocess.TimeoutExpired."""
        while self.returncode is None:
            if not select.select([self._connection], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("kernel", timeout or 0)
            self._next(0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """By way of the warm process, whose child it is: only there is its number sure to be its own."""
        if self.poll() is None:
            with contextlib.suppress(OSError):  # it has just ended
                self._connection.sendall(json.dumps({"signal": int(number)}).encode() + b"\n")

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def _next(self, seconds: float) -> dict:
        """The next thing told of this kernel. That nothing can be told any more counts as its end."""
        while b"\n" not in self._lines:
            ready = select.select([self._connection], [], [], seconds)[0]
            part = self._connection.recv(4096) if ready else b""
            if not part:
                self._end(-signal.SIGKILL)
                return {"exit": self.returncode}
            self._lines += part
        line, _, self._lines = self._lines.partition(b"\n")
        told = json.loads(line)
        if "exit" in told:
            self.why, self.used = told.get("why", ""), told.get("used", {})
            self._end(told["exit"])
        return told

    def _end(self, status: int) -> None:
        self.returncode = status
        self._connection.close()


class WarmProvisioner(LocalProvisioner):
    """Forks this Python's own kernels from the warm process; every other kernel is launched as ever.

    Behind a wall there are this Python's own alone, forked always: from a process that has imported nothing if need be.
    """

    process: Any  # a Popen, or what has its methods
    wall = Dict(allow_none=True, default_value=None, help="What unrolled.walls.inner.Wall is made of.")

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        environment = kwargs.get("env") or dict(os.environ)
        ours = cmd[0] == sys.executable and cmd[1:3] == LAUNCHER
        if self.wall and not (ours and FORKING_IS_SAFE):
            raise RuntimeError(f"behind a wall there are kernels of {sys.executable} on Linux alone, not {cmd[0]}")
        wanted = Wanted(cmd[3:], environment, kwargs.get("cwd") or os.getcwd(), self.wall)
        wall = Wall(**self.wall) if self.wall else None
        # Several threads (OpenBLAS starts its own when NumPy is imported) cannot be forked.
        if ours and FORKING_IS_SAFE and environment.get("OMP_NUM_THREADS") == "1":
            try:
                return self._took(warm_process(environment, wall).fork(wanted))
            except Refused as reason:
                warnings.warn(f"a kernel starts cold: {reason}", stacklevel=2)
        if self.wall:
            return self._took(warm_process(environment, wall, bare=True).fork(wanted))
        return await super().launch_kernel(cmd, **kwargs)

    def _took(self, kernel: ForkedKernel) -> KernelConnectionInfo:
        self.process, self.pid, self.pgid = kernel, kernel.pid, None  # signals go to it, not to a number
        return self.connection_info


_WARM: dict[tuple, Warm] = {}  # by what tells one kind from another


def warm_process(environment: dict[str, str], wall: Wall | None = None, bare: bool = False) -> Warm:
    """The one for kernels like this, started when it is first asked for, and again if it has ended.

    wall: the one that such a kernel goes behind, None where it is trusted. bare: the one that has imported nothing, and
    so has nothing that could keep it from forking.
    """
    kind = _kind(environment, wall, bare)
    known = _WARM.get(kind)
    if known is None or known.has_ended():
        # ipykernel sets this backend for every kernel, unless told otherwise; here Matplotlib is imported before that.
        usual = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
        process = WarmProcess({**usual, **environment}, bare, Strangers.behind(wall) if wall else None)
        atexit.register(process.stop)
        _WARM[kind] = process
    return _WARM[kind]


def is_warm(environment: dict[str, str], wall: Wall | None = None) -> bool:
    """Is there a warm process for kernels like this, and does it live?"""
    warm = _WARM.get(_kind(environment, wall))
    return warm is not None and not warm.has_ended()


def borrow(address: str, environment: dict[str, str], wall: Wall | None = None) -> None:
    """Have kernels like this forked from a warm process that another process has started, in that one's run folder."""
    share(Path(address).parents[1])
    _WARM[_kind(environment, wall)] = Warm(address)


def _kind(environment: dict[str, str], wall: Wall | None, bare: bool = False) -> tuple:
    """What packages have read when they were imported, and what a sandbox shows: neither can be changed afterwards."""
    return (*map(environment.get, IMPORT_TIME), bare, Strangers.behind(wall) if wall else None)
