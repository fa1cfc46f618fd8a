"""docs/course.md: the seven assignments on one page, read from their masters, so that it cannot drift from them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from unrolled.course.bundle import Bundle
from unrolled.course.course import Course
from unrolled.course.errors import PageError

PAGE = "docs/course.md"
GOALS, TIME = "**Afterwards you will be able to**", re.compile(r"^\*Time: (.+?)\. You need: (.+)\.\*$", re.MULTILINE)
_IMAGE = re.compile(r"!\[(?P<alt>.*?)\]\((?:\.\./)+(?P<path>img/[^()\s]+)\)")
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


@dataclass
class Assignment:
    """What a master says of itself. questions: (heading of its part, id, points, by whom it is marked)."""

    name: str
    title: str
    about: str
    goals: list[str]
    time: str
    needs: str
    figure: tuple[str, str] | None = None  # alt text, path from the course's root
    questions: list[tuple[str, str, float, str]] = field(default_factory=list)

    @property
    def points(self) -> float:
        return sum(points for _, _, points, _ in self.questions)


def read(bundle: Bundle) -> Assignment:
    """Raises PageError for a first cell without title, goals or time."""
    first, where = bundle.cells[0].source, f"{bundle.master_path}, first cell"
    title, time = re.match(r"# (.+)\n", first), TIME.search(first)
    if not (title and time and GOALS in first):
        raise PageError(f"{where}: begin with '# N · Title', '{GOALS}', and '*Time: … You need: ….*'")
    about, after = first[title.end() :].split(GOALS)
    goals = re.findall(r"^- (.+)$", after.split("*Time:")[0], re.MULTILINE)
    found = Assignment(
        bundle.assignment,
        title[1],
        " ".join(about.split()),
        [goal.rstrip(",.") for goal in goals],
        time[1],
        time[2],
    )
    heading = ""
    for cell in bundle.cells:
        if cell.type == "markdown":
            headings, image = _HEADING.findall(cell.source), _IMAGE.search(cell.source)
            heading = headings[-1] if headings else heading
            if image and not found.figure:
                found.figure = image["alt"], image["path"]
        if cell.id in bundle.declared:
            found.questions.append((heading, cell.id, bundle.declared[cell.id].points, "check"))
        elif cell.id in bundle.by_hand:
            found.questions.append((heading, cell.id, cell.points, "person"))
    return found


def course_page(course: Course) -> str:
    assignments = [read(course.bundle(name)) for name in course.assignments]
    parts = [_HEAD, _overview(assignments), *map(_assignment, assignments)]
    return "\n".join(parts)


_HEAD = """# The course

<!-- Made from the masters by `unrolled build`; edit those. -->

Assignments build on one another, from raw text to translating with an encoder and a decoder; each is worth 100 points
and says itself what it needs. Letters for sizes, and words, mean the same in all of them ([glossary](glossary.md));
where each concept is taught stands in [concepts.md](concepts.md).
"""


def _overview(assignments: list[Assignment]) -> str:
    rows = [
        f"| [{a.title}](#{_anchor(a.title)}) | {a.time} | {len(a.questions)} | {a.points:g} | {a.needs} |"
        for a in assignments
    ]
    return "\n".join(["| assignment | time | questions | points | you need |", "|---|---|---|---|---|", *rows, ""])


def _assignment(a: Assignment) -> str:
    lines = [f"## {a.title}", "", a.about, "", f"`release/{a.name}/`: {a.time}, {a.points:g} points.", ""]
    lines += ["Afterwards you will be able to", "", *[f"- {goal}" for goal in a.goals], ""]
    if a.figure:
        lines += [f"![{a.figure[0]}](../{a.figure[1]})", ""]
    lines += ["| part | question | points | marked by |", "|---|---|---|---|"]
    lines += [f"| {heading} | `{id}` | {points:g} | {by} |" for heading, id, points, by in a.questions]
    return "\n".join([*lines, ""])


def _anchor(title: str) -> str:
    """As GitHub makes it: small letters, punctuation gone, a hyphen for each space."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
