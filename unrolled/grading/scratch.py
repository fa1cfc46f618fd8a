"""The folder that one notebook has while it is marked, and the wall round it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from unrolled.course.errors import BadInput
from unrolled.kernels.run_folder import let_through, remove, run_folder
from unrolled.walls import gpu
from unrolled.walls.inner import Wall
from unrolled.walls.machine import NO_WALL, sandbox

DATA_VARIABLE = "UNROLLED_DATA"
# Of the course's folder, and of the class's.
HIDDEN = ("source", "questions", "submitted", ".salt", ".cache", "gradebook.db")


class NoSandbox(BadInput):
    """This machine cannot shut notebooks in, and nobody has said that this is all right."""


def require(unsandboxed: bool) -> str:
    """What notebooks are shut in by here, in the words of reports. Raises NoSandbox where that is nothing."""
    found = sandbox()
    if found == NO_WALL and not unsandboxed:
        raise NoSandbox(
            "this machine cannot shut a notebook in, so that its code would run with your rights; `unrolled sandbox` "
            "says what is missing. For people whom you would lend your keyboard: --unsandboxed "
            "(c.RefereedExecute.unsandboxed = True)"
        )
    return found


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for one notebook in the run's, gone afterwards with all that is in it."""
    folder = Path(tempfile.mkdtemp(prefix="notebook-", dir=run_folder()))
    let_through(folder)
    try:
        yield folder
    finally:
        remove(folder)


def wall_in(folder: Path, places: Sequence[Path], with_gpu: bool = False, **limits: float) -> Wall:
    """The wall for a notebook in this scratch folder. places: of the course and the class; it sees nothing of them."""
    for name in ("home/tmp", "work", "sockets"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    hidden = tuple(dict.fromkeys(str(place / name) for place in places for name in HIDDEN))
    own = {name: str(folder / name) for name in ("home", "work", "sockets")}
    data = _texts()
    seen = {"data": (str(data),) if data else (), "devices": gpu.devices() if with_gpu else ()}
    return Wall(**own, **seen, hidden=hidden, **limits)  # type: ignore[arg-type]


def _texts() -> Path | None:
    """Where this machine keeps the texts that notebooks read, if it does: in $UNROLLED_DATA, else in a cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "unrolled"
    found = Path(os.environ.get(DATA_VARIABLE) or cache).absolute()
    return found if found.is_dir() else None
