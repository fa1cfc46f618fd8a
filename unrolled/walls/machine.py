"""What this machine can do: one line a mechanism, and what would give the one that is missing."""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import site
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from unrolled.walls import cgroup, filter, gpu, inner, landlock, user
from unrolled.walls import outer as outside
from unrolled.walls.environment import passed_on
from unrolled.walls.system import drop_capabilities, machine, no_new_privileges

TWO_WALLS, ONE_WALL, NO_WALL = "two walls", "one wall", "none"
OUTER = "the outer wall: bubblewrap"


@dataclass(frozen=True)
class Mechanism:
    """name: what it is called; there: how far it is there, "" if it is not; lacks: what to do about that."""

    name: str
    there: str
    lacks: str = ""
    needed: bool = False  # without it there is no wall


def sandbox() -> str:
    """What notebooks are shut in by on this machine, in the words of reports: "two walls", "one wall" or "none"."""
    found = mechanisms()
    if not all(one.there for one in found if one.needed):
        return NO_WALL
    return TWO_WALLS if any(one.name == OUTER and one.there for one in found) else ONE_WALL


@cache
def mechanisms() -> tuple[Mechanism, ...]:
    """Each tried, not read off a version, and in other processes than this one, which may have threads by now."""
    if sys.platform != "linux":
        says = f"{sys.platform} has none of it; run the grader on Linux, in a container or in a virtual machine"
        return (Mechanism("Linux", "", says, needed=True),)
    done = subprocess.run(
        [sys.executable, "-P", "-m", "unrolled.walls.machine"],
        env=passed_on(os.environ),
        text=True,
        capture_output=True,
    )
    try:
        here = tuple(Mechanism(**one) for one in json.loads(done.stdout))
    except ValueError:
        says = f"the attempt to find out failed: {done.stderr.strip()[-300:] or done.returncode}"
        return (Mechanism("walls", "", says, needed=True),)
    return (*here, _outer(), _users(), _groups(), _gpu())


@cache
def users(outer: bool) -> bool:
    """Can each kernel have a user of its own, behind the outer wall or without it? Tried by one that is none."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory(prefix="unrolled-") as folder:
        os.chmod(folder, 0o711)
        torch = importlib.util.find_spec("torch")
        reads = [*inner.python_folders(), os.__file__, *outside.CODE]
        reads += [torch.origin] if torch and torch.origin else []
        command = [sys.executable, "-P", "-m", "unrolled.walls.user", folder, *reads]
        if outer:
            command = outside.Sandbox(writes=(folder,)).command(command)
        env = {**passed_on(os.environ), "PYTHONUSERBASE": site.getuserbase()}
        return not subprocess.run(command, env=env, capture_output=True, stdin=subprocess.DEVNULL).returncode


def _outer() -> Mechanism:
    if lacking := outside.lacking():
        return Mechanism(OUTER, "", lacking)
    return Mechanism(OUTER, outside.find()[0])


def _users() -> Mechanism:
    name = "a user of its own for each notebook"
    if users(outside.how() is not None):
        return Mechanism(name, f"one of {user.UIDS[0]} to {user.UIDS[-1]}")
    if os.geteuid() != 0:
        return Mechanism(name, "", "root alone could give one; a notebook runs as this user, who owns what you own")
    lacks = "root with CAP_SETUID and CAP_CHOWN; without the outer wall, Python and this package where everybody reads"
    return Mechanism(name, "", lacks)


def _groups() -> Mechanism:
    name = "memory and threads: control groups"
    if found := cgroup.bases():
        return Mechanism(name, f"version {1 if len(found) > 1 else 2}, {found[0]}")
    return Mechanism(name, "", f"limits and the watch hold alone; for groups as well: {cgroup.SYSTEMD}")


def _gpu() -> Mechanism:
    name = "GPU"
    if found := gpu.devices():
        return Mechanism(name, f"{', '.join(found)}; shown to notebooks with --gpu alone")
    return Mechanism(name, "", "no /dev/nvidia*, /dev/dri or /dev/kfd: notebooks train on the CPU")


def _landlock() -> Mechanism:
    abi = landlock.version()
    name = "files: Landlock"
    if not abi:
        lacks = "Linux 5.13 or newer, with landlock among the names of the boot parameter lsm="
        lacks += "; in a container, a seccomp profile that allows landlock_create_ruleset, _add_rule and _restrict_self"
        return Mechanism(name, "", lacks, needed=True)

    def restrict() -> None:
        no_new_privileges()
        landlock.restrict([("/usr", landlock.READ)])

    if not _in_a_child(restrict):
        return Mechanism(name, "", "the kernel knows it, and refuses to apply it: see dmesg", needed=True)
    more = "" if abi >= 6 else "signals and abstract sockets are left to the filter; Linux 6.12 knows them here, too"
    return Mechanism(name, f"version {abi}", more, needed=True)


def _filter() -> Mechanism:
    name = "calls: seccomp filter"
    if not filter.is_known_here():
        known = " and ".join(filter.ARCHITECTURES)
        return Mechanism(name, "", f"the numbers of {machine()}'s system calls; known are {known}", needed=True)

    def install() -> None:
        no_new_privileges()
        filter.install(binding=False)

    if not _in_a_child(install):
        lacks = "a kernel with CONFIG_SECCOMP_FILTER; in a container, a profile that allows the call seccomp"
        return Mechanism(name, "", lacks, needed=True)
    return Mechanism(name, machine(), needed=True)


def _capabilities() -> Mechanism:
    if os.geteuid() != 0:
        return Mechanism("root's powers", "this user has none")
    worked = _in_a_child(drop_capabilities)
    return Mechanism("root's powers", "dropped in every notebook" if worked else "", "" if worked else "CAP_SETPCAP")


def _limits() -> Mechanism:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (2**40, 2**40))

    worked = _in_a_child(limit)
    return Mechanism(
        "memory, disk, time: limits and a watch",
        "in every notebook" if worked else "",
        "" if worked else "a hard limit on data (ulimit -Hd) that is not below what a notebook may take",
    )


def _in_a_child(work: Callable[[], object]) -> bool:
    """Does it work? Tried in a forked process, which ends with it."""
    pid = os.fork()
    if not pid:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return os.waitpid(pid, 0)[1] == 0


if __name__ == "__main__":
    print(json.dumps([vars(one) for one in (_landlock(), _filter(), _capabilities(), _limits())]))
