"""A notebook's process, watched from outside: it is ended where it takes more memory, disk or time than it may.

The limits that a process has (unrolled.walls.inner) refuse a request and the notebook goes on; what they cannot count
is counted here: memory that is shared, many small files, files that have no name any more, threads, time.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator
from pathlib import Path

from unrolled.walls.inner import MB, Wall

EVERY = 0.5  # seconds between two looks
DISK_EVERY = 4  # looks between two at the disk
FILES = 10_000
DEEP = 50  # folders in one another
THREADS = 200


class Watch:
    """Of one process, from its beginning on. pid: must not have been waited for while this is asked."""

    def __init__(self, pid: int, wall: Wall) -> None:
        self.pid, self.wall = pid, wall
        self._began, self._looks = time.monotonic(), 0
        self._at_first = _memory(pid)

    def objection(self) -> str:
        """Why it has to end, in words for its student; "" while it may go on."""
        if "limits" in self.wall.without:
            return ""
        self._looks += 1
        if time.monotonic() - self._began > self.wall.seconds:
            return "the whole notebook ran for longer than one may, and was stopped"
        if _memory(self.pid) - self._at_first > self.wall.memory * 1.1:  # the process's own limit comes first
            return too_much_memory(self.wall)
        if _threads(self.pid) > THREADS:
            return f"the notebook ran more than {THREADS} threads at once, and was stopped"
        if self._looks % DISK_EVERY == 1 and (said := self._of_the_disk()):
            return f"the notebook wrote {said}, and was stopped"
        return ""

    def _of_the_disk(self) -> str:
        used = files = 0
        folders = (self.wall.home, self.wall.work, self.wall.sockets)
        for size in itertools.chain(_nameless(self.pid), *map(_sizes, folders)):
            used, files = used + size, files + 1
            if used > self.wall.disk:
                return f"more than {self.wall.disk // MB} MB into files"
            if files > FILES:
                return f"more than {FILES} files, or folders too deep in one another"
        return ""


def too_much_memory(wall: Wall) -> str:
    return f"the notebook took more than {wall.memory // MB} MB of memory, and was stopped"


def _memory(pid: int) -> int:
    """Bytes that it has in memory, without what lies in files and can be read again: libraries."""
    try:
        lines = [line.split() for line in Path(f"/proc/{pid}/status").read_text().splitlines()]
    except OSError:  # it has ended
        return 0
    return sum(int(line[1]) * 1024 for line in lines if line and line[0] in ("RssAnon:", "RssShmem:"))


def _threads(pid: int) -> int:
    try:
        return len(os.listdir(f"/proc/{pid}/task"))
    except OSError:
        return 0


def _sizes(folder: str, deep: int = 0) -> Iterator[int]:
    """Bytes on disk of all that is below a folder. No link is followed."""
    if deep > DEEP:
        yield from [0] * (FILES + 1)
        return
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    yield entry.stat(follow_symlinks=False).st_blocks * 512
                except OSError:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    yield from _sizes(entry.path, deep + 1)
    except OSError:
        return


def _nameless(pid: int) -> Iterator[int]:
    """Bytes on disk of the files that it has open and that no folder has any more."""
    try:
        descriptors = os.listdir(f"/proc/{pid}/fd")
    except OSError:
        return
    for descriptor in descriptors:
        try:
            status = os.stat(f"/proc/{pid}/fd/{descriptor}")
        except OSError:
            continue
        if status.st_nlink == 0:
            yield status.st_blocks * 512
