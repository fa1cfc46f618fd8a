"""A user of its own for each notebook, where root starts them: no file and no process of anybody's is this user's."""

from __future__ import annotations

import os
import random
import stat
import sys
from collections.abc import Collection, Iterable

from unrolled.walls.system import drop_capabilities

# Between those that systemd gives to containers and to services; no other list that we know of claims them.
UIDS = range(60706, 61184)


def free(taken: Collection[int]) -> int:
    """One that no other notebook of this run has."""
    return random.SystemRandom().choice([uid for uid in UIDS if uid not in taken])


def give(paths: Iterable[str], uid: int) -> None:
    """Make these files, and folders with all that is in them, this user's alone. No link is followed."""
    for path in paths:
        for folder, folders, files in os.walk(path):
            for name in (*folders, *files):
                os.chown(os.path.join(folder, name), uid, uid, follow_symlinks=False)
        if os.path.isdir(path):
            os.chmod(path, stat.S_IRWXU)
        os.chown(path, uid, uid, follow_symlinks=False)


def works(folder: str, readable: Iterable[str]) -> bool:
    """Could a kernel be such a user? Tried by a forked one: it is given a folder in this one, and reads what it needs.

    This process is left as it is, and must have one thread.
    """
    if os.geteuid() != 0:
        return False
    given = os.path.join(folder, "given")
    pid = os.fork()
    if not pid:
        status = 1
        try:
            os.mkdir(given)
            give([given], UIDS[0])
            drop_capabilities(UIDS[0])
            os.chdir(given)
            os.mkdir("of its own")
            for path in readable:
                _read(path)
            status = 0
        finally:
            os._exit(status)
    return os.waitpid(pid, 0)[1] == 0


def _read(path: str) -> None:
    """Raises PermissionError."""
    try:
        if os.path.isdir(path):
            os.listdir(path)
        else:
            open(path, "rb").close()
    except FileNotFoundError:
        pass


if __name__ == "__main__":  # in a process of its own, which may be inside the outer wall: FOLDER WHAT_IT_READS…
    sys.exit(0 if works(sys.argv[1], sys.argv[2:]) else 1)
