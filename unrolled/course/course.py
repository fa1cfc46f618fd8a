"""Where a course lies, and what is settled for all of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from unrolled.course.bundle import Bundle
from unrolled.course.errors import CourseError
from unrolled.walls.environment import take_out

SALT_VARIABLE = "UNROLLED_SALT"
PRACTICE_SALT = "practice"  # draws for a laptop, an audit and the demo; a real class sets its own
_KEPT: list[str] = []  # what the environment said


def withdraw_salt() -> str | None:
    """The salt that the environment has, or had: it is taken out, where any child of this user could read it."""
    if taken := take_out(SALT_VARIABLE):
        keep_salt(taken)
    return _KEPT[0] if _KEPT else None


def keep_salt(salt: str | None) -> None:
    """Have this process use a salt that another one has taken out of its environment."""
    _KEPT[:] = [salt] if salt else []


@dataclass(frozen=True)
class Course:
    """A folder with `nbgrader_config.py`, `source/` and `questions/` in it."""

    root: Path

    def __post_init__(self) -> None:
        withdraw_salt()  # before anything is started

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
        if salt := withdraw_salt():
            return salt
        kept = self.root / ".salt"
        return kept.read_text().strip() if kept.is_file() else PRACTICE_SALT
