"""From recorded verdicts to nbgrader's gradebook."""

from __future__ import annotations

import contextlib

from nbgrader import utils
from nbgrader.api import MissingEntry
from nbgrader.preprocessors import SaveAutoGrades

from unrolled.course.master import TEST, TRY
from unrolled.grading.marked_answers import answers, given, stands
from unrolled.grading.waiting import is_above


class SaveVerdicts(SaveAutoGrades):
    """Scores come from what the referee recorded, never from a cell's output.

    nbgrader alone reads the output: full points for a cell that printed nothing, none for one line on
    stderr. A manual score still stands above ours, as always. What waits for a person is what nobody has looked at:
    an answer in words, a verdict that asks for it, and a mark that was given for another answer than this one.
    """

    def preprocess(self, nb, resources):
        self._answers = dict(answers(nb))
        absent = nb.metadata.get("unrolled", {}).get("absent", [])
        self._absent = {id for question in absent for id in (question, TRY + question, TEST + question)}
        return super().preprocess(nb, resources)

    def _add_score(self, cell, resources) -> None:
        id = cell.metadata["nbgrader"]["grade_id"]
        grade = self.gradebook.find_grade(id, self.notebook_id, self.assignment_id, self.student_id)
        verdict = resources.get("unrolled", {}).get("verdicts", {}).get(id)
        if utils.is_solution(cell):  # free text: graded by a person, unless nothing was written
            grade.auto_score, _ = utils.determine_grade(cell, self.log)
            nobody = grade.auto_score is None and grade.manual_score is None
        else:
            grade.auto_score = float(verdict.points) if verdict and id.startswith(TEST) else 0.0
            nobody = bool(verdict and verdict.needs_person) and given(grade) == (None, None)
        if id in self._absent:  # it was not asked in the release that this was begun on: no 0
            grade.auto_score, nobody = None, given(grade) == (None, None)
            self._pass_over(TRY + id.removeprefix(TEST))
        stood = stands(self.gradebook.db, grade, self._answers[id])
        grade.needs_manual_grade = nobody or not stood or is_above(grade)
        self.gradebook.db.commit()

    def _pass_over(self, id: str) -> None:
        """A visible test that is not in the notebook: nobody waits for it."""
        with contextlib.suppress(MissingEntry):
            grade = self.gradebook.find_grade(id, self.notebook_id, self.assignment_id, self.student_id)
            grade.auto_score, grade.needs_manual_grade = 0.0, False
