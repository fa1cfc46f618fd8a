"""Which of the files that were handed in is marked, and what is said of the others."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from nbformat import NotebookNode

from unrolled.course.bundle import Bundle
from unrolled.course.course import Course
from unrolled.course.errors import SubmissionError
from unrolled.doctor import limits
from unrolled.doctor.entries import Entry, Found, beside, of_archive
from unrolled.doctor.mending import Mended, mend
from unrolled.doctor.plain import SHOWN, listed, one_line
from unrolled.doctor.reading import Unreadable, looks_like_one, read, what_it_is
from unrolled.doctor.recognising import belongs_to

AT_ONCE = 2.0  # seconds between two files that were unpacked together: their times say nothing


@dataclass
class Candidate:
    """One file that may be the notebook. trouble: why it is not; neighbours: what lies where it was found."""

    entry: Entry
    neighbours: Found
    trouble: str = ""
    bundle: Bundle | None = None
    submitted: NotebookNode | None = None
    mended: Mended | None = None
    remarks: list[str] = field(default_factory=list)

    @property
    def answers(self) -> int:
        return len(self.mended.answered) if self.mended else 0


@dataclass
class Chosen:
    """What is marked. along: the files that lie beside it; root: the folder that they are below."""

    bundle: Bundle
    notebook: NotebookNode
    remarks: list[str]
    answered: list[str]
    entry: Entry
    along: list[Entry]


def choose(course: Course, found: Found, where: str, assignment: str | None) -> Chosen:
    """The newest notebook of the assignment that has answers; where none has, the newest.

    where: how messages name the place. assignment: None for whichever the notebooks are of. Raises SubmissionError,
    with what there is instead, where nothing can be marked.
    """
    candidates = [_examined(course, one, assignment) for one in _candidates(found)]
    good = [one for one in candidates if not one.trouble]
    if not good:
        raise SubmissionError(_refusal(course, found, candidates, where))
    best = _newest([one for one in good if one.answers] or good)
    assert best.bundle is not None and best.mended is not None
    others = [one for one in candidates if one is not best]
    remarks = [*_where_from(best), *best.remarks, *best.mended.remarks, *_others(best, others)]
    if found.links or best.neighbours.links:
        names = sorted({*found.links, *best.neighbours.links})
        remarks.append(f"links and other things that are no files were left alone: {listed(names)}")
    notebook = best.mended.notebook
    along = list(beside(best.neighbours, best.entry))
    return Chosen(best.bundle, notebook, remarks, best.mended.answered, best.entry, along)


# --- looking ----------------------------------------------------------------------------------------------


def _candidates(found: Found) -> list[Candidate]:
    """The files that are called notebooks, those in archives, and what else may be one."""
    out: list[Candidate] = []
    for entry in sorted(found.entries, key=lambda one: not one.name.lower().endswith(".ipynb")):
        if len(out) >= limits.CANDIDATES:
            break
        if entry.name.lower().endswith(".ipynb"):
            out.append(Candidate(entry, found))
        elif entry.name.lower().endswith(".zip"):
            out += _in_archive(entry, found)
        elif entry.size and _begins_like_one(entry):
            out.append(Candidate(entry, found))
    return out


def _begins_like_one(entry: Entry) -> bool:
    try:
        return looks_like_one(entry.read(64))
    except OSError:
        return False


def _in_archive(entry: Entry, found: Found) -> list[Candidate]:
    try:
        inside = of_archive(entry)
    except OSError as error:
        return [Candidate(entry, found, f"a zip archive, but {error}: hand in the notebook itself")]
    notebooks = [one for one in inside.entries if one.name.lower().endswith(".ipynb")]
    if not notebooks:
        return [Candidate(entry, found, "a zip archive without a notebook in it")]
    return [Candidate(one, inside) for one in notebooks[: limits.CANDIDATES]]


def _examined(course: Course, one: Candidate, assignment: str | None) -> Candidate:
    if one.trouble:
        return one
    try:
        result = read(one.entry.read(limits.NOTEBOOK_BYTES + 1), one.entry.name)
        bundle = belongs_to(course, result.notebook)
    except Unreadable as reason:
        one.trouble = str(reason)
        return one
    except OSError as reason:
        one.trouble = f"a file that cannot be read: {reason}"
        return one
    if bundle is None:
        known = ", ".join(course.assignments)
        one.trouble = f"of no assignment of this course ({known}): none of its cells is one of theirs"
    elif assignment and bundle.assignment != assignment:
        one.trouble = f"the notebook of {bundle.assignment}, not of {assignment}: hand in the one of this assignment"
    else:
        one.bundle, one.submitted, one.remarks = bundle, result.notebook, result.remarks
        one.mended = mend(bundle, result.notebook)
    return one


def _newest(good: list[Candidate]) -> Candidate:
    latest = max(one.entry.modified for one in good)
    together = [one for one in good if one.entry.modified >= latest - AT_ONCE]
    return max(together, key=lambda one: (one.answers, _copy_number(one.entry.name), -len(one.entry.path)))


def _copy_number(name: str) -> int:
    """What a browser or an operating system puts behind a name that is taken already: "manual_rnn (2).ipynb" is 2."""
    found = re.search(r"[ _]?\((\d{1,3})\)|[ -](\d{1,3})(?=\.\w+$)", name)
    return int(found[1] or found[2]) if found else 0


# --- telling ----------------------------------------------------------------------------------------------


def _where_from(best: Candidate) -> list[str]:
    assert best.bundle is not None
    called, path = f"{best.bundle.name}.ipynb", best.entry.path
    remarks = []
    if best.entry.archive:
        remarks.append(f'the notebook was taken out of a zip archive, "{one_line(best.entry.archive, 80)}"')
    if best.entry.folder:
        remarks.append(f'the notebook lay in a folder of its own, "{one_line(best.entry.folder, 80)}"')
    if best.entry.name != called:
        remarks.append(f'"{one_line(best.entry.name, 80)}" was taken, though it is not called {called}')
    return remarks if path != called or best.entry.archive else []


def _others(best: Candidate, others: list[Candidate]) -> list[str]:
    said = []
    for one in others:
        name = f'"{one_line(one.entry.shown, 80)}"'
        if one.trouble:
            said.append(f"{name} is {one.trouble}")
        elif not one.answers and best.answers:
            said.append(f"{name} has no answers in it")
        elif one.entry.modified < best.entry.modified - AT_ONCE:
            said.append(f"{name} is older")
        else:
            said.append(f"{name} has fewer answers" if one.answers < best.answers else f"{name} is not the newest")
    more = f", and {len(said) - SHOWN} more" if len(said) > SHOWN else ""
    return [f"other files were not marked: {'; '.join(said[:SHOWN])}{more}"] if said else []


def _refusal(course: Course, found: Found, candidates: list[Candidate], where: str) -> str:
    """A sentence that says what there is."""
    if candidates:
        said = [f"{_at(where, one.entry)} {_is(one)}" for one in candidates[:SHOWN]]
        return one_line("; ".join(said), 1500)
    what = []
    for entry in found.entries[:SHOWN]:
        try:
            what.append(f"{_at(where, entry)} is {what_it_is(entry.read(4096), entry.name, _text(entry))}")
        except OSError as error:
            what.append(f"{_at(where, entry)} cannot be read ({error})")
    if what:
        more = f"; and {len(found.entries) - SHOWN} other files" if len(found.entries) > SHOWN else ""
        return one_line("; ".join(what) + more, 1500)
    if found.links:
        return f"{where} holds no file but {listed(sorted(found.links))}, which is a link, and no link is followed"
    return f"{where} is empty: there is no notebook in it"


def _is(one: Candidate) -> str:
    if one.trouble.startswith("of no assignment"):
        return f"belongs to no assignment{one.trouble.removeprefix('of no assignment')}"
    return f"is {one.trouble}"


def _at(where: str, entry: Entry) -> str:
    path = f"{entry.archive}: {entry.path}" if entry.archive else entry.path
    return path if where.endswith(path) and not entry.archive else f"{where}/{path}"


def _text(entry: Entry) -> str | None:
    try:
        return entry.read(4096).decode("utf-8", errors="strict")
    except (OSError, UnicodeDecodeError):
        return None
