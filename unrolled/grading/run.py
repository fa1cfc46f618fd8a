"""One pass over what a class has handed in, which may be stopped and gone on with."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence

from unrolled.grading.handed_in import Stray
from unrolled.grading.run_log import RunLog
from unrolled.grading.stopping import stoppable
from unrolled.grading.whole_class import ClassFolder, Result, grade, running_ahead, write_csv


class Run:
    """What is to be graded, and what has come of it.

    classes: assignment -> students. results: assignment -> what came of each so far. strays: what lies in submitted/ so
    that it cannot be graded. Raises ClassError for one of `students` who has handed in nothing for `assignments`.
    """

    def __init__(self, folder: ClassFolder, assignments: Sequence[str], students: Sequence[str] = ()) -> None:
        self.folder = folder
        self.classes = folder.handed_in.work(assignments, students)
        self.results: dict[str, list[Result]] = {assignment: [] for assignment in self.classes}
        self.strays = [
            stray
            for stray in folder.handed_in.strays()
            if stray.assignment in ("", *assignments) and stray.student in (students or [stray.student])
        ]

    @property
    def work(self) -> list[tuple[str, str]]:
        """(assignment, student) in the order of grading."""
        return [(assignment, student) for assignment, students in self.classes.items() for student in students]

    @property
    def done(self) -> list[Result]:
        return [result for results in self.results.values() for result in results]

    @property
    def failed(self) -> list[Result]:
        return [result for result in self.done if result.trouble]

    @property
    def lost(self) -> list[Stray]:
        """The strays of whoever has no mark for want of what lies there."""
        marked = {(result.student, result.assignment) for result in self.done if result.report}
        return [stray for stray in self.strays if stray.assignment and (stray.student, stray.assignment) not in marked]

    def go(self, workers: int, done: Callable[[Result], None], log: RunLog) -> bool:
        """Grade it all, telling `done` each result, and write the CSVs. Returns False if somebody has stopped it.

        Then what is done is kept, CSVs and all, and whoever's turn had not come, or not ended, has what she had before.
        """
        versions = [f"{name} {self.folder.course.bundle(name).hash}" for name in self.classes]
        log.say(f"begins: {len(self.work)} submissions; checks {', '.join(versions)}")

        def note(result: Result) -> None:
            self.results[result.assignment].append(result)
            log.note(result)
            done(result)

        with stoppable():
            try:
                with running_ahead(self.folder, self.work, workers) as ahead:
                    for assignment, students in self.classes.items():
                        grade(self.folder, assignment, students, note, ahead)
                        write_csv(self.folder, assignment, self.results[assignment])
            except KeyboardInterrupt:
                for assignment in filter(self.results.get, self.classes):
                    with contextlib.suppress(Exception):  # the gradebook may be what was waited for
                        write_csv(self.folder, assignment, self.results[assignment])
                log.say(f"stopped: {len(self.done)} of {len(self.work)} are graded")
                return False
        for stray in self.strays:
            log.say(f"not looked at: {stray}")
        log.say(f"ends: {len(self.done)} graded, {len(self.failed)} of them not marked")
        return True
