"""The leak scan: nothing that a master keeps from students is in the release folder.

The scan does not trust the way a release is made: it knows the master's secret lines and reads every file of the
folder, however that file came there. What it cannot see is said here too: text drawn as pixels, a solution
that was reworded, and secret lines too short to be told from chance (`_is_telling`). For those there is
`unrolled.build.release.differences`, which compares the release with its master byte for byte.
"""

from __future__ import annotations

import base64
import binascii
import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbconvert.filters import strip_ansi
from PIL import Image

from unrolled.course.bundle import Bundle
from unrolled.course.course import Course
from unrolled.course.for_markers import places
from unrolled.course.master import CODE_STUB, MasterCell, cell_name

# As nbgrader reads markers, anywhere in a line, but in any case: a marker that nbgrader overlooks is a leak.
_MARKER = re.compile(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)", re.IGNORECASE)
_KINDS = {"SOLUTION": "solution", "HIDDEN TESTS": "hidden test", "MARK SCHEME": "mark scheme"}

_COMMENT = re.compile(r"^(?P<code>.*\S)\s+#\s*(?P<comment>.+)$")
_BLANK = re.compile(r"[\s\\]+")  # backslashes too, so that \" and \n in quoted text hide nothing
_TAG = re.compile(r"<[^<>]*>")
_DATA_URI = re.compile(r"data:[^,\s\"')]{0,100};base64,\s*([A-Za-z0-9+/=%\s]+)")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")

MIN_LENGTH = 12  # characters without blanks


@dataclass(frozen=True)
class Secret:
    """A line that students must not get. kind: "solution", "hidden test", "mark scheme" or "for-markers"; cell: its
    grade_id."""

    kind: str
    cell: str
    line: str
    forms: tuple[str, ...]  # squeezed: with and without its comment, and the comment alone


def leaks(course: Course, assignment: str) -> Iterator[str]:
    """What the release folder holds of the master's secret lines, a sentence each; nothing if it is clean.

    A sentence names the file, the cell and the part of it (source, outputs, metadata, attachments), and the line.
    Raises BundleError when the master cannot be read.
    """
    secrets = secret_lines(course.bundle(assignment))
    folder = course.root / "release" / assignment
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            for place, texts in _places(path):
                for secret in _found(secrets, texts):
                    where = f"release/{assignment}/{path.relative_to(folder)}{place}"
                    yield f"{where} holds a {secret.kind} line of cell {secret.cell}: {secret.line!r}"


# --- what is secret -----------------------------------------------------------------------------------------


def secret_lines(bundle: Bundle) -> list[Secret]:
    """The lines inside the master's regions, and of cells for markers, without those that it shows elsewhere or that
    tell nothing."""
    shown, hidden, for_markers = [], [], places(bundle.master_path)
    for number, cell in enumerate(bundle.cells, start=1):
        lines = list(_kinds_of_lines(cell))
        if number - 1 in for_markers:
            lines = [("for-markers", line) for _, line in lines]
        shown.append(squeeze("\n".join(line for kind, line in lines if not kind)))
        hidden += [(kind, cell.id or f"number {number}", line.strip(), cell.type) for kind, line in lines if kind]
    secrets: dict[str, Secret] = {}
    for kind, id, line, type in hidden:
        forms = [squeeze(part).lstrip("#-*+>|") for part in _parts(line, type)]
        forms = [form for form in forms if _is_telling(form) and not any(form in text for text in shown)]
        if forms:
            secrets.setdefault(line, Secret(kind, id, line, tuple(forms)))
    return list(secrets.values())


def _kinds_of_lines(cell: MasterCell) -> Iterator[tuple[str, str]]:
    """Each line of a cell with the kind of region it stands in, "" for what students see; no marker lines.

    Of regions inside one another the inner one counts. A region without an end goes on to the cell's.
    """
    # nbgrader replaces a whole solution cell where it finds no solution region in it
    whole = cell.solution and "BEGIN SOLUTION" not in cell.source
    open_regions = ["solution"] if whole else []
    for line in cell.source.split("\n"):
        marker = _MARKER.search(line)
        if not marker:
            yield (open_regions[-1] if open_regions else ""), line
        elif marker[1].upper() == "BEGIN":
            open_regions.append(_KINDS[marker[2].upper()])
        elif _KINDS[marker[2].upper()] in open_regions:
            open_regions.remove(_KINDS[marker[2].upper()])


