"""What a question's check says of itself: its id, the object's name, the marks, the budget.

It is written in the decorator of the check and can be read without running it, because linting a master, building its
release and showing the course's points must not take seconds to import torch.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path


class DeclarationError(Exception):
    """A check's file does not declare one question in words that can be read; the message names it, and the cure."""


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """id: the answer cell's; name: what the contract calls the object; marks: idea -> points.

    budget: for an answer that trains, the reference passes (unrolled.desk.meter.Meter) that running it may cost; None
    for an answer that only defines.
    """

    id: str
    name: str
    marks: dict[str, float]
    budget: float | None = None

    @property
    def points(self) -> float:
        return sum(self.marks.values())


def read_declaration(path: Path) -> Declaration:
    """The declaration of the one `@question(...)` in a file. Raises DeclarationError where there is not just one,
    or where it is not written in literals."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DeclarationError(f"{path} is missing") from None
    except (SyntaxError, ValueError) as error:
        raise DeclarationError(f"{path} is no Python: {error}") from None
    calls = [
        decorator
        for statement in tree.body
        if isinstance(statement, ast.FunctionDef)
        for decorator in statement.decorator_list
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "question"
    ]
    if len(calls) != 1:
        raise DeclarationError(f"{path} declares {len(calls)} questions; write one check with @question in each")
    (call,) = calls
    given = {"id": call.args[0]} if call.args else {}
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    try:
        said = {name: ast.literal_eval(given[name]) for name in ("id", "name", "marks", "budget") if name in given}
        return Declaration(**said)
    except (ValueError, TypeError):
        raise DeclarationError(
            f"{path}, line {call.lineno}: write the question's id, name, marks and budget as literals, so that they "
            "can be read without running the check"
        ) from None
