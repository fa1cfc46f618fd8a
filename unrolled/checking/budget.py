"""Did the training stay within its budget? And is this machine fit to say so?

Costs are counted in reference passes (unrolled.desk.meter.Meter), so that a limit means the same everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding, Verdict

# How far the pass may differ between the two times it is timed, before and after, for the ratio to mean something.
STEADY = 4.0


def within(cost: Any, limit: float, idea: str = "budget") -> Finding:
    """cost: what `Subject.spent` gave. limit: in passes."""
    fault = _unusable(cost)
    if fault:
        return Finding(idea, 0, f"the cost could not be measured: {fault}")
    says = f"{cost['passes']:,.0f} of {limit:,.0f} reference passes"
    if cost["passes"] <= limit:
        return Finding(idea, 1, says, cost=cost)
    return Finding(idea, 0, f"{says}: it has to come with fewer steps, or cheaper ones", cost=cost)


def _unusable(cost: Any) -> str:
    if isinstance(cost, Problem):
        return str(cost)
    wanted = ("passes", "seconds", "before", "after")
    if not isinstance(cost, dict) or not all(
        isinstance(cost.get(k), int | float) and math.isfinite(cost[k]) and cost[k] >= 0 for k in wanted
    ):
        return "the meter gave no numbers"
    return ""


def forgive_an_unfit_machine(
    verdict: Verdict, findings: list[Finding], limit: float, reference: Callable[[], dict]
) -> None:
    """Where the budget has cost points, give them back if this machine cannot keep the limit itself.

    reference: runs the reference solution here and now, and returns its cost. It is unfit if the reference misses
    the limit too, or if the pass took STEADY times as long at one end of the student's training as at the other.
    A person is then asked; nobody gets a zero for a bad machine.
    """
    exceeded = [(f.idea, f.cost) for f in findings if f.cost and f.cost["passes"] > limit]
    if not exceeded or exceeded[0][0] not in verdict.failed:
        return
    idea, cost = exceeded[0]
    line = next(line for line in verdict.lines if line.idea == idea)
    slower = max(cost["before"], cost["after"]) / max(min(cost["before"], cost["after"]), 1e-12)
    if slower >= STEADY:
        why = f"its speed changed {slower:.0f}-fold while this was trained"
    else:
        passes = reference()["passes"]
        if passes <= limit:
            return
        why = f"here and now the reference solution itself needs {passes:,.0f} passes"
    line.earned = line.of
    line.says = f"machine unfit: {why}. Not held against you; a person will look at it"
    verdict.needs_person = True