def _parts(line: str, type: str) -> list[str]:
    """A line, and for code also its code and its comment: a leak may hold one of the two."""
    comment = _COMMENT.match(line) if type == "code" else None
    return [line, comment["code"], comment["comment"]] if comment else [line]


def _is_telling(form: str) -> bool:
    """Whether finding a line means that it came from the solution.

    The bound is a judgement, and it lets something through: `else:`, `return h` and even `h = x @ W` are as likely
    someone else's lines, and nobody has a solution for having them. From 12 characters on a chance
    find in prose, metadata or the base64 of a picture is out of the question, and common lines such as
    `loss.backward()` are mostly shown by the master itself, which excuses them. A region that has only
    short lines is not guarded by this scan.
    """
    return len(form) >= MIN_LENGTH and re.search(r"\w{2}", form) is not None and form not in squeeze(CODE_STUB)


# --- where it could be --------------------------------------------------------------------------------------


def _found(secrets: list[Secret], texts: list[str]) -> Iterator[Secret]:
    views = [squeezed for text in texts for squeezed in _views(text)]
    for secret in secrets:
        if any(form in view for form in secret.forms for view in views):
            yield secret


def _views(text: str) -> Iterator[str]:
    """A text as matching sees it: without terminal colours, and once more as a browser would show it."""
    text = strip_ansi(text)
    yield squeeze(text)
    if "<" in text or "&" in text:
        yield squeeze(html.unescape(_TAG.sub("", text)))


def squeeze(text: str) -> str:
    """Without blanks and backslashes, so that neither indentation, wrapping nor quoting hides a line."""
    return _BLANK.sub("", text)


def _places(path: Path) -> Iterator[tuple[str, list[str]]]:
    """The parts of a file, each as the end of its name and all the text in it. Notebooks have many, others one."""
    data = path.read_bytes()
    try:
        notebook = json.loads(data) if path.suffix == ".ipynb" else None
    except ValueError:  # a broken notebook is read like any other file
        notebook = None
    if not isinstance(notebook, dict):
        yield "", list(_texts_in_bytes(data))
        return
    cells = notebook.pop("cells", [])
    yield ", notebook metadata", list(_texts(notebook))
    for number, cell in enumerate(cells):
        name = cell_name(cell, number)
        for part, value in cell.items():
            yield f", cell {name}, {part}", list(_texts(value))


def _texts(value: object) -> Iterator[str]:
    """Every string in a value of JSON, and what strings in base64 hold."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _texts(inner)
    elif isinstance(value, list) and all(isinstance(inner, str) for inner in value):
        yield from _texts("\n".join(value))  # how notebooks store text of several lines
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value
        squeezed = squeeze(value)
        encoded = [squeezed] if _BASE64.fullmatch(squeezed) else _DATA_URI.findall(value)
        for text in encoded:
            yield from _texts_in_bytes(_decoded(text))


def _decoded(text: str) -> bytes:
    text = squeeze(text.replace("%2B", "+").replace("%2F", "/").replace("%3D", "="))
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return b""


def _texts_in_bytes(data: bytes) -> Iterator[str]:
    """The text of a file, and of what is packed in it: a zip's members, a picture's text chunks and comments."""
    yield from _texts_in_archive(data)
    yield from _texts_in_picture(data)
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", errors="ignore")
    yield text
    for encoded in _DATA_URI.findall(text):
        yield from _texts_in_bytes(_decoded(encoded))


def _texts_in_archive(data: bytes) -> Iterator[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, RuntimeError):  # no archive, or one with a password
        return
    for name, member in members.items():
        yield name
        yield from _texts_in_bytes(member)


def _texts_in_picture(data: bytes) -> Iterator[str]:
    """What a picture carries beside its pixels. PNG compresses it at will, so the raw bytes do not show it."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()  # chunks after the pixels count too
            carried = list(picture.info.values())
    except Exception:  # no picture, or a broken one: its raw bytes are read all the same
        return
    for value in carried:
        yield value.decode("utf-8", errors="ignore") if isinstance(value, bytes) else str(value)
