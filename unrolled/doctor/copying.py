"""Files that go along with a notebook: so many, so large, and written where nothing else can be reached."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from unrolled.doctor import limits
from unrolled.doctor.entries import Entry

NOT_COPIED = (".ipynb", ".zip")  # other notebooks are not marked, and nothing unpacks anything


def copy_along(entries: Iterable[Entry], folder: Path, root: str = "") -> int:
    """Copy what is within the limits into `folder`, the nearest first; returns how many were left behind.

    root: the path, below the submission, that becomes `folder` itself.
    """
    copied = left = total = 0
    for entry in entries:
        if entry.name.lower().endswith(NOT_COPIED) or entry.name == "timestamp.txt":
            continue
        path = PurePosixPath(entry.path.removeprefix(f"{root}/") if root else entry.path)
        if copied >= limits.FILES or entry.size > limits.FILE_BYTES or total + entry.size > limits.ALL_BYTES:
            left += 1
            continue
        try:
            data = entry.read(limits.FILE_BYTES + 1)  # a file may have grown since, an archive may lie
            if len(data) > limits.FILE_BYTES or total + len(data) > limits.ALL_BYTES:
                raise OSError
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        except OSError:
            left += 1
            continue
        copied, total = copied + 1, total + len(data)
    return left
