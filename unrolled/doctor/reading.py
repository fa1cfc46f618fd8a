"""Any bytes as a notebook, or the reason why they are none, in a sentence.

Lenient where nbformat is strict: encodings, versions from 2 on, cells without ids, fields of a wrong type. What comes
out is a notebook of version 4 with text where text belongs; outputs are gone.
"""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass, field
from typing import Any

import nbformat

from unrolled.doctor import limits
from unrolled.doctor.plain import one_line

AGAIN = "download it again as .ipynb"
_BOMS = (  # the longer one first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONFLICT = re.compile(r"^[ \t]*(<{7}|>{7})[ \t]", re.M)
_RTF = b"{\\rtf"  # begins as JSON does
_MAGIC = (
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a .gz archive"),
    (b"Rar!", "a .rar archive"),
    (b"7z\xbc\xaf", "a .7z archive"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (_RTF, "a text document (RTF)"),
    (b"\xd0\xcf\x11\xe0", "an Office document"),
    (b"\x7fELF", "a program"),
    (b"version https://git-lfs", "a pointer of Git LFS, not the notebook itself"),
)
_SUFFIXES = {
    ".py": "a Python script (.py)",
    ".pdf": "a PDF",
    ".html": "a web page (.html)",
    ".md": "a text (.md)",
    ".txt": "a text (.txt)",
    ".docx": "a Word document (.docx)",
    ".gdoc": "a link to Google Drive, not the file itself",
    ".webloc": "a link to a web page, not the file itself",
    ".url": "a link to a web page, not the file itself",
}


class Unreadable(Exception):
    """It is no notebook; the message says what it is instead, as the end of "FILE is …"."""


@dataclass
class Read:
    """A notebook as it was understood. remarks: what had to be done for it, a clause each."""

    notebook: nbformat.NotebookNode
    remarks: list[str] = field(default_factory=list)


def read(data: bytes, name: str) -> Read:
    """name: the file's, which only helps to say what it is. Raises Unreadable."""
    if len(data) > limits.NOTEBOOK_BYTES:
        size, most = len(data) // limits.MEBIBYTE, limits.NOTEBOOK_BYTES // limits.MEBIBYTE
        raise Unreadable(f"too large ({size} MB; at most {most}): clear its outputs and hand it in again")
    remarks: list[str] = []
    text = _decoded(data, remarks)
    if text is None or not text.lstrip().startswith(("{", "[")) or data.startswith(_RTF):
        raise Unreadable(what_it_is(data, name, text))
    if _nested_too_deep(text):
        raise Unreadable(f"not a notebook: it is nested beyond {limits.NESTING} brackets; {AGAIN}")
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_why_no_json(text, error)) from None
    return Read(_notebook(tree, remarks), remarks)


def looks_like_one(start: bytes) -> bool:
    """Could a file that begins so be a notebook? Saves opening what is none."""
    text = _decoded(start, [])
    return text is not None and text.lstrip().startswith("{") and not start.startswith(_RTF)


def what_it_is(data: bytes, name: str, text: str | None = None) -> str:
    """What a file that is no notebook seems to be: "a PDF, not a notebook: …"."""
    if not data.strip():
        return f"not a notebook: the file is empty; {AGAIN}"
    kind = next((kind for magic, kind in _MAGIC if data.startswith(magic)), "")
    if not kind and data.startswith(b"PK"):
        kind = "a Word document (.docx)" if b"word/" in data[:4000] else "a zip archive"
    if not kind and text is not None and re.match(r"\s*<(!doctype|html)", text, re.I):
        kind = "a web page (HTML)"
    if not kind and text is not None and _CONFLICT.search(text):
        kind = "a file with a merge conflict"
    if not kind:
        suffix = "." + name.lower().rpartition(".")[2]
        kind = _SUFFIXES.get(suffix, "text" if text is not None else "something else")
    return f"not a notebook but {kind}: hand in the notebook itself, as .ipynb"


# --- text -------------------------------------------------------------------------------------------------


def _decoded(data: bytes, remarks: list[str]) -> str | None:
    """The text; None where it is none. Notebooks are UTF-8; editors and mail programs make others of them."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            if encoding != "utf-8":
                remarks.append(f"the file was saved as {encoding[:6].upper()}, not as UTF-8")
            return _lenient(data[len(bom) :], encoding)
    start = data[:64]
    if len(start) >= 4 and b"\0" in start:  # ASCII in wide characters has every other byte empty
        encoding = "utf-16-be" if start[0] == 0 else "utf-16-le"
        text = _lenient(data, encoding)
        if text is None or (not text[:1].isprintable() and not text[:1].isspace()):
            return None
        remarks.append("the file was saved as UTF-16, not as UTF-8")
        return text
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3:  # broke off within a letter, as the start of a file does
            return data[: error.start].decode("utf-8")
    if sum(byte < 32 and byte not in (9, 10, 13) for byte in start) or not data.lstrip().startswith(b"{"):
        return None
    remarks.append("the file was not saved as UTF-8: letters beyond ASCII may read otherwise")
    return data.decode("cp1252", errors="replace")


def _lenient(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding, errors="replace")
    except (UnicodeError, LookupError):
        return None


def _nested_too_deep(text: str) -> bool:
    """Python's reader recurses; text within quotes may hold brackets, so only what is suspicious is counted."""
    if text.count("[") + text.count("{") <= limits.NESTING:
        return False
    depth = deepest = 0
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text, re.S):
        if token[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif token[0] in "]}":
            depth -= 1
    return deepest > limits.NESTING


def _why_no_json(text: str, error: Exception) -> str:
    if found := _CONFLICT.search(text):
        line = text.count("\n", 0, found.start()) + 1
        return (
            f"not a notebook: it holds a merge conflict (git's marks of two versions, the first in line {line}); "
            "choose one version and hand that in"
        )
    if isinstance(error, json.JSONDecodeError) and error.pos >= len(text.rstrip()) - 1:
        return f"not a notebook: it breaks off in the middle; {AGAIN}"
    if isinstance(error, json.JSONDecodeError) and "Unterminated" in error.msg:
        return f"not a notebook: it breaks off in the middle; {AGAIN}"
    where = f" ({error.msg}, line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
    return f"not a notebook: it cannot be read as one{where}; {AGAIN}"


# --- cells ------------------------------------------------------------------------------------------------


def _notebook(tree: Any, remarks: list[str]) -> nbformat.NotebookNode:
    if not isinstance(tree, dict):
        raise Unreadable(f"not a notebook but other JSON; {AGAIN}")
    cells = tree.get("cells")
    if not isinstance(cells, list) and isinstance(tree.get("worksheets"), list):
        sheets = [sheet.get("cells") for sheet in tree["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets if isinstance(sheet, list) for cell in sheet]
        remarks.append(f"the file was of an old notebook version ({one_line(str(tree.get('nbformat')), 8)})")
    if not isinstance(cells, list):
        raise Unreadable(f"not a notebook but other JSON; {AGAIN}")
    cells = [_cell(cell) for cell in cells if isinstance(cell, dict)]
    _check_size(cells)
    metadata = tree.get("metadata")
    return nbformat.from_dict(
        {
            "cells": cells,
            "metadata": {"unrolled": _release(metadata)},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def _cell(cell: dict) -> dict:
    kind = cell.get("cell_type")
    source = _text(cell.get("source", cell.get("input")))
    if kind == "heading":
        level = cell.get("level")
        source = "#" * (level if isinstance(level, int) and 1 <= level <= 6 else 1) + " " + source
    metadata = _dictionary(cell.get("metadata"))
    about = _dictionary(metadata.get("nbgrader"))
    kept = {"grade_id": about["grade_id"]} if isinstance(about.get("grade_id"), str) else {}
    id = cell.get("id") or metadata.get("id")  # Colab keeps it there
    made: dict = {
        "cell_type": kind if kind in ("code", "raw") else "markdown",
        "id": id if isinstance(id, str) else "",
        "metadata": {"nbgrader": kept} if kept else {},
        "source": source,
    }
    if made["cell_type"] == "code":
        made |= {"outputs": [], "execution_count": None}
    elif attachments := _attachments(cell.get("attachments")):
        made["attachments"] = attachments
    return made


def _dictionary(value: Any) -> dict:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    """Source as one text, with plain line ends and nothing that cannot be written as UTF-8."""
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    if not isinstance(value, str):
        return ""
    value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return value.encode("utf-8", errors="replace").decode("utf-8")


def _attachments(value: Any) -> dict:
    """Pasted pictures: name -> type -> base64."""
    if not isinstance(value, dict):
        return {}
    pictures = {
        _text(name): {_text(kind): _text(data) for kind, data in bundle.items() if isinstance(data, str | list)}
        for name, bundle in value.items()
        if isinstance(bundle, dict)
    }
    return {name: bundle for name, bundle in pictures.items() if bundle}


def _release(metadata: Any) -> dict:
    """Which release it says that it was made from: for reports alone, so anything odd is dropped."""
    about = _dictionary(_dictionary(metadata).get("unrolled"))
    return {
        key: about[key]
        for key in ("assignment", "release")
        if isinstance(about.get(key), str) and re.fullmatch(r"[\w.-]{1,64}", about[key])
    }


def _check_size(cells: list[dict]) -> None:
    if len(cells) > limits.CELLS:
        raise Unreadable(f"too long: it has {len(cells):,} cells, of which at most {limits.CELLS:,} are read")
    code = sum(len(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    text = sum(len(cell["source"]) for cell in cells if cell["cell_type"] != "code")
    text += sum(len(data) for c in cells for bundle in c.get("attachments", {}).values() for data in bundle.values())
    if code > limits.CODE_CHARACTERS:
        raise Unreadable(
            f"too long: its code has {code:,} characters, of which at most {limits.CODE_CHARACTERS:,} are read"
        )
    if text > limits.TEXT_CHARACTERS:
        most = f"{limits.TEXT_CHARACTERS:,}"
        raise Unreadable(f"too long: its texts and pictures have {text:,} characters, of which at most {most} are read")
