"""Wrong answers that a check must reject, and right ones that it must accept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class CatalogueError(Exception):
    """An entry no longer fits the reference solution that it was written against."""


@dataclass(frozen=True)
class Misconception:
    """The reference solution with one fault in it.

    name: a word of its own. at, becomes: the patch; `at` must stand exactly once in the reference.
    what: what such a solution is, to follow "this is exactly what", or empty if the hint says it all (the reason
    why an option is wrong); hint: a question or a pointer in the student's terms. caught_by: the ideas of the
    check that must fail, and no others do; of a training, those that did where it was written.
    hidden_only: why the visible test lets it pass on purpose; empty where the visible test must catch it.
    seen: where this mistake was met, if it was.
    """

    name: str
    at: str
    becomes: str
    what: str
    hint: str
    caught_by: tuple[str, ...]
    hidden_only: str = ""
    seen: str = ""

    def apply(self, reference: str) -> str:
        """The faulty source. Raises CatalogueError unless the patch applies in exactly one place."""
        return _patched(reference, self.at, self.becomes, f"misconception {self.name}")


@dataclass(frozen=True)
class Forgery:
    """Answers that are wrong together: an earlier one is bent so that a later wrong one looks right on top of it.

    patches: question -> (at, becomes), as in a Misconception. at_most: question -> the points that it may earn so.
    """

    name: str
    patches: dict[str, tuple[str, str]]
    at_most: dict[str, float]
    why: str

    @property
    def question(self) -> str:
        """The earliest that it bends, with which it is tried."""
        return next(iter(self.patches))

    def apply(self, references: Mapping[str, str]) -> dict[str, str]:
        """question -> the faulty source. Raises CatalogueError unless each patch applies in exactly one place."""
        return {
            question: _patched(references[question], at, becomes, f"forgery {self.name}, {question}")
            for question, (at, becomes) in self.patches.items()
        }


def _patched(reference: str, at: str, becomes: str, entry: str) -> str:
    count = reference.count(at)
    if count != 1:
        raise CatalogueError(f"{entry}: {at!r} stands {count} times in the reference, not once")
    return reference.replace(at, becomes)


@dataclass(frozen=True)
class Alternative:
    """A whole answer cell, right and written differently. why: what it does in another way."""

    name: str
    source: str
    why: str


def read_alternative(path: Path) -> Alternative:
    """An answer cell from a file of its own: the first line is a comment that says why it is there, the rest the cell.

    Raises CatalogueError where that line is missing.
    """
    why, _, source = path.read_text(encoding="utf-8").partition("\n")
    if not why.startswith("# ") or not source.strip():
        raise CatalogueError(f"{path}: begin with a comment that says what this answer does in another way")
    return Alternative(path.stem, source, why.removeprefix("# ").strip())
