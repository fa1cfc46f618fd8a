"""What the doctor looks at, opens and copies: regular files, so many, so deep; never through a link."""

import os
import shutil
import zipfile

import pytest

from unrolled.doctor import limits
from unrolled.doctor.copying import copy_along
from unrolled.doctor.entries import of_archive, of_file, of_folder

SECRET = "the class's salt"


@pytest.fixture
def outside(tmp_path):
    """Something that no submission may reach."""
    (tmp_path / "outside").mkdir()
    secret = tmp_path / "outside/salt"
    secret.write_text(SECRET)
    return secret


@pytest.fixture
def submission(tmp_path):
    folder = tmp_path / "submitted"
    folder.mkdir()
    return folder


def paths(found):
    return [entry.path for entry in found.entries]


def test_links_to_files_and_folders_are_named_and_not_followed(submission, outside, tmp_path):
    (submission / "data.txt").symlink_to(outside)
    (submission / "folder").symlink_to(outside.parent)
    (submission / "own.txt").write_text("mine")
    found = of_folder(submission)
    assert paths(found) == ["own.txt"] and sorted(found.links) == ["data.txt", "folder"]
    copy_along(found.entries, tmp_path / "copy")
    assert [path.name for path in (tmp_path / "copy").rglob("*")] == ["own.txt"]


def test_the_control_a_plain_copy_gives_the_secret_away(submission, outside, tmp_path):
    """What nbgrader does with what lies beside a notebook."""
    (submission / "data.txt").symlink_to(outside)
    shutil.copy(submission / "data.txt", tmp_path / "copied.txt")
    assert (tmp_path / "copied.txt").read_text() == SECRET


def test_a_file_that_has_become_a_link_since_the_look_is_not_opened(submission, outside):
    (submission / "data.txt").write_text("mine")
    (entry,) = of_folder(submission).entries
    (submission / "data.txt").unlink()
    (submission / "data.txt").symlink_to(outside)
    with pytest.raises(OSError):
        entry.read(100)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(submission):
    os.mkfifo(submission / "pipe")
    found = of_folder(submission)
    assert paths(found) == [] and found.links == ["pipe"]
    assert of_file(submission / "pipe") is None


def test_a_single_file_that_is_a_link_is_none(submission, outside):
    (submission / "manual_rnn.ipynb").symlink_to(outside)
    assert of_file(submission / "manual_rnn.ipynb") is None


def test_there_is_an_end_to_depth_and_to_names(submission, monkeypatch):
    monkeypatch.setattr(limits, "DEPTH", 2)
    place = submission
    for name in "abcd":
        place = place / name
        place.mkdir()
        (place / "file").write_text(name)
    assert paths(of_folder(submission)) == ["a/file", "a/b/file"]
    monkeypatch.setattr(limits, "DEPTH", 9)  # the control: only the limit kept them out
    assert len(of_folder(submission).entries) == 4

    for number in range(30):
        (submission / f"{number}.txt").touch()
    assert not of_folder(submission).more
    monkeypatch.setattr(limits, "ENTRIES", 20)
    assert of_folder(submission).more and len(of_folder(submission).entries) <= 20


@pytest.mark.parametrize(
    ("limit", "most", "copied"), [("FILES", 3, 3), ("FILE_BYTES", 5, 5), ("ALL_BYTES", 8, 3), ("FILES", 100, 6)]
)
def test_what_goes_along_is_bounded_in_number_and_bytes(submission, tmp_path, monkeypatch, limit, most, copied):
    """1 to 6 bytes, the shortest first."""
    for size in range(1, 7):
        (submission / f"{size}.txt").write_text("x" * size)
    monkeypatch.setattr(limits, limit, most)
    left = copy_along(of_folder(submission).entries, tmp_path / "copy")
    assert len(list((tmp_path / "copy").iterdir())) == copied and left == 6 - copied


def test_a_file_of_no_size_that_never_ends_is_cut_off(submission, tmp_path, monkeypatch):
    """As of /dev/zero: what a look says of the size is not believed."""
    monkeypatch.setattr(limits, "FILE_BYTES", 1000)
    (submission / "grows.txt").write_text("")
    found = of_folder(submission)
    (submission / "grows.txt").write_text("x" * 2000)
    assert copy_along(found.entries, tmp_path / "copy") == 1
    assert not (tmp_path / "copy/grows.txt").exists()


def test_other_notebooks_and_timestamps_do_not_go_along(submission, tmp_path):
    for name in ("other.ipynb", "timestamp.txt", "all.zip", "helper.py"):
        (submission / name).write_text("x")
    copy_along(of_folder(submission).entries, tmp_path / "copy")
    assert [path.name for path in (tmp_path / "copy").iterdir()] == ["helper.py"]


def archived(submission, **members):
    path = submission / "work.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return of_file(path)


def test_a_zip_holds_regular_files_alone(submission, tmp_path):
    entry = archived(submission, **{"notes.txt": "mine", "../up.txt": "out", "/root.txt": "out", "MACOSX.txt": "in"})
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(entry.place, "a") as archive:
        archive.writestr(link, "../../.salt")
        archive.writestr("__MACOSX/._notes.txt", "what a Mac adds")
    found = of_archive(entry)
    assert paths(found) == ["MACOSX.txt", "notes.txt"] and set(found.links) == {"../up.txt", "/root.txt", "link.txt"}
    copy_along(found.entries, tmp_path / "copy")
    assert sorted(path.name for path in tmp_path.rglob("*.txt")) == ["MACOSX.txt", "notes.txt"]


def test_a_bomb_is_unpacked_no_further_than_asked(submission):
    entry = archived(submission, bomb="\0" * 30_000_000)
    (member,) = of_archive(entry).entries
    assert entry.place.stat().st_size < 100_000 and len(member.read(1000)) == 1000


@pytest.mark.parametrize("content", [b"PK\3\4 no zip", b""])
def test_a_broken_zip_is_an_error_of_the_file(submission, content):
    (submission / "work.zip").write_bytes(content)
    with pytest.raises(OSError):
        of_archive(of_file(submission / "work.zip"))
