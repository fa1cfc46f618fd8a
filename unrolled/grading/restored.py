"""nbgrader's OverwriteCells, but for what the doctor has put back as an older release had it."""

from __future__ import annotations

from nbgrader.preprocessors import OverwriteCells
from nbgrader.utils import compute_checksum, is_solution

from unrolled.doctor.older import OLDER


class RestoredCells(OverwriteCells):
    """nbgrader restores locked cells from the gradebook, which knows today's master alone. Work that was begun on an
    older release stands on what that one gave out (unrolled.doctor.older)."""

    def preprocess_cell(self, cell, resources, cell_index):
        if not cell.metadata.pop(OLDER, False):
            return super().preprocess_cell(cell, resources, cell_index)
        if not is_solution(cell):
            cell.metadata.nbgrader["checksum"] = compute_checksum(cell)
        return cell, resources

    def add_missing_grade_cells(self, nb, resources):
        """What such work lacks was not asked then, and is not put in."""
        if nb.metadata.get("unrolled", {}).get("absent"):
            return nb, resources
        return super().add_missing_grade_cells(nb, resources)
