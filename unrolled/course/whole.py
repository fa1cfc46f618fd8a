"""Files that are there whole, or not at all, whatever ends the process or the machine."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

WRITING = ".writing-"  # how the file begins that becomes another one


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that its owner alone may read, in the place of what has this name. Its folder must be there.

    It is written beside, brought to the disk and renamed, and its new name is brought to the disk. Raises OSError.
    """
    number, beside = tempfile.mkstemp(dir=path.parent, prefix=WRITING)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
