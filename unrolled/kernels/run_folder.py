"""The folder of one run: its warm processes have their sockets in it, and notebooks their scratch folders.

All of it below one folder, because that is what a sandbox shows, which is made before any of them. It goes with the
run; what one left that was killed goes when the next begins.
"""

from __future__ import annotations

import atexit
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

from unrolled.walls import cgroup

PREFIX = "unrolled-run-"
LOCK = "in use"
LONGEST = 45  # characters of the folder round it: a socket's whole path has 107 on Linux
_OURS: list[Path] = []  # at most one, and whether others made it does not matter


def run_folder() -> Path:
    """This run's, made when it is first asked for."""
    if not _OURS or not _OURS[0].exists():
        if sys.platform == "linux":
            for left in Path(_place()).glob(f"{PREFIX}*"):
                _remove_if_left(left)
        cgroup.clear()
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_place()))
        let_through(folder)
        if sys.platform == "linux":  # held before it has its name, or another run could be quicker
            _lock(folder / "new")
            (folder / "new").rename(folder / LOCK)
        atexit.register(remove, folder)
        share(folder)
    return _OURS[0]


def _place() -> str:
    """Where temporary files go, unless that is too long a name for the sockets below it."""
    usual = tempfile.gettempdir()
    return usual if len(os.fsencode(usual)) <= LONGEST or not os.access("/tmp", os.W_OK) else "/tmp"


def share(folder: Path) -> None:
    """Have this process, too, work in a run's folder that another has made."""
    _OURS[:] = [folder]


def let_through(folder: Path) -> None:
    """Where kernels have users of their own, they come to their folders through this one, and see no other in it."""
    if sys.platform == "linux" and os.geteuid() == 0:
        folder.chmod(stat.S_IRWXU | stat.S_IXGRP | stat.S_IXOTH)


def remove(folder: Path) -> None:
    """With all that is in it, however deep a notebook has made it."""
    try:
        shutil.rmtree(folder, ignore_errors=True)
    except RecursionError:
        pass
    if folder.exists() and sys.platform != "win32":
        subprocess.run(["rm", "-rf", "--", str(folder)], check=False)


def _lock(file: Path) -> bool:
    """Hold it for as long as this process lives, however it ends. False where another does."""
    import fcntl

    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return False
    return True  # and the file stays open: the lock would go with it


def _remove_if_left(folder: Path) -> None:
    """Nobody's any more, and this user's own: a name in /tmp is anybody's to take."""
    try:
        about, lock = folder.lstat(), folder / LOCK
        if stat.S_ISDIR(about.st_mode) and about.st_uid == os.geteuid() and lock.exists() and _lock(lock):
            remove(folder)
    except OSError:
        pass
