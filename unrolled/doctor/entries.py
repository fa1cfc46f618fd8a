"""What lies in a submission, in its folder or in an archive: regular files only, each opened by what was looked at.

No link is followed, not even between the look and the opening; pipes and devices are never opened, and there is an end
to depth and number. nbgrader by itself copies whatever a path leads to.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from unrolled.doctor import limits

# Folders that programs leave behind. What lies there was never meant to be handed in.
_LEFT_BEHIND = frozenset({"__MACOSX", "__pycache__", "node_modules", "venv"})


@dataclass(frozen=True)
class Entry:
    """A regular file. path: below the submission, with "/"; modified: seconds since 1970; archive: the zip it is in."""

    path: str
    size: int
    modified: float
    place: Path
    archive: str = ""

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def shown(self) -> str:
        return f"{self.archive}: {self.path}" if self.archive else self.path

    def read(self, most: int) -> bytes:
        """At most so many bytes. Raises OSError, where it is no longer what it was or cannot be unpacked."""
        if not self.archive:
            with _opened(self.place) as file:
                return file.read(most)
        try:
            with _opened(self.place) as file, zipfile.ZipFile(file) as archive, archive.open(self.path) as member:
                return member.read(most)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError, KeyError) as error:
            raise OSError(f"it cannot be unpacked ({error})") from None
        except Exception as error:  # zlib, lzma and bz2 have exceptions of their own
            raise OSError(f"it cannot be unpacked ({type(error).__name__})") from None


@dataclass
class Found:
    """What a look into a submission gave. links: what was left alone, by name; more: is there more than this?"""

    entries: list[Entry] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    more: bool = False


def _opened(place: Path):
    """A regular file, opened without following a link and without waiting for a pipe. Raises OSError."""
    number = os.open(place, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise OSError(f"{place.name} is no regular file")
    return os.fdopen(number, "rb")


def is_plain_folder(path: Path) -> bool:
    """Is it a folder, and not a link to one?"""
    with contextlib.suppress(OSError):
        return stat.S_ISDIR(path.lstat().st_mode)
    return False


def of_file(path: Path) -> Entry | None:
    """A single file; None where it is a link, a pipe, a device or a folder. Raises FileNotFoundError."""
    about = path.lstat()
    return Entry(path.name, about.st_size, about.st_mtime, path) if stat.S_ISREG(about.st_mode) else None


def of_folder(folder: Path, most: int | None = None) -> Found:
    """Everything regular in a folder, what is nearest to its top first, then by name. most: names to look at."""
    most = limits.ENTRIES if most is None else most
    found, level, seen = Found(), [("", folder)], 0
    for depth in range(limits.DEPTH + 1):
        below: list[tuple[str, Path]] = []
        for prefix, place in level:
            for item in _listed(place, most - seen):
                seen += 1
                path = prefix + item.name
                try:
                    about = item.stat(follow_symlinks=False)
                except OSError:
                    continue
                if stat.S_ISDIR(about.st_mode):
                    if depth < limits.DEPTH and not _is_left_behind(item.name):
                        below.append((f"{path}/", Path(item.path)))
                elif stat.S_ISREG(about.st_mode):
                    if not item.name.startswith("._"):
                        found.entries.append(Entry(path, about.st_size, about.st_mtime, Path(item.path)))
                else:
                    found.links.append(path)
            if seen >= most:
                found.more = True
                return found
        level = below
    return found


def _listed(place: Path, most: int) -> list[os.DirEntry]:
    """By name; where there are too many, only those that were met first, since even their names take memory."""
    items: list[os.DirEntry] = []
    with contextlib.suppress(OSError), os.scandir(place) as listing:
        for item in listing:
            items.append(item)
            if len(items) >= most:
                break
    return sorted(items, key=lambda item: item.name)


def _is_left_behind(name: str) -> bool:
    return name.startswith(".") or name in _LEFT_BEHIND


def of_archive(entry: Entry, most: int | None = None) -> Found:
    """The regular files in a zip. most: names to look at. Raises OSError where it is none.

    A name that leads out of the archive's folder is told among the links.
    """
    most = limits.ENTRIES if most is None else most
    found = Found()
    try:
        with _opened(entry.place) as file, zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, RuntimeError, NotImplementedError) as error:
        raise OSError(f"it cannot be unpacked ({error})") from None
    found.more = len(members) > most
    for member in members[:most]:
        parts = member.filename.replace("\\", "/").split("/")
        mode = member.external_attr >> 16
        if member.is_dir() or len(parts) > limits.DEPTH + 1:
            continue
        if any(part in ("", "..", ".") for part in parts):
            found.links.append(member.filename)
            continue
        if any(_is_left_behind(part) for part in parts[:-1]) or parts[-1].startswith("._"):
            continue
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            found.links.append(member.filename)
            continue
        found.entries.append(Entry(member.filename, member.file_size, _when(member), entry.place, entry.path))
    found.entries.sort(key=lambda one: (one.path.count("/"), one.path))
    return found


def _when(member: zipfile.ZipInfo) -> float:
    with contextlib.suppress(ValueError, OverflowError):
        return time.mktime((*member.date_time, 0, 0, -1))
    return 0.0


def beside(found: Found, chosen: Entry) -> Iterator[Entry]:
    """What lies beside and below a file, itself left out: what a notebook there may open."""
    root = f"{chosen.folder}/" if chosen.folder else ""
    for entry in found.entries:
        if entry.path.startswith(root) and entry != chosen:
            yield entry
