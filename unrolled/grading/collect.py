"""What was downloaded from a learning platform becomes submitted/<student>/<assignment>/, one student at a time.

Only regular files are written, each within the doctor's limits and below its own student's folder; what a file is
called in an archive decides nothing else. Nothing that lies there already is lost: other work is kept, and told.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from nbgrader.api import Gradebook

from unrolled.course.bundle import Bundle
from unrolled.course.errors import SubmissionError
from unrolled.doctor import limits
from unrolled.doctor.downloads import (
    CANVAS,
    GRADESCOPE,
    METADATA,
    MOODLE,
    Who,
    common_folder,
    form_of,
    read_submitters,
    whose,
)
from unrolled.doctor.entries import Entry, Found, of_archive, of_file, of_folder
from unrolled.doctor.plain import listed, one_line
from unrolled.grading.mended import TIMESTAMP
from unrolled.grading.roster import Roster, Student

STUDENTS = 10_000  # more than any class: names that are looked at in a download are bounded by these times FILES


@dataclass
class Taken:
    """What a download gave for one student. said: what became of it; trouble: why nothing did."""

    student: str
    files: list[str] = field(default_factory=list)
    said: str = ""
    trouble: str = ""
    late: bool = False


@dataclass
class Collected:
    """A download as a whole. form: the platform; left: files that are nobody's, and why, as sentences."""

    form: str
    students: list[Taken]
    left: list[str]


@dataclass
class _Work:
    who: Who
    files: list[tuple[str, Entry]] = field(default_factory=list)  # (path below the student's folder, where it is)


def collect(
    download: Path, bundle: Bundle, submitted: Path, roster: Roster | None = None, replace: bool = False
) -> tuple[Collected, list[Student]]:
    """Lay a download's files below `submitted`. Returns what became of each, and whom the gradebook should know.

    download: a zip or a folder. replace: other work that lies there already gives way. Raises SubmissionError where it
    is neither, or nothing in it is anybody's.
    """
    found, where = _look(download)
    around = common_folder([entry.path for entry in found.entries])
    entries = [(entry.path.removeprefix(around), entry) for entry in found.entries]
    form = form_of(path for path, _ in entries)
    submitters = _submitters(dict(entries)) if form == GRADESCOPE else {}
    left = [f"{listed(sorted(found.links))}: a link, or a name that leads elsewhere; left alone"] if found.links else []
    if found.more:
        left.append("there are more files than a class hands in; the rest was not looked at")
    work: dict[Who, _Work] = {}
    for path, entry in entries:
        owner = whose(form, path, submitters, bundle.name)
        if owner is None:
            if path != METADATA and "_assignsubmission_onlinetext" not in path:
                left.append(f"{one_line(path)}: nobody's, by its name")
            continue
        group, name = owner
        for who in group:
            work.setdefault(who, _Work(who)).files.append((name, entry))
    if not work:
        raise SubmissionError(f"{where} holds nothing that says whose it is ({_EXPECTED})")
    students, named = _named(form, list(work.values()), roster)
    with tempfile.TemporaryDirectory(prefix=".collecting-", dir=_made(submitted)) as scratch:
        taken = [
            _lay(one, student, trouble, submitted / student / bundle.assignment, Path(scratch), replace)
            for one, (student, trouble) in zip(work.values(), named, strict=True)
        ]
    return Collected(form, taken, left), students


_EXPECTED = (
    "Canvas: name_number_number_file; Moodle: name_number_assignsubmission_file_; Gradescope: submission_number and "
    f"{METADATA}; else a folder for each student"
)


def remember(gradebook: Gradebook, students: list[Student]) -> None:
    """Tell the gradebook what is known of these students: names, e-mail, the platform's own number."""
    for student in students:
        first, last = student.first_and_last
        known = {"first_name": first, "last_name": last, "email": student.email, "lms_user_id": student.lms}
        gradebook.update_or_create_student(student.id, **{name: value for name, value in known.items() if value})


def _look(download: Path) -> tuple[Found, str]:
    most = STUDENTS * limits.FILES
    try:
        if download.is_dir():
            return of_folder(download, most), str(download)
        entry = of_file(download)
        if entry is None:
            raise SubmissionError(f"{download} is neither a file nor a folder")
        return of_archive(entry, most), str(download)
    except FileNotFoundError:
        raise SubmissionError(f"{download} is not there") from None
    except OSError as error:
        raise SubmissionError(f"{download} is no zip archive, nor a folder: {error}") from None


