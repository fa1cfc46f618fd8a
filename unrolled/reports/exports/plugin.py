"""What all exporters share: where the class lies, which assignments and students, where files go, what is said."""

from __future__ import annotations

from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin
from traitlets import Instance, Unicode

from unrolled.course.course import Course
from unrolled.course.errors import BadInput
from unrolled.doctor.plain import listed
from unrolled.grading.whole_class import ClassFolder
from unrolled.reports.members import Member, members


class ClassExport(ExportPlugin):
    """Base of the course's exporters. `export` is nbgrader's way in; `write` is what each of them does.

    Raises BadInput, in a sentence, for an assignment that the course has not, and for a file that cannot be filled in.
    """

    into = Unicode("", help="A file that the LMS gave out, which is copied with the marks filled in.").tag(config=True)
    column = Unicode("", help="Which column of that file, where it is not called as the assignment is.").tag(
        config=True
    )
    folder = Instance(ClassFolder, allow_none=True, help="The class; by itself the one in the course's root.")

    def export(self, gradebook: Gradebook) -> None:
        for path in self.write(gradebook):
            self.log.info("Wrote %s", path)
        for note in self.notes:
            self.log.warning("%s", note)

    def write(self, gradebook: Gradebook) -> list[Path]:
        """Write the files; returns their paths, and leaves in `notes` what a person should know."""
        raise NotImplementedError

    def __init__(self, **kwargs) -> None:
        super().__init__(**kwargs)
        self.notes: list[str] = []

    @property
    def class_(self) -> ClassFolder:
        if self.folder is None:
            coursedir = getattr(self.parent, "coursedir", None)
            course = Course.find(coursedir.root if coursedir else ".")
            self.folder = ClassFolder(course, course.root)
            if coursedir:  # nbgrader export --db …
                self.folder.config.CourseDirectory.db_url = coursedir.db_url
        return self.folder

    def chosen(self, gradebook: Gradebook) -> list[str]:
        """The assignments that are asked for; else all that the gradebook and the course have."""
        for name in map(str, self.assignment):
            self.class_.course.bundle(name)
        known = {one.name for one in gradebook.assignments}
        if missing := sorted(set(map(str, self.assignment)) - known):
            raise BadInput(f"nothing of {', '.join(missing)} is in the gradebook yet: unrolled grade {missing[0]}")
        found = list(map(str, self.assignment)) or [one for one in self.class_.course.assignments if one in known]
        if not found:
            raise BadInput(f"nothing is graded in {self.class_.folder}: unrolled grade comes first")
        return found

    def one_assignment(self, gradebook: Gradebook) -> str:
        """The only one, for a file that has room for one. Raises BadInput."""
        names = self.chosen(gradebook)
        if len(names) > 1:
            raise BadInput(f"{self.into} is filled in for one assignment; name it: {', '.join(names)}")
        return names[0]

    def members(self, gradebook: Gradebook, assignment: str) -> list[Member]:
        only = set(map(str, self.student))
        return [one for one in members(self.class_, assignment, gradebook) if not only or one.student in only]

    def unmarked(self, class_: list[Member]) -> list[str]:
        """A note on those whose cell is empty though they handed something in."""
        names = [one.student for one in class_ if one.handed_in and one.total is None]
        return [f"not marked, so that their cell is empty, which is not a 0: {listed(names)}"] if names else []

    def waiting(self, class_: list[Member]) -> list[str]:
        """A note on totals that can still change."""
        names = [one.student for one in class_ if one.waiting and one.total is not None]
        return (
            [f"a person has not looked at all answers yet, so that these totals can change: {listed(names)}"]
            if names
            else []
        )

    def target(self, name: str, only: bool = True) -> Path:
        """Where a file goes: into the class's folder, into the folder `to`, or to `to` itself if that has an ending and
        this is the only file. Raises BadInput."""
        path = Path(self.to) if self.to else self.class_.folder
        if self.to and path.suffix:
            if not only:
                raise BadInput(f"{path} is one file, and there are several to write: name a folder, or one assignment")
        else:
            path = path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.into and path.resolve() == Path(self.into).resolve():
            raise BadInput(f"{path} is the file to fill in; --to has to name another")
        return path
