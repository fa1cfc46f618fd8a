"""What was audited in full, and of that what a short run tries again.

`unrolled audit --record` audits everything and, if it is green, writes the fingerprint of each question into
questions/audited.json, which is committed. A short run (`--changed`, the test suite) then tries all entries of a
question whose fingerprint is another now, and a sample of the others. unrolled.auditing.rates makes a page of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from unrolled.auditing.audit import MISCONCEPTION, REFERENCE, Row, entries
from unrolled.auditing.blast import BlastRow, blast_entries, standing_on
from unrolled.auditing.rates import record_page
from unrolled.auditing.survivors import SurvivorsRow, mutant_names
from unrolled.course.bundle import Bundle
from unrolled.course.course import Course
from unrolled.course.master import TRY

PAGE = "docs/audit.md"
# Of each question that has not changed, besides the reference.
SAMPLED_MISCONCEPTIONS, SAMPLED_ALTERNATIVES, SAMPLED_MUTANTS, SAMPLED_BLASTS = 2, 1, 2, 1


@dataclass(frozen=True)
class Found:
    """All that was found about one question: its entries, its mutants, and what its wrong answers cost elsewhere."""

    bundle: Bundle
    row: Row
    mutants: SurvivorsRow
    blast: BlastRow

    @property
    def failures(self) -> list[str]:
        return [*self.row.failures, *self.mutants.failures, *self.blast.failures]


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
    audits = ("audit", "blast", "child", "mutants", "sizes", "survivors", "trained_mutants")
    files += [package / "auditing" / f"{name}.py" for name in audits]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).digest()


def path_of(course: Course) -> Path:
    return course.root / "questions" / "audited.json"


def read_record(course: Course) -> dict[str, dict[str, dict]]:
    """assignment -> question -> what `write_record` keeps of it; empty if there is none."""
    try:
        return json.loads(path_of(course).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


def write_record(course: Course, audited: Iterable[Found]) -> None:
    """Keep what was audited in full and found green; other questions keep what is written of them."""
    record = read_record(course)
    for found in audited:
        id, bundle = found.row.question, found.bundle
        record.setdefault(bundle.assignment, {})[id] = {
            "fingerprint": fingerprint(bundle, id),
            "rejected": found.row.rejected,
            "met": sum(bool(m.seen) for m in bundle.misconceptions.get(id, [])),
            "named": found.row.named,
            "accepted": found.row.accepted,
            "mutants": found.mutants.killed,
            "equivalent": found.mutants.equivalent,
            "notebooks": found.blast.tried,
            "elsewhere": found.blast.marked,
            "listed": found.blast.listed,
            "hidden_only": _hidden_only(bundle, found.row),
        }
    known = {
        assignment: {id: record[assignment][id] for id in course.bundle(assignment).questions if id in kept}
        for assignment in course.assignments
        if (kept := record.get(assignment))
    }
    path_of(course).write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if (course.root / PAGE).parent.is_dir():  # a course without docs/ has no such page
        (course.root / PAGE).write_text(record_page(known), encoding="utf-8")


def _hidden_only(bundle: Bundle, row: Row) -> list[dict]:
    """The misconceptions that pass the visible test and lose more than a tenth of the points, each with its reason."""
    return [
        {"name": m.name, "lost": row.points[m.name][0], "of": row.points[m.name][1], "why": m.hidden_only}
        for m in bundle.misconceptions.get(row.question, [])
        if m.hidden_only and row.points[m.name][0] > row.points[m.name][1] / 10
    ]


def is_recorded(course: Course, bundle: Bundle, id: str) -> bool:
    known = read_record(course).get(bundle.assignment, {}).get(id)
    return known is not None and known["fingerprint"] == fingerprint(bundle, id)


def questions_to_try(course: Course) -> list[tuple[str, str]]:
    """(assignment, question): all of the assignments where something was changed since it was recorded, and of the
    others one half, which is another one at each commit. With UNROLLED_ALL=1 in the environment: every question.
    """
    bundles = [course.bundle(assignment) for assignment in course.assignments]
    every = [(bundle.assignment, id) for bundle in bundles for id in bundle.questions]
    same = [(bundle.assignment, id) for bundle in bundles if _all_recorded(course, bundle) for id in bundle.questions]
    chance = random.Random(f"{commit(course.root)} questions")
    left_out = () if os.environ.get("UNROLLED_ALL") else set(chance.sample(same, len(same) // 2))
    return [one for one in every if one not in left_out]


def _all_recorded(course: Course, bundle: Bundle) -> bool:
    return all(is_recorded(course, bundle, id) for id in bundle.questions)


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
    names = mutant_names(bundle, id)
    return _some(random.Random(f"{commit(course.root)} {id} mutants"), names, SAMPLED_MUTANTS)


def blast_to_try(course: Course, bundle: Bundle, id: str) -> list[str] | None:
    """Entries of a blast, likewise; all if the question was changed, or one that stands on it."""
    if not _all_recorded(course, bundle) and not all(
        is_recorded(course, bundle, one) for one in (id, *standing_on(bundle, id))
    ):
        return None
    return _some(random.Random(f"{commit(course.root)} {id} blast"), list(blast_entries(bundle, id)), SAMPLED_BLASTS)


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
