"""A bundle: what marking an assignment needs, read from its master and its folder in `questions/`.

What a master and its checks *say* (cells, points, names) is read with the standard library alone, because `check` on a
laptop uses it inside the student's kernel, and so that a command that runs no check need not wait for torch.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import itertools
import re
import sys
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from unrolled.checking.catalogue import Alternative, CatalogueError, Forgery, Misconception, read_alternative
from unrolled.checking.declaration import Declaration, DeclarationError, read_declaration
from unrolled.course.errors import BundleError
from unrolled.course.master import (
    MasterCell,
    mark_scheme,
    model_answer,
    model_text,
    read_master,
    solution_line_numbers,
    strip_markers,
    text_stub,
)

if TYPE_CHECKING:
    from unrolled.checking.question import Question
    from unrolled.course.trained import Ran

_NUMBERS = itertools.count(1)  # of the packages that bundles are loaded as


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
        return read_master(self.master_path)

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
        return text_stub(self.cell(question).source)

    def model_text(self, question: str) -> str:
        """A free-text answer as the master gives it, without the mark scheme."""
        return model_text(self.cell(question).source)

    def model_answer(self, question: str) -> str:
        """What the master answers in words to a free-text question."""
        return model_answer(self.cell(question).source)

    def mark_scheme(self, question: str) -> str:
        """What a person marks a free-text answer by."""
        return mark_scheme(self.cell(question).source)

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
        program: list[tuple[str, str]] = []
        for cell in self.cells:
            if cell.id == question:
                return [*program, (question, self.answers[question] if answer is None else answer)]
            if cell.is_given_code or (cell.id in self.answers and not self.trains(cell.id)):
                program.append((cell.id, self.answers.get(cell.id, cell.source)))
        raise BundleError(f"{self.master_path} has no answer cell {question!r}")

    def ran(self, question: str, answer: str | None = None) -> Ran:
        """Run `program`, or load what it made the last time if it trains."""
        from unrolled.course.trained import run  # not at the top: it needs torch

        return run(self.program(question, answer), self.cache(question))

    def namespace(self, question: str, answer: str | None = None) -> dict:
        """The globals that `program` leaves."""
        return self.ran(question, answer).namespace

    def trains(self, question: str) -> bool:
        """Does running this answer take a training, or does it only define something?"""
        return question in self.declared and self.declared[question].budget is not None

    def cache(self, question: str) -> Path | None:
        """The folder where runs of a question's program are kept; None if it does not train and runs at once."""
        return self.root / ".cache/trained" if self.trains(question) else None

    # --- questions/ -------------------------------------------------------------------------------------

    @cached_property
    def declared(self) -> dict[str, Declaration]:
        """Question id -> what its check says of itself, in the order of the master; found by looking, not by a list.

        Nothing is run for it. Raises BundleError for a folder without a check, and for a check that the master lacks.
        """
        order, found = {cell.id: number for number, cell in enumerate(self.cells)}, {}
        if not self.checks_path.is_dir():
            raise BundleError(f"{self.checks_path} is missing")
        for folder in sorted(path for path in self.checks_path.iterdir() if _is_question(path)):
            path = folder / "check.py"
            try:
                found[folder.name] = read_declaration(path)
            except DeclarationError as error:
                raise BundleError(str(error)) from None
            if found[folder.name].id != folder.name:
                raise BundleError(f"{path} declares {found[folder.name].id!r}; name its folder so")
            if folder.name not in order:
                raise BundleError(f"{path}: the master has no cell {folder.name!r}")
        return {id: found[id] for id in sorted(found, key=order.__getitem__)}

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Question id -> its check, in the order of the master."""
        from unrolled.checking.question import Question  # not at the top: it needs torch, as every check does

        questions = {}
        for id, declared in self.declared.items():
            module = self.load(f"{id}.check")
            found = [value for value in vars(module).values() if isinstance(value, Question) and value.id == id]
            if not found:
                raise BundleError(f"{module.__file__} has no question {id!r} when it is run")
            question = found[0]
            if (question.name, question.marks, question.budget) != (declared.name, declared.marks, declared.budget):
                raise BundleError(f"{module.__file__} changes what its @question says; write it there")
            questions[id] = question
        return questions

    @cached_property
    def misconceptions(self) -> dict[str, list[Misconception]]:
        try:
            return {id: self.load(f"{id}.misconceptions").MISCONCEPTIONS for id in self.declared}
        except AttributeError as error:
            raise BundleError(f"{self.checks_path}: a misconceptions.py has no list MISCONCEPTIONS ({error})") from None

    @cached_property
    def equivalent(self) -> dict[str, dict[str, str]]:
        """Question id -> name of a mutant (unrolled.auditing.mutants) -> why it is as right as the reference."""
        return {id: getattr(self.load(f"{id}.misconceptions"), "EQUIVALENT", {}) for id in self.declared}

    @cached_property
    def costs_elsewhere(self) -> dict[str, dict[tuple[str, str], str]]:
        """Question id -> (an entry of its blast, another question) -> why it costs points there."""
        return {id: getattr(self.load(f"{id}.misconceptions"), "COSTS_ELSEWHERE", {}) for id in self.declared}

    @cached_property
    def like_a_cell(self) -> dict[str, dict[str, str]]:
        """Question id -> a cell that students get -> why it may be like the solution. Read without running it, since
        lint needs no torch."""
        return {id: _literal(self.checks_path / id / "misconceptions.py", "LIKE_A_CELL") for id in self.declared}

    @cached_property
    def forgeries(self) -> list[Forgery]:
        """Answers that are wrong together (unrolled.auditing.blast); [] for an assignment without such a file."""
        return self.load("forgeries").FORGERIES if (self.checks_path / "forgeries.py").is_file() else []

    @cached_property
    def never_alone(self) -> dict[str, dict[str, str]]:
        """Question id -> an idea that rejects no misconception by itself -> why it is there all the same."""
        return {id: getattr(self.load(f"{id}.misconceptions"), "NEVER_ALONE", {}) for id in self.declared}

    @cached_property
    def alternatives(self) -> dict[str, list[Alternative]]:
        folders = {id: self.checks_path / id / "alternatives" for id in self.declared}
        try:
            return {id: [read_alternative(path) for path in sorted(of.glob("*.py"))] for id, of in folders.items()}
        except CatalogueError as error:
            raise BundleError(str(error)) from None

    def load(self, name: str) -> ModuleType:
        """A file of the assignment's folder in `questions/`, by its dotted name: "manual_rnn.check", "shared".

        Raises BundleError where it is missing or fails.
        """
        path = self.checks_path.joinpath(*name.split(".")).with_suffix(".py")
        if not path.is_file():
            raise BundleError(f"{path} is missing")
        try:
            return importlib.import_module(f"{self._package}.{self.name}.{name}")
        except Exception as error:
            raise BundleError(f"{path} cannot be loaded ({type(error).__name__}: {error})") from error

    @cached_property
    def _package(self) -> str:
        """`questions/` as a package of this bundle's own: another course's, or the same files before an edit, have
        other names in sys.modules."""
        package = ModuleType(f"unrolled_questions_{next(_NUMBERS)}")
        package.__path__ = [str(self.root / "questions")]
        sys.modules[package.__name__] = package
        importlib.invalidate_caches()  # a file that was written a moment ago is there
        return package.__name__

    def files(self, question: str | None = None) -> list[Path]:
        """The files in `questions/` that a question stands on: its own folder, and what it shares with others.

        question: None for all of the assignment's.
        """
        if question is None:
            return sorted(self.checks_path.rglob("*.py"))
        return sorted([*self.checks_path.glob("*.py"), *(self.checks_path / question).rglob("*.py")])

    @cached_property
    def hash(self) -> str:
        """A short content hash of the master and of everything in the question folder."""
        digest = hashlib.sha256(self.master_path.read_bytes())
        for path in self.files():
            digest.update(str(path.relative_to(self.checks_path)).encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()[:16]


def _literal(path: Path, name: str) -> dict[str, str]:
    """What a file assigns to a name, in literals; {} if it does not, or if there is no such file."""
    try:
        body = ast.parse(path.read_text(encoding="utf-8")).body
    except (OSError, SyntaxError):
        return {}
    values = [s.value for s in body if isinstance(s, ast.Assign) and ast.unparse(s.targets[0]) == name]
    try:
        return dict(ast.literal_eval(values[0])) if values else {}
    except (ValueError, TypeError):
        raise BundleError(f"{path}: write {name} as a dictionary of literals") from None


def _is_question(path: Path) -> bool:
    """Is it a folder with something of a question in it? git leaves one with a __pycache__ where a question was."""
    return path.is_dir() and not path.name.startswith(("_", ".")) and any(path.rglob("*.py"))
