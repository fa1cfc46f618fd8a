"""Where a course lies, and what is settled for all of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from unrolled.course.bundle import Bundle
from unrolled.course.errors import CourseError
from unrolled.course.near import did_you_mean
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
            if _holds_a_course(folder):
                return cls(folder)
        raise CourseError(f"{start} is not inside a course: no folder above it has nbgrader_config.py and questions/")

    @classmethod
    def at(cls, folder: Path | str) -> Course:
        """The course in this folder, and never another one. Raises CourseError, which names the one above it."""
        folder = Path(folder).resolve()
        if _holds_a_course(folder):
            return cls(folder)
        above = next(filter(_holds_a_course, folder.parents), None)
        cure = f"; the one that it lies in is {above}" if above else ""
        raise CourseError(f"{folder} holds no course, which has nbgrader_config.py and questions/{cure}")

    @property
    def assignments(self) -> list[str]:
        """The names of the folders in `source/` that hold a master, in order."""
        found = (self.root / "source").glob("*/*.ipynb")
        return sorted({path.parent.name for path in found})

    def bundle(self, assignment: str) -> Bundle:
        """What marking an assignment needs. Raises CourseError for an unknown name."""
        if assignment not in self.assignments:
            cure = did_you_mean(assignment, self.assignments)
            raise CourseError(f"there is no assignment {assignment!r}; source/ has {', '.join(self.assignments)}{cure}")
        return self._bundles.setdefault(assignment, Bundle(self.root, assignment))

    @cached_property
    def _bundles(self) -> dict[str, Bundle]:
        return {}

    def bundle_with(self, question: str) -> Bundle:
        """The bundle of the assignment that has this question."""
        for assignment in self.assignments:
            if question in self.bundle(assignment).declared:
                return self.bundle(assignment)
        known = [id for assignment in self.assignments for id in self.bundle(assignment).declared]
        cure = did_you_mean(question, known)
        raise CourseError(f"no assignment has a question {question!r}; questions/ holds the checks{cure}")

    @property
    def salt(self) -> str:
        """The secret that the draws depend on: $UNROLLED_SALT, or the file `.salt` in the course's folder.

        Raises CourseError for a file that holds none: whoever made it believes that there is one.
        """
        if salt := withdraw_salt():
            return salt
        kept = self.root / ".salt"
        return _read_salt(kept) if kept.exists() else PRACTICE_SALT


def _holds_a_course(folder: Path) -> bool:
    return (folder / "nbgrader_config.py").is_file() and (folder / "questions").is_dir()


def _read_salt(file: Path) -> str:
    cure = "write one line of text into it, which nobody can guess, or delete it"
    try:
        salt = file.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        raise CourseError(f"{file} is not text, so that it is no secret that draws can depend on: {cure}") from None
    except OSError as error:
        raise CourseError(f"{file} cannot be read ({error.strerror}): {cure}") from None
    if not salt:
        raise CourseError(f"{file} is empty, so that anybody could know the draws: {cure}")
    if not salt.isprintable():
        raise CourseError(f"{file} is not one line of text: {cure}")
    return salt
