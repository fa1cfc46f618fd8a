"""The audit as a page: what each check rejected, and which of its ideas did. One file that loads nothing."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from unrolled.auditing.audit import Row
from unrolled.auditing.record import Found
from unrolled.auditing.survivors import SurvivorsRow
from unrolled.course.bundle import Bundle

# Told apart without colour as well: ● rejects it together with others, ★ rejects it alone.
ALONE, TOGETHER = "★", "●"

_STYLE = """
:root { color-scheme: light dark; --line: #8886; --good: #0072b2; --bad: #d55e00; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--line); padding: .2rem .4rem; text-align: right; }
th:first-child, td:first-child { text-align: left; min-width: 9rem; }
small { display: block; }
.matrix td + td, .matrix th + th { text-align: center; }
.told th, .told td { text-align: left; vertical-align: top; min-width: 12rem; }
.alone { color: var(--good); }
.bad { color: var(--bad); font-weight: bold; }
summary { cursor: pointer; padding: .4rem 0; }
li { overflow-wrap: anywhere; }
"""


def only_with_others(row: Row, ideas: Iterable[str]) -> list[str]:
    """The ideas that reject no misconception which no other idea rejects."""
    alone = {next(iter(killers)) for killers in row.killers.values() if len(killers) == 1}
    return [idea for idea in ideas if idea not in alone]


def audit_page(audited: list[Found], salt: str) -> str:
    """The whole page. audited: in the order in which it shows them."""
    parts = [_overview(audited)]
    parts += [_question(found) for found in audited]
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Audit of the checks</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>Audit of the checks</h1>
<p>Draws with the salt “{escape(salt)}”. Rejected: misconceptions that lost points for every idea that they name.
Accepted: right answers, written differently, that lost none. Survivors: generated changes of the reference that a
check lets through and that nobody has shown to be as right.</p>
{"".join(parts)}
</body>
</html>
"""


def _overview(audited) -> str:
    rows = []
    for found in audited:
        row, mutants, assignment = found.row, found.mutants, found.bundle.assignment
        killed = f"{mutants.killed}/{mutants.mutants - mutants.equivalent}"
        cells = [
            f'<a href="#{escape(row.question)}">{escape(row.question)}</a> <small>{escape(assignment)}</small>',
            _share(row.rejected, row.misconceptions),
            _share(row.accepted, row.alternatives),
            killed,
            _none_is_good(len(mutants.survivors)),
            f"{found.blast.listed} of {found.blast.marked}",
            f"{row.seconds + mutants.seconds + found.blast.seconds:.1f}",
        ]
        rows.append("".join(f"<td>{cell}</td>" for cell in cells))
    headings = ("question", "rejected", "accepted", "mutants rejected", "survivors", "costs elsewhere", "seconds")
    return _table(headings, rows, "")


def _question(found: Found) -> str:
    bundle, row, mutants = found.bundle, found.row, found.mutants
    ideas = [idea for idea, points in bundle.questions[row.question].marks.items() if points]
    return (
        f'<h2 id="{escape(row.question)}">{escape(row.question)}</h2>\n'
        + _items("bad", [*row.failures, *mutants.failures])
        + _matrix(row, ideas)
        + _told(bundle, row)
        + _never_alone(bundle, row, ideas)
        + _mutants(bundle, row.question, mutants)
    )


def _matrix(row: Row, ideas: list[str]) -> str:
    lines = []
    for name, killers in row.killers.items():
        sign = f'<span class="alone">{ALONE}</span>' if len(killers) == 1 else TOGETHER
        marks = "".join(f"<td>{sign if idea in killers else ''}</td>" for idea in ideas)
        lines.append(f"<td>{escape(name)}</td>{marks}")
    counts = [sum(idea in killers for killers in row.killers.values()) for idea in ideas]
    lines.append("<td><b>all</b></td>" + "".join(f"<td><b>{count}</b></td>" for count in counts))
    return (
        f"<details><summary>Which idea rejected which misconception ({len(row.killers)})</summary>\n"
        f"<p>{ALONE} this idea alone, {TOGETHER} with others</p>\n"
        + _table(("misconception", *ideas), lines, "matrix")
        + "</details>\n"
    )


def _told(bundle: Bundle, row: Row) -> str:
    """What a student reads who makes each mistake."""
    why = {entry.name: entry.hidden_only for entry in bundle.misconceptions.get(row.question, [])}
    lines = [
        f"<td>{escape(name)}</td><td>{escape(told.visible) or f'<i>passes: {escape(why[name])}</i>'}</td>"
        f"<td>{escape(told.line)}</td>"
        for name, told in row.told.items()
    ]
    return (
        f"<details><summary>What a student reads who makes each mistake ({len(lines)})</summary>\n"
        + _table(("misconception", "the visible test", "the feedback"), lines, "told")
        + "</details>\n"
    )


def _never_alone(bundle: Bundle, row: Row, ideas: list[str]) -> str:
    found = only_with_others(row, ideas)
    if not found:
        return "<p>Every idea rejects a misconception that no other rejects.</p>\n"
    known = bundle.never_alone.get(row.question, {})
    told = [f"<b>{escape(idea)}</b>: {escape(known.get(idea, 'no reason is given: remove it?'))}" for idea in found]
    return "<p>Ideas that reject nothing by themselves:</p>\n<ul>" + "".join(f"<li>{t}</li>" for t in told) + "</ul>\n"


def _mutants(bundle: Bundle, id: str, row: SurvivorsRow) -> str:
    by = ", ".join(f"{escape(killer)} {count}" for killer, count in sorted(row.killers.items(), key=lambda k: -k[1]))
    told = f"<p>{row.mutants} mutants; what found the fault first: {by or 'nothing'}.</p>\n"
    known = [f"{name}: {reason}" for name, reason in bundle.equivalent.get(id, {}).items()]
    if known:
        told += f"<details><summary>As right as the reference ({len(known)})</summary>{_items('', known)}</details>\n"
    return told


def _items(kind: str, sentences: list[str]) -> str:
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f'<ul class="{kind}">{items}</ul>\n' if items else ""


def _table(headings: Iterable[str], rows: list[str], kind: str) -> str:
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    return f'<div class="wide"><table class="{kind}"><tr>{head}</tr>\n{body}</table></div>\n'


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole}" if part == whole else f'<span class="bad">{part}/{whole}</span>'


def _none_is_good(count: int) -> str:
    return f'<span class="bad">{count}</span>' if count else "0"
