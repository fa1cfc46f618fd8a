"""What misconceptions give, kept on disk: worked out once for a class, and not in the grader's own memory.

Naming the cause of a wrong answer compares it with every misconception of its question, which for a training takes a
minute and hundreds of megabytes. What comes of it depends on the question, the draws and our code alone. So it is kept
by a hash of those: for the class's other workers, for the next run, and for whoever marks a single file.

A kept file is a pickle, and loading one executes what is in it: trust the folder as you trust `questions/`. It tells
what was drawn, so that it has no place in what a notebook can read.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import itertools
import json
import multiprocessing
import pickle
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from unrolled.checking.catalogue import Misconception
from unrolled.checking.question import run
from unrolled.checking.subject import LocalChannel, Subject
from unrolled.checking.verdict import Finding
from unrolled.course.bundle import Bundle
from unrolled.course.whole import write_whole
from unrolled.grading.versions import our_code, versions
from unrolled.kernels.lifeline import end_with_parent
from unrolled.marking.diagnosis import Diagnoser, _Replay

FOLDER = ".cache/findings"
CODE = ("desk", "checking", "course", "grading/kept.py")  # of this package: what a check says depends on it


@dataclass
class Found:
    """How far a check on one misconception was worked out. ended: there is no more."""

    findings: list[Finding] = field(default_factory=list)
    ended: bool = False


@dataclass(frozen=True)
class Job:
    """One misconception under its question's check, as plain data. budget: reference passes, where it trains."""

    root: Path
    assignment: str
    salt: str
    budget: float | None
    question: str
    misconception: str


class KeptDiagnoser(Diagnoser):
    """A Diagnoser that works out what misconceptions give no further than anybody has before."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._found: dict[str, dict[str, Found]] = {}  # by question, by misconception

    def examine(self, question, subject, cells=None):
        try:
            return super().examine(question, subject, cells)
        finally:
            if self._known.pop(question, None) is not None:
                self._close(question)

    def _results(self, question: str) -> list[tuple[Misconception, _Replay]]:
        if question not in self._known:
            if question not in self._found:
                self._found[question] = _load(self._path(question))
            self._before = self._so_far(question)
            self._worker: _Here | _Helper = _Helper() if self.bundle.trains(question) else _Here(self.bundle)
            self._known[question] = [
                (misconception, _Replay(self._findings(question, misconception.name)))
                for misconception in self.bundle.misconceptions.get(question, [])
                if self.among is None or misconception.name in self.among
            ]
        return self._known[question]

    def _findings(self, question: str, name: str) -> Iterator[Finding]:
        budget = self.questions[question].budget
        job = Job(self.bundle.root, self.bundle.assignment, self.salt, budget, question, name)
        found = self._found[question].setdefault(name, Found())
        for index in itertools.count():
            if index == len(found.findings) and not found.ended:
                finding = self._worker.finding(job, index)
                found.findings += [finding] if finding else []
                found.ended = finding is None
            if index == len(found.findings):
                return
            yield found.findings[index]

    def _so_far(self, question: str) -> dict[str, tuple[int, bool]]:
        return {name: (len(found.findings), found.ended) for name, found in self._found[question].items()}

    def _close(self, question: str) -> None:
        self._worker.close()
        if self._so_far(question) != self._before:
            _keep(self._path(question), self._found[question])

    def _path(self, question: str) -> Path:
        """Where it is kept: by a hash of everything that it depends on."""
        about = [versions(), our_code(*CODE), self.bundle.hash, self.salt, question, self.questions[question].budget]
        return self.bundle.root / FOLDER / f"{hashlib.sha256(json.dumps(about).encode()).hexdigest()}.pickle"


class _Here:
    """Works findings out in this process, one after the other."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._running: dict[Job, tuple[int, Iterator[Finding]]] = {}

    def finding(self, job: Job, index: int) -> Finding | None:
        """The one at this place; None where there are no more."""
        at, findings = self._running.pop(job, (0, self._run(job)))
        finding = next(itertools.islice(findings, index - at, None), None)
        self._running[job] = index + 1, findings
        return finding

    def _run(self, job: Job) -> Iterator[Finding]:
        """All of them, as they come, up to where the check itself fails on this answer."""
        (wrong,) = (m for m in self._bundle.misconceptions[job.question] if m.name == job.misconception)
        question = dataclasses.replace(self._bundle.questions[job.question], budget=job.budget)
        try:
            ran = self._bundle.ran(job.question, wrong.apply(self._bundle.answers[job.question]))
            yield from run(question, Subject(LocalChannel(ran.namespace, ran.meter)), job.salt)
        except (MemoryError, OSError):  # this machine's fault, today: nothing to keep of it
            raise
        except Exception:  # an entry that no longer runs is the audit's business
            return

    def close(self) -> None:
        self._running.clear()


class _Helper:
    """Works them out in a process of its own, whose memory goes with it. Raises BrokenProcessPool if that dies."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    def finding(self, job: Job, index: int) -> Finding | None:
        if self._pool is None:  # not forked: torch has threads by now
            self._pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), end_with_parent)
        return self._pool.submit(_in_helper, job, index).result()

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown()


def _in_helper(job: Job, index: int) -> Finding | None:
    return _here(job.root, job.assignment).finding(job, index)


@functools.cache
def _here(root: Path, assignment: str) -> _Here:
    return _Here(Bundle(root, assignment))


# --- files: the digest of a pickle, then the pickle ----------------------------------------------------


def _load(path: Path) -> dict[str, Found]:
    """What is kept; nothing if there is no file, or not the one that was written."""
    size = hashlib.sha256().digest_size
    try:
        content = path.read_bytes()
        if hashlib.sha256(content[size:]).digest() != content[:size]:
            return {}
        return pickle.loads(content[size:])
    except Exception:
        return {}


def _keep(path: Path, found: dict[str, Found]) -> None:
    """Write the file, whole or not at all, with what others have found meanwhile. What cannot be kept is not."""
    for name, theirs in _load(path).items():
        found[name] = max(found.get(name, theirs), theirs, key=lambda one: (one.ended, len(one.findings)))
    with contextlib.suppress(Exception):  # an object that has no pickle, a full disk …
        pickled = pickle.dumps(found)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, hashlib.sha256(pickled).digest() + pickled)
