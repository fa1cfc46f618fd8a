"""From recorded verdicts to nbgrader's gradebook."""

from __future__ import annotations

from nbgrader import utils
from nbgrader.preprocessors import SaveAutoGrades

from unrolled.course.master import TEST


class SaveVerdicts(SaveAutoGrades):
    """Scores come from what the referee recorded, never from a cell's output.

    nbgrader alone reads the output: full points for a cell that printed nothing, none for one line on
    stderr. A manual score still stands above ours, as always.
    """

    def _add_score(self, cell, resources) -> None:
        id = cell.metadata["nbgrader"]["grade_id"]
        if utils.is_solution(cell):  # free text: graded by a person, as nbgrader has it
            return super()._add_score(cell, resources)
        grade = self.gradebook.find_grade(id, self.notebook_id, self.assignment_id, self.student_id)
        verdict = resources.get("unrolled", {}).get("verdicts", {}).get(id)
        grade.auto_score = float(verdict.points) if verdict and id.startswith(TEST) else 0.0
        grade.needs_manual_grade = grade.manual_score is not None or bool(verdict and verdict.needs_person)
        self.gradebook.db.commit()
