"""Releases that were handed out and then replaced: students go on working on them, and are marked by what they got.

When a release is built that differs from the one that was published, that one's cells are written to
`releases/<assignment>/<hash>.json`, without pictures. Published is what the course's last commit in git holds; where
the course is not kept in git, whatever stood in `release/`. So a file comes for each release that students may have,
and none for every build in between.
"""

from __future__ import annotations

import json
import re
import subprocess
from datetime import date
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from unrolled.build.hashes import content_hash

FOLDER = "releases"
_PICTURE = re.compile(r"\(data:image/[\w.+-]+;base64,[^)]*\)")
_HASH = re.compile(r"[0-9a-f]{16}")
_READ: dict[tuple[Path, str, str], list[NotebookNode]] = {}  # what a hash stands for never changes


def without_pictures(source: str) -> str:
    """A cell's text with nothing in the place of each picture that a release carries in it."""
    return _PICTURE.sub("()", source)


def published(root: Path, assignment: str, name: str) -> NotebookNode | None:
    """The release that students may have by now; None if there is none that can be read. root: the course's folder."""
    path = root / "release" / assignment / f"{name}.ipynb"
    if _git(root, "ls-files", "--error-unmatch", "nbgrader_config.py") is not None:
        text = _git(root, "show", f"HEAD:./release/{assignment}/{name}.ipynb")
    else:
        text = path.read_text(encoding="utf-8") if path.is_file() else None
    try:
        return nbformat.reads(text, as_version=4) if text else None
    except Exception:  # nbformat raises whatever it comes upon
        return None


def keep(root: Path, assignment: str, name: str, replaced: NotebookNode) -> Path:
    """Write down what a submission made from this release will be rebuilt from; returns the file."""
    release = content_hash(replaced)
    path = root / FOLDER / assignment / f"{release}.json"
    if not path.exists():
        about = {"assignment": assignment, "notebook": name, "release": release, "replaced": date.today().isoformat()}
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({**about, "cells": [_plain(cell) for cell in replaced.cells]}, ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8")
    return path


def kept(root: Path, assignment: str, name: str, release: object) -> list[NotebookNode] | None:
    """The cells of a release by its hash, be it the present one; None for one that is not known. Do not change them."""
    if not isinstance(release, str) or not _HASH.fullmatch(release):
        return None
    if (root, assignment, release) not in _READ:
        cells = _read(root, assignment, name, release)
        if cells is None:
            return None
        _READ[root, assignment, release] = cells
    return _READ[root, assignment, release]


def _read(root: Path, assignment: str, name: str, release: str) -> list[NotebookNode] | None:
    try:
        content = json.loads((root / FOLDER / assignment / f"{release}.json").read_text(encoding="utf-8"))
        return [nbformat.from_dict(cell) for cell in content["cells"]]
    except (OSError, ValueError, KeyError, TypeError):
        pass
    try:
        present = nbformat.read(root / "release" / assignment / f"{name}.ipynb", as_version=4)
    except Exception:  # as above
        return None
    return [nbformat.from_dict(_plain(cell)) for cell in present.cells] if content_hash(present) == release else None


def _plain(cell: NotebookNode) -> dict:
    plain = {
        "cell_type": cell.cell_type,
        "id": cell.get("id", ""),
        "metadata": {key: cell.metadata[key] for key in ("nbgrader", "tags") if key in cell.metadata},
        "source": without_pictures(cell.source),
    }
    return plain | ({"outputs": [], "execution_count": None} if cell.cell_type == "code" else {})


def _git(root: Path, *arguments: str) -> str | None:
    """What a git command prints; None where it fails or git is not there."""
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, encoding="utf-8")
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
