"""Control groups: the system itself counts what a notebook has in memory, and how many threads it runs.

The watch looks now and then; what is taken between two looks is held here. Both versions of Linux' interface are known:
one tree for everything (2), or one for memory and one for processes (1).
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from unrolled.walls.inner import Wall
from unrolled.walls.watch import THREADS

SELF = "/proc/self"
PREFIX = "unrolled-"
ASIDE = "unrolled-grader"  # where the grader's own processes go: in version 2 a group has either processes or groups
SYSTEMD = "systemd-run --user --scope -p Delegate=yes unrolled grade …"
NEEDED = ("memory", "pids")  # in version 1 a tree each


@cache
def bases() -> tuple[str, ...]:
    """The groups that some for notebooks can be made in; () where there are none. Found by making one."""
    for found in (_version_1(), *_version_2()):
        if found and _can_be_made(found):
            return found
    return ()


def make(name: str) -> tuple[str, ...]:
    """The groups for a run, which have this process's number in their name; () where none can be made."""
    groups = tuple(os.path.join(base, f"{PREFIX}{os.getpid()}-{name}") for base in bases())
    try:
        for group in groups:
            os.mkdir(group)
        _pass_on(groups)
    except OSError:
        remove(groups)
        return ()
    return groups


def remove(groups: Iterable[str]) -> None:
    """With those of its notebooks. Their processes have been killed; it takes the system a moment to let go of them."""
    for group in groups:
        for _ in range(100):
            with contextlib.suppress(OSError):
                for entry in os.scandir(group):
                    if entry.is_dir():
                        os.rmdir(entry.path)
                os.rmdir(group)
            if not os.path.exists(group):
                break
            time.sleep(0.01)


def clear() -> None:
    """Remove what runs have left whose process was killed."""
    for base in bases():
        for path in Path(base).glob(f"{PREFIX}[0-9]*-*"):
            if not os.path.exists(f"/proc/{path.name.removeprefix(PREFIX).split('-')[0]}"):
                remove([str(path)])


class Group:
    """One notebook's, below those of its run. Made by whoever forks it, entered by the fork before it gives up root."""

    def __init__(self, run: Iterable[str], name: str, wall: Wall) -> None:
        """Raises OSError."""
        self.folders = [os.path.join(group, name) for group in run]
        # What it writes counts, too, where its folder lies in memory; the watch speaks first where it is quick enough.
        most = int(wall.memory * 1.1) + wall.disk
        limits = {
            "memory.max": most,
            "memory.swap.max": 0,
            "memory.limit_in_bytes": most,
            "memory.memsw.limit_in_bytes": most,
            "pids.max": THREADS,
        }
        for folder in self.folders:
            os.mkdir(folder)
            for name, limit in limits.items():
                if os.path.exists(os.path.join(folder, name)):
                    Path(folder, name).write_text(str(limit))

    def enter(self) -> None:
        for folder in self.folders:
            Path(folder, "cgroup.procs").write_text("0")  # whoever writes it

    def has_killed(self) -> bool:
        """Has the system ended a process of it, for want of memory?"""
        for folder in self.folders:
            for name in ("memory.events", "memory.oom_control"):
                if _table(os.path.join(folder, name)).get("oom_kill", "0") != "0":
                    return True
        return False

    def remove(self) -> None:
        for folder in self.folders:
            with contextlib.suppress(OSError):  # then it goes with the run's
                os.rmdir(folder)


def _version_1() -> tuple[str, ...]:
    own = {name: path for _, names, path in _own_groups() for name in names.split(",")}
    mounts = {option: place for kind, place, options in _mounts() if kind == "cgroup" for option in options}
    if not all(name in own and name in mounts for name in NEEDED):
        return ()
    return tuple(_joined(mounts[name], own[name]) for name in NEEDED)


def _version_2() -> list[tuple[str, ...]]:
    """Where this process is, with what is in there put aside if it is all its own; else at the top, as root."""
    own = [path for number, names, path in _own_groups() if number == "0" and not names]
    mounts = [place for kind, place, _ in _mounts() if kind == "cgroup2"]
    if not own or not mounts:
        return []
    here = _joined(mounts[0], own[0])
    here = os.path.dirname(here) if os.path.basename(here) == ASIDE else here
    with contextlib.suppress(OSError):
        _step_aside(here)
    return [(here,), (mounts[0],)]


def _step_aside(group: str) -> None:
    """Raises OSError where that is not allowed. Does nothing where others' processes are in there."""
    processes = [int(word) for word in Path(group, "cgroup.procs").read_text().split()]
    if not processes or not all(_is_ours(pid) for pid in processes):
        return
    os.makedirs(os.path.join(group, ASIDE), exist_ok=True)
    for pid in processes:
        Path(group, ASIDE, "cgroup.procs").write_text(str(pid))
    _pass_on([group])


def _pass_on(groups: Iterable[str]) -> None:
    """In version 2 what is counted in a group's groups has to be said."""
    for group in groups:
        if os.path.exists(switch := os.path.join(group, "cgroup.subtree_control")):
            Path(switch).write_text(" ".join(f"+{name}" for name in NEEDED))


def _is_ours(pid: int) -> bool:
    """Is it this process, or one that it has started?"""
    while pid > 1:
        if pid == os.getpid():
            return True
        pid = int(_table(f"/proc/{pid}/status").get("PPid:", "0"))
    return False


def _can_be_made(found: tuple[str, ...]) -> bool:
    tried = [os.path.join(base, f"{PREFIX}{os.getpid()}-tried") for base in found]
    wanted = {"memory.max", "pids.max"} if len(found) == 1 else {"memory.limit_in_bytes", "pids.max"}
    try:
        for group in tried:
            os.mkdir(group)
        return wanted <= {name for group in tried for name in os.listdir(group)}
    except OSError:
        return False
    finally:
        remove(group for group in tried if os.path.exists(group))


def _own_groups() -> list[list[str]]:
    """[hierarchy's number, its controllers, path] for each."""
    try:
        return [line.split(":", 2) for line in Path(SELF, "cgroup").read_text().splitlines()]
    except OSError:
        return []


def _mounts() -> list[tuple[str, str, list[str]]]:
    """(file system, where, its options) for each that is mounted."""
    try:
        lines = [line.split() for line in Path(SELF, "mountinfo").read_text().splitlines()]
    except OSError:
        return []
    return [(rest[0], line[4], rest[2].split(",")) for line in lines if (rest := line[line.index("-") + 1 :])]


def _joined(mount: str, path: str) -> str:
    """In a container a mount may show no more than the container's own group, by a path that has it once more."""
    whole = os.path.join(mount, path.lstrip("/")).rstrip("/")
    return whole if os.path.isdir(whole) else mount


def _table(path: str) -> dict[str, str]:
    try:
        return dict(line.split()[:2] for line in Path(path).read_text().splitlines() if len(line.split()) > 1)
    except OSError:
        return {}
