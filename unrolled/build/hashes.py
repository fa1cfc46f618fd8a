"""The hash that a released notebook carries, so that a submission can say which release it was made from."""

from __future__ import annotations

import hashlib
import json

from nbformat import NotebookNode


def content_hash(notebook: NotebookNode) -> str:
    """16 hex digits of SHA-256 over what a student sees and what nbgrader needs.

    That is every cell's type, source and nbgrader metadata, in order. Left out is what changes without anyone's
    editing: outputs and execution counts (running), cell ids and notebook metadata (other editors), nbgrader's
    checksum (it follows from the rest).
    """
    content = [[cell.cell_type, cell.source, _nbgrader(cell)] for cell in notebook.cells]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def stamp(notebook: NotebookNode, assignment: str) -> None:
    """Write into the notebook's metadata which assignment it is, and the hash of its content."""
    notebook.metadata["unrolled"] = {"assignment": assignment, "release": content_hash(notebook)}


def _nbgrader(cell: NotebookNode) -> dict:
    return {key: value for key, value in cell.metadata.get("nbgrader", {}).items() if key != "checksum"}
