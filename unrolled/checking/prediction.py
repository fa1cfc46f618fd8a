"""Predictions: what a student expects before an experiment runs. The points are for committing, right or wrong.

    @question("predict_order", name="prediction", marks={"committed": 1})
    def predict_order(answer, draw):
        yield committed_order(answer, ["RNN", "GRU"])

with `MISCONCEPTIONS = not_committed('["RNN", "GRU"]', '["RNN"]')`: nothing else than not committing can be wrong.
"""

from __future__ import annotations

import math
import re

from unrolled.checking.catalogue import Misconception
from unrolled.checking.choice import letter_of
from unrolled.checking.subject import Handle
from unrolled.checking.verdict import Finding

COMMITTED = "committed"  # the one idea of such a question


def number_of(given: object) -> float | None:
    """The number that is meant: an int, a float, a tensor or an array of one number, or a text such as "35 %"."""
    if isinstance(given, str):
        found = re.fullmatch(r"\W*?(-?\d+(?:\.\d+)?(?:e-?\d+)?)\s*%?\W*", given.strip())
        return float(found[1]) if found else None
    try:
        number = float(given) if not isinstance(given, bool) else math.nan  # type: ignore[arg-type]
    except (TypeError, ValueError, RuntimeError):
        return None
    return number if math.isfinite(number) else None


def order_of(given: object, names: list[str]) -> list[str]:
    """The names in the order given: a list, a tuple, or a text with commas or > between them. [] for no such order."""
    parts = re.split(r"->|→|[,;<>\n]", given) if isinstance(given, str) else given
    if not isinstance(parts, list | tuple):
        return []
    known = {name.casefold(): name for name in names}
    found = [known.get(str(part).strip(" .\"'()[]").casefold(), "") for part in parts]
    return found if sorted(found) == sorted(names) else []


def committed_number(answer: Handle, low: float, high: float) -> Finding:
    """A number from low to high: what could be measured at all, not what will be."""
    number = number_of(answer.value())
    if number is not None and low <= number <= high:
        return _committed(f"{number:g}")
    return _not_yet(f"a number from {low:g} to {high:g}", answer)


def committed_choice(answer: Handle) -> Finding:
    """One of the letters A to D, as in a question of choice."""
    letter = letter_of(answer.value())
    return _committed(letter) if letter else _not_yet("one of the letters A, B, C, D", answer)


def committed_order(answer: Handle, names: list[str]) -> Finding:
    """All the names, each once."""
    order = order_of(answer.value(), names)
    return _committed(", ".join(order)) if order else _not_yet(f"a list of {', '.join(names)}, each once", answer)


def not_committed(at: str, beside: str) -> list[Misconception]:
    """The wrong answers to a prediction: none. at: the reference's own, as it stands in the cell; beside: one that
    could be taken for one, such as a number out of bounds or an order without its last name."""
    hint = "Any guess counts, and none is held against you; but it has to be there."
    wrong = {"nothing": "None", "a_question_mark": '"?"', "a_sentence": '"we will see"', "beside_the_point": beside}
    return [Misconception(name, at, becomes, "", hint, (COMMITTED,)) for name, becomes in wrong.items()]


def _committed(what: str) -> Finding:
    return Finding(COMMITTED, 1, f"you expected {what}; what came out stands below the experiment")


def _not_yet(wanted: str, answer: Handle) -> Finding:
    given = answer.value()
    return Finding(COMMITTED, 0, f"no prediction yet: write {wanted}, not {given!r}", observed=str(given))
