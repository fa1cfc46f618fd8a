"""The class report's figures, by plotly. Each stands beside a table that says the same.

They hold numbers, and names that the course gives; nothing that a student wrote, or is called, gets into a script.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup
from plotly.io import to_html
from plotly.offline import get_plotlyjs

from unrolled.reports.items import Item
from unrolled.reports.members import Member
from unrolled.reports.misconceptions import Asked

# Okabe and Ito's, as in img/style.py; what is told apart by colour has a pattern or a shape of its own, too.
BLUE, ORANGE, GREY = "#0072B2", "#E69F00", "#57606a"
BINS = 10
MOST = 15  # mistakes in the figure; the list below it has all
CONFIG = {"displayModeBar": False, "responsive": True}
_SCRIPT = re.compile(r"<script[^>]*>(.*?)</script>", re.S)


def library() -> Markup:
    """plotly.js itself, once a page, so that the page needs no network."""
    return Markup(f"<script>{get_plotlyjs()}</script>")


def hashes(*parts: str) -> str:
    """For the page's policy: the scripts in these, and no others, may run."""
    digests = (hashlib.sha256(script.encode()).digest() for part in parts for script in _SCRIPT.findall(part))
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def bins(class_: Sequence[Member]) -> list[tuple[str, int, int]]:
    """By tenths of the points: (which, how many students whose total is final, how many whose total may rise)."""
    marked = [one for one in class_ if one.total is not None]
    of = max((one.of for one in marked), default=0) or 1
    counts = Counter((min(int(BINS * (one.total or 0) / of), BINS - 1), bool(one.waiting)) for one in marked)
    edges = [of * edge / BINS for edge in range(BINS + 1)]
    labels = [f"{low:g}–{high:g}" for low, high in itertools.pairwise(edges)]
    return [(label, counts[place, False], counts[place, True]) for place, label in enumerate(labels)]


def totals(class_: Sequence[Member]) -> Markup:
    """How many have how many points."""
    labels, final, open_ = zip(*bins(class_), strict=True)
    bars = [_bar(labels, final, "all marked", BLUE), _bar(labels, open_, "waits for a person", ORANGE, "/")]
    return _drawn("totals", bars if any(open_) else bars[:1], 320, _layout("points", "students", barmode="stack"))


def difficulty(questions: Sequence[Item]) -> Markup:
    """How much of each question the class has."""
    known = [item for item in reversed(questions) if item.share is not None]
    names = [item.id for item in known]
    shares = [100 * (item.share or 0) for item in known]
    full = [100 * item.full / item.marked for item in known]
    bars = {**_bar(shares, names, "mean share of the points", BLUE), "orientation": "h"}
    dots: dict = {"type": "scatter", "mode": "markers", "x": full, "y": names, "name": "students with all points"}
    dots["marker"] = {"symbol": "diamond", "size": 11, "color": ORANGE, "line": {"color": "#000", "width": 1}}
    for trace in (bars, dots):
        trace["hovertemplate"] = "%{y}: %{x:.0f} %<extra>%{fullData.name}</extra>"
    layout = _layout("percent", "", xaxis_range=[0, 103])
    return _drawn("difficulty", [bars, dots], 130 + 30 * len(known), layout)


def mistakes(asked: Sequence[Asked]) -> Markup:
    """The commonest misconceptions of all questions together."""
    counted = commonest(asked)[:MOST][::-1]
    names = [f"{mistake} ({question})" for question, mistake, _ in counted]
    bars = {**_bar([many for *_, many in counted], names, "students", BLUE), "orientation": "h"}
    layout = _layout("students", "")
    if counted and counted[-1][2] <= 10:  # else there are ticks between whole numbers
        layout["xaxis"]["dtick"] = 1
    return _drawn("mistakes", [bars], 110 + 28 * len(counted), layout)


def commonest(asked: Sequence[Asked]) -> list[tuple[str, str, int]]:
    """(question, misconception, how many made it), the commonest first."""
    found = [(q.id, mistake.name, len(mistake.students)) for q in asked for mistake in q.mistakes if mistake.name]
    return sorted(found, key=lambda one: -one[2])


def costs(class_: Sequence[Member]) -> Markup:
    """Each submission's seconds and memory."""
    known = [one.cost for one in class_ if one.cost.get("seconds") and one.cost.get("memory")]
    seconds, memory = [cost["seconds"] for cost in known], [cost["memory"] / 1e6 for cost in known]
    dots: dict = {"type": "scatter", "mode": "markers", "x": seconds, "y": memory, "name": "a submission"}
    dots["marker"] = {"color": BLUE, "size": 8, "opacity": 0.6, "line": {"color": "#fff", "width": 1}}
    dots["hovertemplate"] = "%{x:.1f} s, %{y:.0f} MB<extra></extra>"
    wide = max(seconds) > 20 * min(seconds)
    layout = _layout("seconds" + (" (each step is ten times the last)" if wide else ""), "MB of memory at most")
    layout["xaxis"]["type"] = "log" if wide else "linear"
    layout["yaxis"]["rangemode"] = "tozero"
    return _drawn("costs", [dots], 320, layout)


def _bar(x: Sequence, y: Sequence, name: str, colour: str, pattern: str = "") -> dict:
    marker: dict = {"color": colour}
    if pattern:
        marker["pattern"] = {"shape": pattern, "bgcolor": colour, "fgcolor": "#000", "solidity": 0.15, "size": 8}
    return {"type": "bar", "x": list(x), "y": list(y), "name": name, "marker": marker}


def _layout(x: str, y: str, barmode: str = "relative", xaxis_range: list | None = None) -> dict:
    axis = {"automargin": True, "fixedrange": True, "gridcolor": "#e4e8ec", "linecolor": GREY}
    return {
        "barmode": barmode,
        "margin": {"l": 10, "r": 10, "t": 30, "b": 10},
        "font": {"family": "system-ui, sans-serif", "size": 13, "color": "#1f2328"},
        "paper_bgcolor": "#fff",
        "plot_bgcolor": "#fff",
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "xaxis": {**axis, "title": {"text": x}, **({"range": xaxis_range} if xaxis_range else {})},
        "yaxis": {**axis, "title": {"text": y}},
    }


def _drawn(name: str, traces: list[dict], height: int, layout: dict) -> Markup:
    figure = {"data": traces, "layout": {**layout, "height": height, "showlegend": len(traces) > 1}}
    return Markup(
        to_html(
            figure,
            config=CONFIG,
            include_plotlyjs=False,
            full_html=False,
            default_height=f"{height}px",
            validate=False,
            div_id=f"figure-{name}",
        )
    )
