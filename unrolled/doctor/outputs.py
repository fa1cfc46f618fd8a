"""What cells show, bounded: by characters and lines, figures, boxes; a progress bar is one line, its last state.

While a cell runs, `Bounds` keeps what is too much from piling up in memory; `bound_notebook` holds all cells together.
"""

from __future__ import annotations

from collections.abc import Iterable

import nbformat
from nbformat import NotebookNode

from unrolled.course.master import TEST, grade_id
from unrolled.doctor import limits

LEFT_OUT = "… the rest of what this cell shows was left out: it is more than {most} {what}\n"
NOT_SHOWN = "A figure of {size:,} characters was left out: it is too large for this page.\n"
TOO_MUCH = "What this cell shows was left out: the notebook shows too much altogether.\n"


def overwritten(text: str) -> str:
    """The text as a terminal shows it: of a line that was written over again and again, the last state."""
    if "\r" not in text:
        return text
    lines = []
    for line in text.replace("\r\n", "\n").split("\n"):
        states = [state for state in line.split("\r") if state]
        ends_at_start = line.endswith("\r")  # the next one will overwrite it
        lines.append((states[-1] if states else "") + ("\r" if ends_at_start else ""))
    return "\n".join(lines)


def is_figure(output: NotebookNode) -> bool:
    """Does an output hold anything but text?"""
    return any(kind != "text/plain" for kind in output.get("data", {}))


class Bounds:
    """Of one cell. `takes` is asked of every output before it is kept."""

    def __init__(self) -> None:
        self.characters = self.lines = self.figures = self.boxes = 0
        self._said: set[str] = set()

    def add_text(self, outputs: list[NotebookNode], name: str, text: str) -> None:
        """Append to a stream of a cell: to its last box, if that is of the same stream."""
        last = outputs[-1] if outputs else None
        if last is None or last.output_type != "stream" or last.name != name:
            if not self._takes_box(outputs):
                return
            last = nbformat.v4.new_output("stream", name=name, text="")
            outputs.append(last)
        elif self._is_full:
            return self._say(outputs, limits.CELL_CHARACTERS, "characters")
        else:
            self._count(last.text, -1)
        # Only the last line can be written over, and what is longer than all that is kept need not be looked at.
        kept, _, line = last.text.rpartition("\n")
        tail = overwritten(line + text[: 50 * limits.CELL_CHARACTERS])
        full = f"{kept}\n{tail}" if kept or last.text.startswith("\n") else tail
        room = max(limits.CELL_CHARACTERS - self.characters, 0)
        rows = max(limits.CELL_LINES - self.lines, 0)
        last.text = "\n".join(full[:room].split("\n")[: rows + 1])
        self._count(last.text, 1)
        if len(last.text) < len(full):
            self._say(outputs, *_which(full, room))

    def takes(self, output: NotebookNode, outputs: list[NotebookNode]) -> bool:
        """Is there room for another output that is no stream? Where not, it is said in the cell, once."""
        if is_figure(output):
            self.figures += 1
            if self.figures > limits.CELL_FIGURES:
                self._say(outputs, limits.CELL_FIGURES, "figures")
                return False
        return self._takes_box(outputs)

    @property
    def _is_full(self) -> bool:
        return self.characters >= limits.CELL_CHARACTERS or self.lines >= limits.CELL_LINES

    def _takes_box(self, outputs: list[NotebookNode]) -> bool:
        if self._is_full:
            self._say(outputs, limits.CELL_CHARACTERS, "characters")
            return False
        self.boxes += 1
        if self.boxes > limits.CELL_BOXES:
            self._say(outputs, limits.CELL_BOXES, "pieces")
            return False
        return True

    def _count(self, text: str, sign: int) -> None:
        self.characters += sign * len(text)
        self.lines += sign * text.count("\n")

    def _say(self, outputs: list[NotebookNode], most: int, what: str) -> None:
        if what not in self._said:
            self._said.add(what)
            outputs.append(_note(LEFT_OUT.format(most=f"{most:,}", what=what)))


def _which(text: str, room: int) -> tuple[int, str]:
    return (limits.CELL_CHARACTERS, "characters") if len(text) > room else (limits.CELL_LINES, "lines")


def _note(text: str) -> NotebookNode:
    return nbformat.v4.new_output("stream", name="stdout", text=text)


def bound_cell(outputs: Iterable[NotebookNode]) -> list[NotebookNode]:
    """The same bounds for outputs that are there already, such as of a cell that updated them afterwards."""
    bounds = Bounds()
    kept: list[NotebookNode] = []
    for output in outputs:
        if output.output_type == "stream":
            bounds.add_text(kept, output.get("name", "stdout"), _text(output.text))
        elif output.output_type == "error":
            output.evalue = _short(output.get("evalue"))
            lines = [_short(line) for line in output.get("traceback", [])]
            output.traceback = lines if len(lines) <= 100 else [*lines[:50], "…", *lines[-49:]]
            kept.append(output)
        elif bounds.takes(output, kept):
            size = _size(output)
            if size > limits.FIGURE_CHARACTERS:
                kept.append(_note(NOT_SHOWN.format(size=size)))
            else:
                if "text/plain" in output.get("data", {}):
                    output.data["text/plain"] = _short(output.data["text/plain"])
                kept.append(output)
    return kept


def bound_notebook(notebook: NotebookNode) -> None:
    """Every cell by itself, and all together: once they show too much, the later ones show nothing.

    What a hidden test shows is the referee's, is short, and stays.
    """
    characters = figures = 0
    for cell in notebook.cells:
        if cell.cell_type != "code" or grade_id(cell).startswith(TEST):
            continue
        cell.outputs = bound_cell(cell.outputs)
        characters += sum(_size(output) for output in cell.outputs if not is_figure(output))
        figures += sum(_size(output) for output in cell.outputs if is_figure(output))
        if characters > limits.ALL_CHARACTERS or figures > limits.ALL_FIGURE_CHARACTERS:
            cell.outputs = [_note(TOO_MUCH)] if cell.outputs else []
            figures = min(figures, limits.ALL_FIGURE_CHARACTERS)
    notebook.metadata.pop("widgets", None)  # the state of sliders and bars: nobody moves them in a marked notebook


def _size(output: NotebookNode) -> int:
    if output.output_type == "stream":
        return len(output.text)
    if output.output_type == "error":
        return sum(map(len, output.traceback))
    return sum(_length(value) for value in output.get("data", {}).values())


def _length(value) -> int:
    """Of what would be written; without writing it where it is text already."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(len(str(key)) + _length(one) for key, one in value.items())
    if isinstance(value, list | tuple):
        return sum(map(_length, value))
    return len(str(value))


def _text(value) -> str:
    return "".join(map(str, value)) if isinstance(value, list) else str(value)


def _short(value) -> str:
    text = _text(value)
    most = limits.CELL_CHARACTERS
    return text if len(text) <= most else f"{text[:most]}… ({len(text) - most:,} characters more)"
