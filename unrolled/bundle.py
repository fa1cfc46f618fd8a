"""A bundle: what marking an assignment needs, read from its master and its folder in `questions/`.

Read with the standard library alone, because `check` on a laptop uses it inside the student's kernel.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import io
import json
import linecache
import re
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from .checking.catalogue import Alternative, Misconception
from .checking.question import Question

if TYPE_CHECKING:
    from .checking.trained import Ran

TEXT_STUB = "YOUR ANSWER HERE"  # nbgrader's own, where a release has a free-text answer (ClearSolutions.text_stub)
EXPLORE = "explore"  # the tag of a master's cell that is there for the reader, not for the marks

_MARKER = re.compile(r"^\s*### (BEGIN|END) SOLUTION\s*$")


class BundleError(Exception):
    """A master or a check file is not as it should be; the message names it."""


@dataclass(frozen=True)
class MasterCell:
    """One cell of a master. id: its grade_id, or "" for a cell that nbgrader does not know.

    explore: is it tagged as there to play with, so that nothing depends on it and marking need not run it?
    """

    id: str
    type: str
    source: str
    grade: bool
    solution: bool
    locked: bool
    points: float
    explore: bool

    @property
    def is_given_code(self) -> bool:
        """Locked code that is neither an answer nor a test: imports, data, what checks may rely on."""
        return self.type == "code" and self.locked and not self.grade and not self.solution


class Bundle:
    """root: the course's folder; assignment: the name of a folder in `source/`, such as 02_manual_rnn."""

    def __init__(self, root: Path, assignment: str) -> None:
        self.root, self.assignment = root, assignment
        self.name = re.sub(r"^\d+_", "", assignment)
        self.master_path = root / "source" / assignment / f"{self.name}.ipynb"
        self.checks_path = root / "questions" / self.name

    # --- the master -------------------------------------------------------------------------------------

    @cached_property
    def cells(self) -> list[MasterCell]:
        """Raises BundleError when the master is missing or is not a notebook."""
        try:
            notebook = json.loads(self.master_path.read_text(encoding="utf-8"))
            return [_master_cell(cell) for cell in notebook["cells"]]
        except FileNotFoundError:
            raise BundleError(f"{self.master_path} is missing") from None
        except (ValueError, KeyError, TypeError) as error:
            raise BundleError(f"{self.master_path} is not a notebook: {error}") from None

    @cached_property
    def answers(self) -> dict[str, str]:
        """Question id -> the reference solution: the master's answer cell without its markers."""
        return {cell.id: strip_markers(cell.source) for cell in self.cells if cell.solution and cell.type == "code"}

    @cached_property
    def by_hand(self) -> dict[str, float]:
        """Id of a free-text answer -> its points, which a person gives."""
        return {cell.id: cell.points for cell in self.cells if cell.grade and cell.solution}

    def open_text(self, question: str) -> str:
        """A free-text answer's cell as the release has it, before anybody wrote there."""
        shown, inside = [], False
        for line in self.cell(question).source.split("\n"):
            if marker := _MARKER.match(line):
                inside = marker[1] == "BEGIN"
                shown += [TEXT_STUB] if inside else []
            elif not inside:
                shown.append(line)
        return "\n".join(shown)

    def model_text(self, question: str) -> str:
        """A free-text answer as the master gives it, without the mark scheme."""
        return re.sub(
            r"^### BEGIN MARK SCHEME$.*?^### END MARK SCHEME$\n?",
            "",
            strip_markers(self.cell(question).source),
            flags=re.DOTALL | re.MULTILINE,
        ).strip()

    def is_answered(self, question: str, text: str) -> bool:
        """Did somebody write something of their own into a free-text answer's cell?"""
        there = {line.strip() for line in self.open_text(question).split("\n")}
        return any(line.strip() and line.strip() not in there for line in text.split("\n"))

    def solution_lines(self, question: str) -> int:
        """How many lines of code the master marks as the solution of a question, comments not counted."""
        source = self.cell(question).source
        lines = strip_markers(source).split("\n")
        inside = [lines[number - 1].strip() for number in solution_line_numbers(source)]
        return sum(bool(line) and not line.startswith("#") for line in inside)

    @cached_property
    def explore(self) -> frozenset[str]:
        """The sources of the cells to play with: a cell that reads exactly so is not run while marking."""
        return frozenset(cell.source for cell in self.cells if cell.explore)

    def cell(self, id: str) -> MasterCell:
        for cell in self.cells:
            if cell.id == id:
                return cell
        raise BundleError(f"{self.master_path} has no cell {id!r}")

    def program(self, question: str, answer: str | None = None) -> list[tuple[str, str]]:
        """The code that a question stands on, as (cell id, source): given code and answers up to its own.

        Answers of other questions that train (they have a budget) are left out: a question builds on what earlier
        answers define, never on what they trained, and each of them would cost every entry of its catalogue seconds.

        answer: another source for the question's own cell, instead of the reference.
        """
        program = []
        for cell in self.cells:
            if cell.id == question:
                return [*program, (question, self.answers[question] if answer is None else answer)]
            if cell.is_given_code or (cell.id in self.answers and not self.trains(cell.id)):
                program.append((cell.id, self.answers.get(cell.id, cell.source)))
        raise BundleError(f"{self.master_path} has no answer cell {question!r}")

    def ran(self, question: str, answer: str | None = None) -> Ran:
        """Run `program`, or load what it made the last time if it trains."""
        from .checking.trained import run  # not at the top: it stands on run_program

        return run(self.program(question, answer), self.cache(question))

    def namespace(self, question: str, answer: str | None = None) -> dict:
        """The globals that `program` leaves."""
        return self.ran(question, answer).namespace

    def trains(self, question: str) -> bool:
        """Does running this answer take a training, or does it only define something?"""
        return question in self.questions and self.questions[question].budget is not None

    def cache(self, question: str) -> Path | None:
        """The folder where runs of a question's program are kept; None if it does not train and runs at once."""
        return self.root / ".cache/trained" if self.trains(question) else None

    # --- questions/ -------------------------------------------------------------------------------------

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Question id -> its check, in the order of the master."""
        found = [value for value in vars(self._module("checks")).values() if isinstance(value, Question)]
        order = [cell.id for cell in self.cells]
        for question in found:
            if question.id not in order:
                raise BundleError(f"{self.checks_path / 'checks.py'}: the master has no cell {question.id!r}")
        return {q.id: q for q in sorted(found, key=lambda q: order.index(q.id))}

    @cached_property
    def misconceptions(self) -> dict[str, list[Misconception]]:
        return self._module("misconceptions").MISCONCEPTIONS

    @cached_property
    def equivalent(self) -> dict[str, dict[str, str]]:
        """Question id -> name of a mutant (checking.mutants) -> why it is as right as the reference."""
        return getattr(self._module("misconceptions"), "EQUIVALENT", {})

    @cached_property
    def never_alone(self) -> dict[str, dict[str, str]]:
        """Question id -> an idea that rejects no misconception by itself -> why it is there all the same."""
        return getattr(self._module("misconceptions"), "NEVER_ALONE", {})

    @cached_property
    def alternatives(self) -> dict[str, list[Alternative]]:
        return self._module("alternatives").ALTERNATIVES

    def _module(self, name: str) -> ModuleType:
        path = self.checks_path / f"{name}.py"
        if not path.is_file():
            raise BundleError(f"{path} is missing")
        full = f"unrolled_questions_{self.name}_{name}"
        spec = importlib.util.spec_from_file_location(full, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[full] = module
        spec.loader.exec_module(module)
        return module

    @cached_property
    def hash(self) -> str:
        """A short content hash of the master and of everything in the question folder."""
        digest = hashlib.sha256(self.master_path.read_bytes())
        for path in sorted(self.checks_path.glob("*.py")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()[:16]


def _master_cell(cell: dict) -> MasterCell:
    meta = cell.get("metadata", {}).get("nbgrader", {})
    source = cell["source"]
    return MasterCell(
        id=meta.get("grade_id", ""),
        type=cell["cell_type"],
        source=source if isinstance(source, str) else "".join(source),
        grade=bool(meta.get("grade")),
        solution=bool(meta.get("solution")),
        locked=bool(meta.get("locked")),
        points=float(meta.get("points", 0)),
        explore=EXPLORE in cell.get("metadata", {}).get("tags", []),
    )


def strip_markers(source: str) -> str:
    """A cell's source without the lines that mark where a solution begins and ends."""
    return "\n".join(line for line in source.split("\n") if not _MARKER.match(line))


def solution_line_numbers(source: str) -> set[int]:
    """The lines, counted from 1 without the markers, that a master's cell marks as its solution."""
    numbers, count, inside = set(), 0, False
    for line in source.split("\n"):
        marker = _MARKER.match(line)
        if marker:
            inside = marker[1] == "BEGIN"
            continue
        count += 1
        if inside:
            numbers.add(count)
    return numbers


def run_program(program: list[tuple[str, str]], namespace: dict | None = None) -> dict:
    """Execute cells one after the other in fresh globals (or go on in those given), which are returned.

    Each gets a file name of its own, so that an exception can be told with the line it came from. What they
    print is dropped.
    """
    namespace = {"__name__": "__main__"} if namespace is None else namespace
    quote_lines(program)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for id, source in program:
            exec(compile(source, _file(id), "exec", dont_inherit=True), namespace)  # of this file's __future__
    return namespace


def quote_lines(program: list[tuple[str, str]]) -> None:
    """Tell Python the lines of the cells, which lie in no file, for tracebacks to quote."""
    for id, source in program:
        linecache.cache[_file(id)] = (len(source), None, source.splitlines(keepends=True), _file(id))


def _file(id: str) -> str:
    return f"<cell {id}>"
