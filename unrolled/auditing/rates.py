"""The record of the audits as a page of the documentation: how often is a check wrong about an answer?"""

from __future__ import annotations

from html import escape


def record_page(record: dict[str, dict[str, dict]]) -> str:
    """docs/audit.md. record: as questions/audited.json holds it."""
    questions = [(assignment, id, kept) for assignment, found in record.items() for id, kept in found.items()]
    counts = ("rejected", "met", "named", "accepted", "mutants", "equivalent", "notebooks", "elsewhere", "listed")
    sums = {name: sum(kept[name] for _, _, kept in questions) for name in counts}
    rows = [
        f"| `{assignment}` | `{id}` | {kept['rejected']} | {kept['named']} | {kept['accepted']} | {kept['mutants']} | "
        f"{kept['equivalent']} | {kept['notebooks']} | {kept['elsewhere']} | {kept['listed']} |"
        for assignment, id, kept in questions
    ]
    unseen = [
        f"| `{id}` | {entry['name']} | {entry['lost']:g} of {entry['of']:g} | {escape(entry['why'], quote=False)} |"
        for _, id, kept in questions
        for entry in kept["hidden_only"]
    ]
    right = sums["accepted"] + len(questions)
    return _PAGE.format(
        rows="\n".join(rows),
        unseen="\n".join(unseen),
        count=len(unseen),
        questions=len(questions),
        right=right,
        above_right=above(right),
        above_rejected=above(sums["rejected"]),
        above_mutants=above(sums["mutants"]),
        share=sums["named"] / max(sums["rejected"], 1),
        above_named=above(sums["named"]),
        **sums,
    )


def above(trials: int) -> str:
    """The rate of errors that a run of trials without one speaks against, at 95 %: the largest rate with which none in
    so many would still come about once in twenty times."""
    return f"{100 * (1 - 0.05 ** (1 / trials)):.2g} %" if trials else "unknown"


_PAGE = """# How often the checks are wrong

<!-- Made by `unrolled audit --record` from questions/audited.json. -->

Every hidden check is tried on wrong answers that it must reject (misconceptions, one fault each; and mutants, generated
changes of the reference, or of the network that it trains) and on right answers, written differently, that it must
accept. The record is written only when none was accepted wrongly and none rejected wrongly; it stands for the code and
the catalogues of which `questions/audited.json` holds the fingerprints.

## Together

| the answer is | tried | full marks | points lost | rate of errors, with 95 % certainty below |
|---|---|---|---|---|
| right: references and alternatives | {right} | {right} | 0 | {above_right} |
| wrong: misconceptions | {rejected} | 0 | {rejected} | {above_rejected} |
| wrong: mutants | {mutants} | 0 | {mutants} | {above_mutants} |

{met} of the misconceptions were met in other people's work before they stood here. {equivalent} more mutants are as
right as the reference, each with its reason in `misconceptions.py`. The bounds speak of answers like these: nobody has
drawn them at random from all that a class may write.

Each misconception loses the ideas that its entry names, and no others. For {named} of {rejected} ({share:.0%}) the
feedback names the cause; a cause that was not the entry's own was named for none (below {above_named} with 95 %
certainty). For the others it says what was seen.

What a wrong answer costs elsewhere: {notebooks} notebooks with one wrong answer in each, in which {elsewhere} later
questions were marked; {listed} of them lost points, each for a reason that stands in `misconceptions.py`.

## Each question

| assignment | question | rejected | cause named | accepted | mutants | as right | notebooks | marked there | listed |
|---|---|---|---|---|---|---|---|---|---|
{rows}

## What passes a visible test and loses more than a tenth of the points

A student sees the visible test, and the hidden check's lines afterwards. {count} misconceptions get past the first:

| question | misconception | loses | why the visible test lets it pass |
|---|---|---|---|
{unseen}
"""
