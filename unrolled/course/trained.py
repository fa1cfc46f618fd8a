"""Programs that train are run once: what one made is kept on disk by the hash of its content, and loaded afterwards.

An audit, a diagnosis and the tests each need what every entry of a catalogue makes, and a training costs seconds.

    ran = run(program, folder)
    ran.namespace["model"], ran.cost["passes"]

Kept are a program's globals and what running it has cost. What else it did to its process is not: the random numbers
stand elsewhere after a load than after a run (checks seed before they draw), and its prints are gone either way.

A kept file is a pickle, and loading one executes what is in it: trust the folder as you trust `questions/`.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import pickle
import platform
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from unrolled.course.program import quote_lines, run_program
from unrolled.desk.meter import METER, Meter

FORMAT = 1  # of what is kept; raise it when that changes, or the pass that costs are counted in
_DIGEST_BYTES = hashlib.sha256().digest_size


@dataclass(frozen=True)
class Ran:
    """What a program made. cost: of running it, as `Meter.spent()` tells it; None where that was not measured."""

    namespace: dict
    cost: dict[str, float] | None = None

    @property
    def meter(self) -> Meter:
        """What a desk with this namespace answers from when a check asks for the cost."""
        return METER if self.cost is None else RecordedMeter(self.cost)


class RecordedMeter(Meter):
    """Tells a cost that was measured when the program ran, which may be long ago and in another process."""

    def __init__(self, cost: dict[str, float]) -> None:
        self._cost = cost

    def lap(self) -> None:
        """Nothing begins: the program has been run."""

    def spent(self, device: str = "cpu") -> dict[str, float]:
        """device: not asked for; what is kept was timed on the CPU, where catalogues train."""
        return dict(self._cost)


def run(program: list[tuple[str, str]], folder: Path | None = None) -> Ran:
    """Run (cell id, source) pairs as `run_program` does, or load what they made the last time.

    folder: where it is kept, made if it is missing; None for a program that is cheap to run. What cannot be kept
    is run each time, with a warning. A program that fails is not kept; its exception comes through.
    """
    if folder is None:
        return Ran(run_program(program))
    path = folder / f"{_key(program)}.pickle"
    kept = _load(path)
    if kept is not None:
        quote_lines(program)
        return kept
    ran = measured(program)
    try:
        return _keep(path, ran)
    except Exception as error:  # an object that has no pickle, a full disk, no cloudpickle installed …
        warnings.warn(f"what cell {program[-1][0]} makes is not kept, and made each time ({error})", stacklevel=2)
        return ran


def measured(program: list[tuple[str, str]]) -> Ran:
    """Run a program here and now, and measure what that costs.

    On one thread, as submissions are: several of them wait for one another by spinning, which on a busy machine
    made a training of five seconds take three minutes, and numbers differ with how a sum is split.
    """
    meter = Meter()  # its own: the process's is at work on whatever contains this run
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        meter.lap()
        namespace = run_program(program)
        return Ran(namespace, meter.spent())
    finally:
        torch.set_num_threads(threads)


def _key(program: list[tuple[str, str]]) -> str:
    """A hash of everything that what a program makes depends on."""
    versions = platform.python_version(), str(torch.__version__), np.__version__
    about = [FORMAT, *versions, program]
    return hashlib.sha256(json.dumps(about).encode()).hexdigest()


# --- files: the digest of a pickle, then the pickle ------------------------------------------------------


def _load(path: Path) -> Ran | None:
    """What is kept in a file; None if there is none, or not the file that was written."""
    try:
        content = path.read_bytes()
        digest, pickled = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
        if hashlib.sha256(pickled).digest() != digest:  # a wrong bit in a weight would be no error to pickle
            return None
        return Ran(*pickle.loads(pickled))
    except Exception:  # a file that was written with another version may fail in any way
        return None


def _keep(path: Path, ran: Ran) -> Ran:
    """Write the file, whole or not at all: another process may be writing or reading the same one.

    Returns what a later load gives, so that a first run cannot differ from the others. Raises whatever pickle does.
    """
    pickled = _pickled(ran)
    again = Ran(*pickle.loads(pickled))  # first: what cannot be read again is not to be written
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix="writing-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(hashlib.sha256(pickled).digest() + pickled)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    return again


def _pickled(ran: Ran) -> bytes:
    """The globals (without Python's own) and the cost; classes and functions of the program by value."""
    import cloudpickle  # here, because a student's laptop has the core alone and need not keep anything

    class Pickler(cloudpickle.Pickler):
        def reducer_override(self, obj):
            """As cloudpickle does it, but a class is another one each time it is loaded.

            By itself cloudpickle gives a class that this process knows already back as the same object, so that
            what a visible test patches in one namespace would be patched in all.
            """
            reduced = super().reducer_override(obj)
            if isinstance(reduced, tuple) and reduced[0].__name__.startswith("_make_skeleton_"):
                make, (*arguments, _tracker, extra), *rest = reduced
                return make, (*arguments, None, extra), *rest
            return reduced

    own = {name for name in ran.namespace if name.startswith("__") and name.endswith("__")} - {"__name__"}
    namespace = {name: value for name, value in ran.namespace.items() if name not in own}
    with io.BytesIO() as file:
        pickler = Pickler(file)
        # Functions then have the loaded namespace itself as their globals, not a copy, as if they had been run in it.
        pickler.globals_ref[id(ran.namespace)] = namespace
        pickler.dump((namespace, ran.cost))
        return file.getvalue()
