"""A file is there whole, or the one before is."""

import os

import pytest

from unrolled.course.whole import write_whole


def test_it_is_its_owners_alone_and_nothing_lies_beside(tmp_path):
    path = tmp_path / "a.json"
    for content in (b"one", b"another"):
        write_whole(path, content)
        assert path.read_bytes() == content and path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_what_is_broken_off_leaves_the_one_before(tmp_path, monkeypatch, step):
    path = tmp_path / "a.json"
    write_whole(path, b"before")

    def broken_off(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, step, broken_off)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, b"after")
    assert path.read_bytes() == b"before" and list(tmp_path.iterdir()) == [path]