def _submitters(entries: dict[str, Entry]) -> dict[str, list[Who]]:
    try:
        return read_submitters(entries[METADATA].read(limits.NOTEBOOK_BYTES).decode("utf-8-sig", "replace"))
    except (OSError, ValueError) as error:
        raise SubmissionError(str(error)) from None


def _named(form: str, work: list[_Work], roster: Roster | None) -> tuple[list[Student], list[tuple[str, str]]]:
    """For each what its folder is called, and why it cannot be taken, or "". First: those the gradebook is told of."""
    students = [(roster.find(one.who) if roster else None) or _by_download(form, one.who) for one in work]
    same = Counter(student.id.casefold() for student in students)
    named = []
    for one, student in zip(work, students, strict=True):
        trouble = ""
        if roster and roster.find(one.who) is None:
            trouble = "not in the roster, or several there are called so"
        elif same[student.id.casefold()] > 1:
            trouble = "several in this download are called so: give a roster that tells them apart (--roster)"
        named.append((student.id, trouble))
    return [student for student, (_, trouble) in zip(students, named, strict=True) if not trouble], named


def _by_download(form: str, who: Who) -> Student:
    """What to call somebody of whom no roster speaks. Moodle's number is another one in each assignment."""
    if form == CANVAS:
        return Student(_as_folder(f"{who.name}-{who.number}"), number=who.number, lms=who.number)
    if form == GRADESCOPE:
        return Student(_as_folder(who.sid or who.email or who.name or who.number), who.name, who.email)
    return Student(_as_folder(who.name or who.number), who.name if form == MOODLE else "")


def _as_folder(name: str) -> str:
    """A name that is one folder's, whatever is in it."""
    return re.sub(r"[/\\\x00-\x1f\x7f]", "_", name).strip(" .")[:120] or "nameless"


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _lay(work: _Work, student: str, trouble: str, target: Path, scratch: Path, replace: bool) -> Taken:
    """Write one student's files beside, then put the folder in its place."""
    taken = Taken(student, late=work.who.late, trouble=trouble)
    if trouble:
        return taken
    fresh = scratch / "fresh"
    shutil.rmtree(fresh, ignore_errors=True)
    total = 0
    for path, entry in work.files:
        parts = PurePosixPath(path.replace("\\", "/")).parts
        if not parts or any(part in ("..", "/", ".") for part in parts) or len(parts) > limits.DEPTH:
            taken.trouble = f"{one_line(path)} leads out of its folder, or lies too deep"
            return taken
        most = limits.NOTEBOOK_BYTES if path.lower().endswith((".ipynb", ".zip")) else limits.FILE_BYTES
        try:
            data = entry.read(most + 1)
        except OSError as error:
            taken.trouble = f"{one_line(path)}: {error}"
            return taken
        total += len(data)
        if len(data) > most or total > limits.NOTEBOOK_BYTES + limits.ALL_BYTES or len(taken.files) >= limits.FILES:
            taken.trouble = f"{one_line(path)} is too large, or one file too many"
            return taken
        place = fresh.joinpath(*parts)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        except OSError as error:  # one name for a file and for a folder, a name too long for this disk …
            taken.trouble = f"{one_line(path)} cannot be written ({error.strerror})"
            return taken
        if entry.modified:
            os.utime(place, (entry.modified, entry.modified))  # the newest of several notebooks is marked
        taken.files.append(str(place.relative_to(fresh)))
    if work.who.when:
        (fresh / TIMESTAMP).write_text(work.who.when + "\n", encoding="utf-8")
    _put(fresh, target, scratch, taken, replace)
    return taken


def _put(fresh: Path, target: Path, scratch: Path, taken: Taken, replace: bool) -> None:
    there = target.is_symlink() or target.exists()
    if there and _same(fresh, target):
        taken.said = "unchanged"
    elif there and not replace:
        taken.trouble = f"other work lies in {target} already: it was kept (--replace takes what was downloaded)"
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        if there:
            target.rename(scratch / f"before {taken.student}")
        fresh.rename(target)
        taken.said = "replaced" if there else "new"


def _same(one: Path, other: Path) -> bool:
    """Do two folders hold the same files?"""
    files = [{path.relative_to(root): path for path in root.rglob("*") if path.is_file()} for root in (one, other)]
    return files[0].keys() == files[1].keys() and all(
        path.read_bytes() == files[1][name].read_bytes() for name, path in files[0].items()
    )
