"""The page for whoever teaches: how an assignment went, who needs a person, which questions and mistakes stand out.

One file an assignment, `<assignment>_report.html` in the class's folder, which opens from disk without a network. It is
read from what grading left, so that it speaks of everybody marked so far, however few were marked just now.
"""

from __future__ import annotations

import statistics
from collections.abc import Collection, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from unrolled.grading.whole_class import ClassFolder
from unrolled.reports import figures
from unrolled.reports.feedback import TEMPLATES
from unrolled.reports.items import FEWEST, items
from unrolled.reports.members import Member, members
from unrolled.reports.misconceptions import count
from unrolled.walls.machine import NO_WALL

ENDING = "_report.html"
SLOWEST = 5  # submissions that are named


def write_class_report(folder: ClassFolder, assignment: str, together: Collection[str] = ()) -> Path:
    """Write `<folder>/<assignment>_report.html`; returns its path.

    together: assignments whose reports are written in the same go, to which this one has links, too.
    """
    class_ = members(folder, assignment)
    there = {name for name in folder.course.assignments if (folder.folder / f"{name}{ENDING}").is_file()}
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    environment.filters["number"] = number
    template = environment.get_template("class_report/index.html.j2")
    page = folder.folder / f"{assignment}{ENDING}"
    page.write_text(
        template.render(page_of(assignment, class_), others=sorted({*there, *together, assignment})), "utf-8"
    )
    return page


def page_of(assignment: str, class_: Sequence[Member]) -> dict:
    """Everything that the template shows."""
    marked = [one for one in class_ if one.total is not None]
    questions = items(class_)
    asked = count({one.student: one.report for one in marked if one.report})
    drawn = {}
    if marked:
        drawn = {"totals": figures.totals(class_), "difficulty": figures.difficulty(questions)}
    if figures.commonest(asked):
        drawn["mistakes"] = figures.mistakes(asked)
    if any(one.cost.get("seconds") and one.cost.get("memory") for one in marked):
        drawn["costs"] = figures.costs(marked)
    library = figures.library() if drawn else ""
    return {
        "assignment": assignment,
        "class_": class_,
        "handed_in": [one for one in class_ if one.handed_in],
        "nothing": [one for one in class_ if not one.handed_in and one.total is None],
        "marked": marked,
        "unmarked": [one for one in class_ if one.handed_in and one.total is None],
        "waiting": [one for one in marked if one.waiting],
        "to_mark": {
            id: [one for one in marked if id in one.waiting] for id in (item.id for item in questions if item.waiting)
        },
        "of": max((one.of for one in class_), default=0.0),
        "mean": statistics.fmean(one.total or 0.0 for one in marked) if marked else None,
        "median": statistics.median(one.total or 0.0 for one in marked) if marked else None,
        "bins": figures.bins(class_),
        "questions": questions,
        "fewest": FEWEST,
        "asked": asked,
        "cost": cost_of(marked),
        "without_wall": sum(one.report.get("marked_by", {}).get("sandbox") == NO_WALL for one in marked),
        "figures": drawn,
        "library": library,
        "scripts": figures.hashes(library, *drawn.values()),
    }


def cost_of(marked: Sequence[Member]) -> dict:
    """What the runs took, {quantity: (median, 95 of 100 are below, most)}, and the slowest; {} if it is not known."""
    known = [one for one in marked if one.cost.get("seconds")]
    if not known:
        return {}
    rows = {}
    for name, key, unit in (("seconds", "seconds", 1), ("CPU seconds", "cpu", 1), ("MB of memory", "memory", 1e6)):
        if values := sorted(one.cost[key] / unit for one in known if one.cost.get(key)):
            high = values[min(len(values) - 1, int(0.95 * len(values)))]
            rows[name] = (statistics.median(values), high, values[-1])
    slowest = sorted(known, key=lambda one: -one.cost["seconds"])[:SLOWEST]
    return {"known": len(known), "rows": rows, "slowest": slowest}


def number(value: float | None, digits: int = 1) -> str:
    """As a person writes it: 7 for 7.0, – for what there is none of."""
    return "–" if value is None else f"{round(value, digits):g}".replace("-", "−")
