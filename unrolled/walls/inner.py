"""The inner wall: what a forked kernel does to itself before any of a student's code runs in it, and cannot undo.

In two steps, because the kernel binds its own sockets in between: `shut_in`, then `shut_sockets`.
"""

from __future__ import annotations

import os
import resource
import site
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from unrolled.walls import filter, landlock, user
from unrolled.walls.system import drop_capabilities, no_new_privileges

MB = 2**20
OPEN_FILES = 256
SYSTEM = (  # read by Python, C libraries, Matplotlib and torch; none of it is anybody's secret
    "/usr",
    "/lib",
    "/lib32",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/fonts",
    "/etc/localtime",
    "/etc/timezone",
    "/etc/mime.types",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/sys/vm/overcommit_memory",
    "/sys/devices/system/cpu",
    "/sys/devices/system/node",
    "/dev/zero",
    "/dev/random",
    "/dev/urandom",
)


@dataclass(frozen=True)
class Wall:
    """What one notebook may have. As plain data: it is sent to the process that forks the kernel.

    home: an empty folder that it may write to; work: another, where its files are; sockets: where the kernel binds its
    own; data: what it may read beside that; devices: files or folders of /dev that it may use. hidden: what must not be
    readable, whatever lies where. memory: bytes that it may take on top of what was imported already; disk: bytes in
    its folders together; seconds: how long it may live. without: defences to leave out, so that tests see what they are
    for ("files", "calls", "capabilities", "limits"; and of what stands round it "outer", "group").
    """

    home: str
    work: str
    sockets: str
    data: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    memory: int = 2048 * MB
    disk: int = 512 * MB
    seconds: float = 7200
    without: tuple[str, ...] = ()


class Unsafe(Exception):
    """The wall would have a hole; the message says which."""


def shut_in(
    wall: Wall, code: Iterable[str] = (), folders: Iterable[str] = (), own: Iterable[str] = (), uid: int = 0
) -> None:
    """The first step. code: what may be read beside Python's own; folders: what may be listed; own: files to write to;
    uid: the user to become, for root.

    Raises OSError or Unsafe; then nothing may be run.
    """
    own = list(own)
    allowed = [(path, landlock.READ) for path in [*SYSTEM, *python_folders(), *code, *wall.data]]
    for path, _ in allowed:
        for secret in wall.hidden:
            if _is_within(secret, path):
                raise Unsafe(f"{secret} lies in {path}, which every notebook may read; move one of them")
    allowed += [(path, landlock.READ_DIR) for path in folders]
    allowed += [(path, landlock.READ_FILE | landlock.WRITE_FILE) for path in own]
    allowed += [(path, landlock.WRITE) for path in (wall.home, wall.work)]
    allowed += [(path, landlock.DEVICE) for path in wall.devices]
    allowed += [("/dev/null", landlock.READ_FILE | landlock.WRITE_FILE), (wall.sockets, landlock.MAKE_SOCK)]
    allowed += [(f"/proc/{os.getpid()}", landlock.READ)]
    if "limits" not in wall.without:
        _first_to_go()
        _limit(wall)
    if "capabilities" not in wall.without:
        if uid:
            user.give([wall.home, wall.work, wall.sockets, *own], uid)
        drop_capabilities(uid)
    no_new_privileges()
    if "files" not in wall.without:
        # A folder of /proc is known only as long as somebody has it open.
        os.set_inheritable(os.open(f"/proc/{os.getpid()}", os.O_PATH | os.O_DIRECTORY), False)
        landlock.restrict(allowed)
    if "calls" not in wall.without:
        filter.install(binding=True)


def shut_sockets(wall: Wall) -> None:
    """The second step: no socket is made from here on, by any thread. Raises OSError."""
    if "calls" not in wall.without:
        filter.install(binding=False)


def python_folders() -> list[str]:
    """Where this Python and its packages lie."""
    paths = {sys.prefix, sys.base_prefix, sys.exec_prefix, *site.getsitepackages()}
    paths |= {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    if site.ENABLE_USER_SITE:
        paths.add(site.getusersitepackages())
    return sorted(paths)


def _is_within(path: str, folder: str) -> bool:
    return Path(path).resolve().is_relative_to(Path(folder).resolve())


def _first_to_go() -> None:
    """Where the whole machine runs out of memory, it is the notebook that ends, not its grader."""
    Path("/proc/self/oom_score_adj").write_text("1000")


def _limit(wall: Wall) -> None:
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, wall.disk),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
        # Of what is written to, mapped by nobody else, and not yet there: libraries reserve much more than they use.
        (resource.RLIMIT_DATA, _data() + wall.memory),
    ):
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


def _data() -> int:
    """Bytes of this process that RLIMIT_DATA counts."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    return 0
