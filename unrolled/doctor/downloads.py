"""Whose each file in a download is: learning platforms tell it by how they name folders and files.

    form = form_of(paths)
    whose(form, "Jane Doe_123_assignsubmission_file_/rnn.ipynb")    # ([Who("Jane Doe", "123")], "rnn.ipynb")

Forms as the platforms' own pages and exports have them in 2026: Canvas puts everything into one folder, Moodle makes
one a submission or puts its name before each file's, Gradescope numbers submissions and lists them in a YAML file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import yaml

CANVAS, MOODLE, GRADESCOPE, PLAIN = "Canvas", "Moodle", "Gradescope", "one folder or file a student"
METADATA = "submission_metadata.yml"

# doejane_LATE_123_4567_manual_rnn-1.ipynb: a sortable name, who is late, the user, the submission, the file
_CANVAS = re.compile(r"(?P<name>[^_/]+)(?P<late>_LATE)?_(?P<number>\d+)_\d+_(?P<file>[^/]+)", re.IGNORECASE)
# Jane Doe_123_assignsubmission_file_/manual_rnn.ipynb, or with "_" for "/"; names have no "_" there
_MOODLE = re.compile(r"(?P<name>[^_/]*)_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+)[_/]*(?P<file>.*)", re.DOTALL)
_GRADESCOPE = re.compile(r"submission_(?P<number>\d+)/(?P<file>.+)", re.DOTALL)


@dataclass(frozen=True)
class Who:
    """Who handed in, as a download says it. name: "" where only a number is known; when: an ISO time, if it is told.

    number: Canvas's of the user, Moodle's of the participant (another one in each assignment), Gradescope's of the
    submission. late: whether the platform calls it late.
    """

    name: str = ""
    number: str = ""
    email: str = ""
    sid: str = ""
    when: str = ""
    late: bool = False


def common_folder(paths: Sequence[str]) -> str:
    """The folder round a whole download, with its "/", which is nobody's; "" where there is none.

    One folder that holds everything may be a student's, too: it is one only where names within say whose they are.
    """
    folder, _, _ = paths[0].partition("/") if paths else ("", "", "")
    if not all(path.startswith(f"{folder}/") for path in paths):
        return ""
    within = [path[len(folder) + 1 :] for path in paths]
    several = len({path.partition("/")[0] for path in within}) > 1 and all("/" in path for path in within)
    return f"{folder}/" if form_of(within) != PLAIN or several else ""


def form_of(paths: Iterable[str]) -> str:
    """The platform whose names these are. What one stray file is called decides nothing."""
    paths = list(paths)
    if METADATA in paths:
        return GRADESCOPE
    for form, pattern in ((MOODLE, _MOODLE), (CANVAS, _CANVAS)):
        if sum(bool(pattern.fullmatch(path)) for path in paths) > len(paths) / 2:
            return form
    return PLAIN


def whose(form: str, path: str, submitters: dict[str, list[Who]], notebook: str = "") -> tuple[list[Who], str] | None:
    """Who handed this path in, and what it is called there; None where that cannot be told, or it is no file of theirs.

    submitters: of Gradescope's list, by the number of the submission; all of a group. notebook: what the assignment's
    is called, which says nothing of whose it is in a name such as "ada_manual_rnn (1).ipynb".
    """
    if form == CANVAS and (found := _CANVAS.fullmatch(path)):
        return [Who(found["name"], found["number"], late=bool(found["late"]))], found["file"]
    if form == MOODLE and (found := _MOODLE.fullmatch(path)):
        wanted = found["kind"] == "file" and found["file"]
        return ([Who(found["name"].strip(), found["number"])], found["file"]) if wanted else None
    if form == GRADESCOPE and (found := _GRADESCOPE.fullmatch(path)) and found["number"] in submitters:
        return submitters[found["number"]], found["file"]
    if form == PLAIN and "/" in path:
        name, _, rest = path.partition("/")
        return [Who(name)], rest
    if form == PLAIN and (name := _before_notebook(path, notebook)):
        return [Who(name)], path
    return None


def _before_notebook(path: str, notebook: str) -> str:
    """What is left of a single file's name without the notebook's, a copy's number and what stands between."""
    stem, _, suffix = path.rpartition(".")
    if suffix.lower() not in ("ipynb", "zip"):
        return ""
    stem = re.sub(r" ?\(\d{1,3}\)$", "", stem)
    return re.sub(re.escape(notebook), "", stem, flags=re.IGNORECASE).strip(" _-.") if notebook else stem


def read_submitters(text: str) -> dict[str, list[Who]]:
    """Gradescope's list of submissions, each with everybody in its group. Raises ValueError where it is not one."""
    try:
        told = yaml.safe_load(text)
        return {
            str(key).removeprefix("submission_"): [
                _submitter(one, str(about.get(":created_at") or "")) for one in about[":submitters"]
            ]
            for key, about in told.items()
            if about.get(":submitters")
        }
    except (yaml.YAMLError, AttributeError, TypeError, KeyError, RecursionError) as error:
        raise ValueError(f"{METADATA} is not Gradescope's list of submissions ({type(error).__name__})") from None


def _submitter(one: dict, when: str) -> Who:
    name, email, sid = (str(one.get(f":{key}") or "").strip() for key in ("name", "email", "sid"))
    return Who(name, email=email, sid=sid, when=when)
