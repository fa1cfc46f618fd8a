"""Where a course lies, and what is settled for all of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from unrolled.course.bundle import Bundle
from unrolled.course.errors import CourseError

SALT_VARIABLE = "UNROLLED_SALT"
PRACTICE_SALT = "practice"  # draws for a laptop, an audit and the demo; a real class sets its own


@dataclass(frozen=True)
class Course:
    """A folder with `nbgrader_config.py`, `source/` and `questions/` in it."""

    root: Path

    @classmethod
    def find(cls, start: Path | str = ".") -> Course:
        """The course that `start` lies in, else the one that this package was installed from, in place.

        Raises CourseError when there is none.
        """
        start = Path(start).resolve()
        for folder in [start, *start.parents, Path(__file__).parents[2]]:
            if (folder / "nbgrader_config.py").is_file() and (folder / "questions").is_dir():
                return cls(folder)
        raise CourseError(f"{start} is not inside a course: no folder above it has nbgrader_config.py and questions/")

    @property
    def assignments(self) -> list[str]:
        """The names of the folders in `source/` that hold a master, in order."""
        found = (self.root / "source").glob("*/*.ipynb")
        return sorted({path.parent.name for path in found})

    def bundle(self, assignment: str) -> Bundle:
        """What marking an assignment needs. Raises CourseError for an unknown name."""
        if assignment not in self.assignments:
            raise CourseError(f"there is no assignment {assignment!r}; source/ has {', '.join(self.assignments)}")
        return self._bundles.setdefault(assignment, Bundle(self.root, assignment))

    @cached_property
    def _bundles(self) -> dict[str, Bundle]:
        return {}

    def bundle_with(self, question: str) -> Bundle:
        """The bundle of the assignment that has this question."""
        for assignment in self.assignments:
            if question in self.bundle(assignment).declared:
                return self.bundle(assignment)
        raise CourseError(f"no assignment has a question {question!r}; questions/ holds the checks")

    @property
    def salt(self) -> str:
        """The secret that the draws depend on: $UNROLLED_SALT, or the file `.salt` in the course's folder."""
        if os.environ.get(SALT_VARIABLE):
            return os.environ[SALT_VARIABLE]
        kept = self.root / ".salt"
        return kept.read_text().strip() if kept.is_file() else PRACTICE_SALT
