"""Masters: their cells, the markers in them, and what a student gets in the place of a solution.

Read with the standard library alone: a laptop's `check` does it inside the student's kernel.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from unrolled.course.errors import BundleError

TRY, TEST = "try_", "test_"  # a question's visible test is the cell try_<question>, its hidden check test_<question>
CODE_STUB = "raise NotImplementedError()"  # what a release has where a master has a solution
TEXT_STUB = "YOUR ANSWER HERE"  # the same in a free-text answer: nbgrader's own (ClearSolutions.text_stub)
EXPLORE = "explore"  # the tag of a master's cell that is there for the reader, not for the marks

SOLUTION, HIDDEN_TESTS, MARK_SCHEME = "SOLUTION", "HIDDEN TESTS", "MARK SCHEME"
MARKER = re.compile(rf"^(?P<indent>\s*)### (?P<edge>BEGIN|END) (?P<region>{SOLUTION}|{HIDDEN_TESTS}|{MARK_SCHEME})\s*$")


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


def read_master(path: Path) -> list[MasterCell]:
    """The cells of a master. Raises BundleError when it is missing or is not a notebook."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        return [_master_cell(cell) for cell in notebook["cells"]]
    except FileNotFoundError:
        raise BundleError(f"{path} is missing") from None
    except (ValueError, KeyError, TypeError) as error:
        raise BundleError(f"{path} is not a notebook: {error}") from None


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


def grade_id(cell) -> str:
    """The id by which nbgrader knows a cell of any notebook; "" for a cell that it does not know."""
    return cell.metadata.get("nbgrader", {}).get("grade_id") or ""


def cell_name(cell, number: int | str = "?") -> str:
    """How messages name a cell: by its grade_id, else by its cell id, else by its number."""
    meta = cell.get("metadata", {}).get("nbgrader", {})
    return meta.get("grade_id") or cell.get("id") or f"number {number}"


# --- regions ----------------------------------------------------------------------------------------------------


def _is_edge(line: str, region: str) -> str:
    """ "BEGIN" or "END" for a marker of this region, "" for any other line."""
    marker = MARKER.match(line)
    return marker["edge"] if marker and marker["region"] == region else ""


def strip_markers(source: str) -> str:
    """A cell's source without the lines that mark where a solution begins and ends."""
    return "\n".join(line for line in source.split("\n") if not _is_edge(line, SOLUTION))


def solution_line_numbers(source: str) -> set[int]:
    """The lines, counted from 1 without the markers, that a master's cell marks as its solution."""
    numbers, count, inside = set(), 0, False
    for line in source.split("\n"):
        if edge := _is_edge(line, SOLUTION):
            inside = edge == "BEGIN"
            continue
        count += 1
        if inside:
            numbers.add(count)
    return numbers


def code_stub(source: str) -> str:
    """An answer cell of code as a student gets it: each solution, or the whole cell if it marks none, is the stub."""
    lines, found = _with_stubs(source, CODE_STUB)
    return "\n".join(lines) if found else CODE_STUB


def text_stub(source: str) -> str:
    """A free-text answer's cell as a student gets it."""
    return "\n".join(_with_stubs(source, TEXT_STUB)[0])


def _with_stubs(source: str, stub: str) -> tuple[list[str], bool]:
    """The lines of a cell with a stub for each solution, indented as its marker; and whether there was any."""
    lines, inside, found = [], False, False
    for line in source.split("\n"):
        if edge := _is_edge(line, SOLUTION):
            inside, found = edge == "BEGIN", True
            if inside:
                lines.append(line[: len(line) - len(line.lstrip())] + stub)
        elif not inside:
            lines.append(line)
    return lines, found


def model_text(source: str) -> str:
    """A free-text answer as the master gives it, without the mark scheme."""
    return _parted(strip_markers(source), MARK_SCHEME)[0]


def model_answer(source: str) -> str:
    """What the master answers in words, without the question that may stand above it in the cell."""
    inside = _parted(source, SOLUTION)[1]
    return _parted(inside, MARK_SCHEME)[0] if inside else model_text(source)


def mark_scheme(source: str) -> str:
    """What a person marks a free-text answer by; "" if there is none."""
    return _parted(source, MARK_SCHEME)[1]


def _parted(source: str, region: str) -> tuple[str, str]:
    """What stands outside of a region, and what inside, without its markers."""
    parts: tuple[list[str], list[str]] = [], []
    inside = False
    for line in source.split("\n"):
        if edge := _is_edge(line, region):
            inside = edge == "BEGIN"
        else:
            parts[inside].append(line)
    return "\n".join(parts[0]).strip(), "\n".join(parts[1]).strip()
