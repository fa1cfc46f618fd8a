"""What was audited in full, and of that what a short run tries again.

`unrolled audit --record` audits everything and, if it is green, writes the fingerprint of each question into
questions/audited.json, which is committed. A short run (`--changed`, the test suite) then tries all entries of a
question whose fingerprint is another now, and a sample of the others.
"""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from unrolled.auditing.audit import MISCONCEPTION, REFERENCE, Row, entries
from unrolled.auditing.mutants import mutants
from unrolled.auditing.survivors import SurvivorsRow
from unrolled.course.bundle import Bundle
from unrolled.course.course import Course
from unrolled.course.master import TRY

PAGE = "docs/audit.md"
# Of each question that has not changed, besides the reference.
SAMPLED_MISCONCEPTIONS, SAMPLED_ALTERNATIVES, SAMPLED_MUTANTS = 2, 1, 2


def fingerprint(bundle: Bundle, id: str) -> str:
    """A hash of everything that a question's audit depends on: its program, its catalogue, the checks, our code."""
    digest = hashlib.sha256(_our_code())
    about = [
        bundle.program(id),
        bundle.cell(id).source,  # with its markers, between which mutants are made
        bundle.cell(TRY + id).source,
        [path.read_text(encoding="utf-8") for path in bundle.files(id)],
    ]
    digest.update(json.dumps(about).encode())
    return digest.hexdigest()[:16]


@cache
def _our_code() -> bytes:
    """The rooms that a verdict depends on: not how audits are spread, kept and shown, nor where a course lies."""
    package = Path(__file__).parents[1]
    files = [path for room in ("desk", "checking", "marking") for path in sorted((package / room).glob("*.py"))]
    files += [package / "course" / f"{name}.py" for name in ("master", "program", "trained")]
    files += [package / "auditing" / f"{name}.py" for name in ("audit", "child", "mutants", "survivors")]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).digest()


def path_of(course: Course) -> Path:
    return course.root / "questions" / "audited.json"


def read_record(course: Course) -> dict[str, dict[str, dict]]:
    """assignment -> question -> {"fingerprint", "rejected", "accepted", "mutants"}; empty if there is none."""
    try:
        return json.loads(path_of(course).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


def write_record(course: Course, audited: Iterable[tuple[Bundle, Row, SurvivorsRow]]) -> None:
    """Keep what was audited in full and found green; other questions keep what is written of them."""
    record = read_record(course)
    for bundle, row, tried in audited:
        record.setdefault(bundle.assignment, {})[row.question] = {
            "fingerprint": fingerprint(bundle, row.question),
            "rejected": row.rejected,
            "accepted": row.accepted,
            "mutants": None if tried.skipped else tried.killed,
            "equivalent": tried.equivalent,
        }
    known = {
        assignment: {id: record[assignment][id] for id in course.bundle(assignment).questions if id in found}
        for assignment in course.assignments
        if (found := record.get(assignment))
    }
    path_of(course).write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    if (course.root / PAGE).parent.is_dir():  # a course without docs/ has no such page
        (course.root / PAGE).write_text(record_page(known), encoding="utf-8")


def record_page(record: dict[str, dict[str, dict]]) -> str:
    """The record as a page of the documentation: how often a check was wrong about an answer whose worth is known."""
    lines, sums = [], dict.fromkeys(("rejected", "accepted", "mutants", "equivalent"), 0)
    for assignment, questions in record.items():
        for id, found in questions.items():
            tried = "not tried: it trains" if found["mutants"] is None else str(found["mutants"])
            counts = f"{found['rejected']} | {found['accepted']} | {tried} | {found['equivalent']}"
            lines.append(f"| `{assignment}` | `{id}` | {counts} |")
            sums = {name: total + (found[name] or 0) for name, total in sums.items()}
    return _PAGE.format(rows="\n".join(lines), questions=len(lines), **sums)


_PAGE = """# How often the checks are wrong

<!-- Made by `unrolled audit --record` from questions/audited.json. -->

Every hidden check is tried on wrong answers that it must reject (misconceptions, one fault each; and mutants, generated
changes of the reference) and on right answers, written differently, that it must accept. The record is written only
when none was accepted wrongly and none rejected wrongly; it stands for the code and the catalogues of which
`questions/audited.json` holds the fingerprints.

| assignment | question | misconceptions rejected | alternatives accepted | mutants rejected | mutants as right |
|---|---|---|---|---|---|
{rows}

Together: {questions} questions, {rejected} misconceptions rejected, {accepted} alternatives accepted, {mutants} mutants
rejected; {equivalent} mutants are as right as the reference, each with its reason in `misconceptions.py`. Accepted
wrongly: 0. Rejected wrongly: 0.
"""


def is_recorded(course: Course, bundle: Bundle, id: str) -> bool:
    known = read_record(course).get(bundle.assignment, {}).get(id)
    return known is not None and known["fingerprint"] == fingerprint(bundle, id)


def entries_to_try(course: Course, bundle: Bundle, id: str) -> list[str]:
    """All entries of a question that was changed since it was recorded; of another one a sample.

    The sample is another one at each commit, so that it goes round.
    """
    names = entries(bundle, id)
    if not is_recorded(course, bundle, id):
        return names
    wrong = [name for name in names if name.startswith(MISCONCEPTION)]
    right = [name for name in names if name not in wrong and name != REFERENCE]
    chance = random.Random(f"{commit(course.root)} {id}")
    picked = {REFERENCE, *_some(chance, wrong, SAMPLED_MISCONCEPTIONS), *_some(chance, right, SAMPLED_ALTERNATIVES)}
    return [name for name in names if name in picked]


def mutants_to_try(course: Course, bundle: Bundle, id: str) -> list[str] | None:
    """Names of mutants, likewise; None for all."""
    if not is_recorded(course, bundle, id):
        return None
    names = [mutant.name for mutant in mutants(bundle.cell(id).source)]
    return _some(random.Random(f"{commit(course.root)} {id} mutants"), names, SAMPLED_MUTANTS)


def _some(chance: random.Random, names: list[str], count: int) -> list[str]:
    return chance.sample(names, min(count, len(names)))


@cache
def commit(root: Path) -> str:
    """What a sample that goes round is drawn by: the hash of the commit that is checked out."""
    command = ["git", "-C", str(root), "rev-parse", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):  # no git, or a folder that was unpacked: always the same sample
        return "no commit"
