"""The class's own CSV, one an assignment: the file that grading writes, written anew and, if asked for, elsewhere."""

from __future__ import annotations

import shutil
from pathlib import Path

from nbgrader.api import Gradebook

from unrolled.course.errors import BadInput
from unrolled.grading.whole_class import Result, write_csv
from unrolled.reports.exports.plugin import ClassExport


class CsvExport(ClassExport):
    """nbgrader's columns, and behind them what a person should know of each row."""

    def write(self, gradebook: Gradebook) -> list[Path]:
        if self.student or self.into:
            raise BadInput(
                "the class's CSV has everybody and fills in no other file: leave out the students and --into"
            )
        written = []
        names = self.chosen(gradebook)
        for name in names:
            class_ = self.members(gradebook, name)
            path = write_csv(
                self.class_, name, [Result(one.student, name, trouble=one.why) for one in class_ if one.why]
            )
            target = self.target(path.name, only=len(names) == 1)
            if target.resolve() != path.resolve():
                shutil.copyfile(path, target)
            written.append(target)
        return written
