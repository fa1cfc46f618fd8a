"""Any bytes as a notebook, or what they are instead."""

import json

import nbformat
import pytest

from unrolled.doctor import limits
from unrolled.doctor.reading import Unreadable, looks_like_one, read

TREE = {
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": "# Grüße, 王小明"},
        {"cell_type": "code", "metadata": {}, "source": ["a = 1\r\n", "b = 2"], "outputs": [], "execution_count": 3},
    ],
    "metadata": {"unrolled": {"release": "abc", "assignment": "02_manual_rnn", "mended": ["I earn 100"]}},
    "nbformat": 4,
    "nbformat_minor": 5,
}
TEXT = json.dumps(TREE, ensure_ascii=False, indent=1)


def sources(data: bytes) -> list[str]:
    return [cell.source for cell in read(data, "a.ipynb").notebook.cells]


EXPECTED = ["# Grüße, 王小明", "a = 1\nb = 2"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_every_encoding_that_editors_write(encoding, ends):
    assert sources(TEXT.replace("\n", ends).encode(encoding)) == EXPECTED


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_the_control_nbformat_itself_gives_up(encoding):
    with pytest.raises(Exception):  # noqa: B017 (nbformat raises several)
        nbformat.reads(TEXT.encode(encoding).decode("utf-8"), as_version=4)


def test_an_encoding_that_is_told_by_nothing_is_said():
    data = TEXT.replace("王小明", "").encode("cp1252")
    assert "Grüße" in sources(data)[0] and "UTF-8" in read(data, "a.ipynb").remarks[0]


def test_old_versions():
    code = {"cell_type": "code", "input": ["x = 1"], "language": "python", "outputs": [], "prompt_number": 1}
    heading = {"cell_type": "heading", "level": 2, "source": "Part", "metadata": {}}
    old = {"worksheets": [{"cells": [code, heading]}], "metadata": {}, "nbformat": 3, "nbformat_minor": 0}
    result = read(json.dumps(old).encode(), "a.ipynb")
    assert [(c.cell_type, c.source) for c in result.notebook.cells] == [("code", "x = 1"), ("markdown", "## Part")]
    assert "old notebook version (3)" in result.remarks[0]


@pytest.mark.parametrize(
    "cell",
    [
        {},
        {"cell_type": None, "source": None, "metadata": None},
        {"cell_type": "code", "source": 7, "metadata": []},
        {"cell_type": "code", "source": [1, None, "x"], "metadata": {"nbgrader": "?"}, "outputs": "?"},
        {"cell_type": "strange", "source": "\ud800", "metadata": {"nbgrader": {"grade_id": ["?"]}}, "id": 5},
        {"cell_type": "markdown", "source": "a\0b", "attachments": {"a": [], "b": {"image/png": 3}}},
    ],
)
def test_fields_of_a_wrong_type_are_read_as_empty(cell):
    notebook = read(json.dumps({**TREE, "cells": [cell, "no cell", *TREE["cells"]]}).encode(), "a").notebook
    assert [c.source for c in notebook.cells][1:] == EXPECTED
    for c in notebook.cells:
        c.pop("id")
    nbformat.write(nbformat.v4.upgrade(notebook, 4, 4), "/dev/null")


def test_what_a_notebook_says_of_its_own_mending_is_not_kept():
    assert read(TEXT.encode(), "a").notebook.metadata == {"unrolled": {"release": "abc", "assignment": "02_manual_rnn"}}


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "a.ipynb", "is empty"),
        (b"%PDF-1.7 ...", "a.ipynb", "a PDF"),
        (b"# %%\nimport torch\n", "a.py", "Python script"),
        (b"PK\3\4....", "a.ipynb", "zip archive"),
        (b"PK\3\4...word/document.xml", "a.docx", "Word document"),
        (b"<!DOCTYPE html><html>", "a.ipynb", "web page"),
        (b"version https://git-lfs.github.com/spec/v1", "a.ipynb", "Git LFS"),
        (b"{\\rtf1 text", "a.ipynb", "RTF"),
        (TEXT.replace('"metadata"', '<<<<<<< HEAD\n"metadata"', 1).encode(), "a.ipynb", "merge conflict.*line 5"),
        (f"<<<<<<< HEAD\n{TEXT}".encode(), "a.ipynb", "merge conflict"),
        (TEXT[: len(TEXT) // 2].encode(), "a.ipynb", "breaks off in the middle"),
        (TEXT.replace(":", "", 1).encode(), "a.ipynb", "cannot be read as one"),
        (b"[1, 2]", "a.ipynb", "other JSON"),
        (b'{"name": "torch"}', "package.json", "other JSON"),
        (b"\x93\x01\x02" * 30, "a.ipynb", "something else"),
        (b'{"a":' * 100_000, "a.ipynb", "brackets"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_notebook_is_told_what_it_is(data, name, said):
    with pytest.raises(Unreadable, match=f"(?s){said}"):
        read(data, name)


@pytest.mark.parametrize("limit", ["CELLS", "CODE_CHARACTERS", "TEXT_CHARACTERS", "NOTEBOOK_BYTES"])
def test_too_much_is_refused_and_only_then(limit, monkeypatch):
    assert sources(TEXT.encode()) == EXPECTED
    monkeypatch.setattr(limits, limit, 1)
    with pytest.raises(Unreadable, match="too l"):
        read(TEXT.encode(), "a.ipynb")


@pytest.mark.parametrize(
    ("start", "may"), [(TEXT[:64].encode(), True), (TEXT[:40].encode("utf-16"), True), (b"import", False), (b"", False)]
)
def test_the_start_says_whether_it_is_worth_opening(start, may):
    assert looks_like_one(start) == may
