"""Cells for those who teach: in masters, solutions and marked notebooks; in no release and on no student's page."""

from __future__ import annotations

import json
from pathlib import Path

FOR_MARKERS = "for-markers"  # the tag


def is_for_markers(cell) -> bool:
    """Is it such a cell? Of any notebook, as nbformat or json reads it."""
    return FOR_MARKERS in cell["metadata"].get("tags", [])


def places(path: Path) -> set[int]:
    """The numbers of these cells in a notebook, counted from 0. Read with the standard library alone."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return {number for number, cell in enumerate(cells) if is_for_markers({"metadata": {}} | cell)}
