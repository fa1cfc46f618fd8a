"""The gradebook when a master has changed: other cells' marks stay, a new cell comes, a retired one becomes history.

nbgrader refuses to add or remove a cell once somebody has handed in, and its way out deletes every mark. Its own
`SaveCells` gives way to ours (nbgrader_config.py), so that `nbgrader generate_assignment` does what `unrolled grade`
does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    GradeCell,
    Notebook,
    SolutionCell,
    SourceCell,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from nbgrader.preprocessors import SaveCells
from sqlalchemy import delete, exists, select
from traitlets import Unicode

from unrolled.course.master import TEST
from unrolled.doctor.plain import listed
from unrolled.grading.history import History, kept_of, restore
from unrolled.grading.marked_answers import MarkedAnswer, given
from unrolled.grading.waiting import is_above

KINDS = (GradeCell, SolutionCell, TaskCell)
ROWS: tuple[tuple[Any, tuple], ...] = (  # that nbgrader makes for a submission, and the cells that it makes them for
    (Grade, (GradeCell, TaskCell)),
    (Comment, (SolutionCell, TaskCell)),
)
Wanted = Mapping[Any, Mapping[str, Mapping[str, Any]]]  # kind of cell -> name -> its columns


class SaveChangedCells(SaveCells):
    """nbgrader's own, where it would refuse; and all in one transaction: a run that is killed changes nothing.

    What was changed for work that was handed in already is logged as a warning, a line each, with `changed` set on the
    record for who collects them.
    """

    history = Unicode("retired", help="Folder for the marks of retired cells, from the course's root.").tag(config=True)

    def preprocess(self, nb, resources):
        self._masters = {path.stem for path in Path(resources["metadata"]["path"]).glob("*.ipynb")}
        return super().preprocess(nb, resources)

    def _create_notebook(self, nb) -> None:
        wanted = {
            GradeCell: self.new_grade_cells,
            SolutionCell: self.new_solution_cells,
            TaskCell: self.new_task_cells,
            SourceCell: self.new_source_cells,
        }
        assignment = self.gradebook.find_assignment(self.assignment_id)
        migration = Migration(self.gradebook.db, assignment, History(Path(self.history), self.assignment_id))
        try:
            kernelspec = json.dumps(nb.metadata.get("kernelspec", {}))
            migration.take_notebook(self.notebook_id, self._masters, kernelspec, wanted)
            self.gradebook.db.commit()
        except BaseException:
            self.gradebook.db.rollback()
            raise
        for line in migration.changes:
            self.log.warning("%s: %s", self.assignment_id, line, extra={"changed": line})


class Migration:
    """Makes an assignment's rows what its masters ask for. Commits nothing: `changes` is true once the caller does."""

    def __init__(self, db, assignment: Assignment, history: History) -> None:
        self.db, self.assignment, self.history = db, assignment, history
        self.changes: list[str] = []

    def take_notebook(self, name: str, masters: Iterable[str], kernelspec: str, wanted: Wanted) -> None:
        """One notebook. masters: the names of all that the assignment has, this one included."""
        notebook = self._found(name, {*masters, name})
        notebook.kernelspec = kernelspec
        self.db.flush()
        self._retire(notebook, [cell for cell in notebook._base_cells if cell.name not in wanted[type(cell)]])
        there = {(type(cell), cell.name): cell for cell in notebook._base_cells}
        for kind in KINDS:
            for id, columns in wanted[kind].items():
                if (kind, id) not in there:
                    self.db.add(kind(name=id, notebook=notebook, **_without_id(columns)))
                else:
                    self._update(there[kind, id], _without_id(columns))
        self._write_sources(notebook, wanted[SourceCell])
        self.db.flush()
        self.db.expire_all()
        self._complete(notebook)

    def _found(self, name: str, masters: set[str]) -> Notebook:
        """The notebook's row. Where no master has the name of the only other one, that one was renamed."""
        known = {notebook.name: notebook for notebook in self.assignment.notebooks}
        left = [notebook for notebook in known.values() if notebook.name not in masters]
        if name not in known and len(left) == 1:
            known[name] = left.pop()
            self.changes.append(f"the notebook {known[name].name} is called {name} now")
            known[name].name = name
        for notebook in left:
            self._retire(notebook, list(notebook._base_cells))
            for row in (SourceCell, SubmittedNotebook):
                self._delete(delete(row).where(row.notebook_id == notebook.id))
            self.db.expire_all()
            self.changes.append(f"the notebook {notebook.name} is retired")
            self.db.delete(notebook)
        if name not in known:
            known[name] = Notebook(name=name, assignment=self.assignment)
            self.db.add(known[name])
        return known[name]

    # --- cells ------------------------------------------------------------------------------------------

    def _update(self, cell: BaseCell, columns: Mapping[str, Any]) -> None:
        worth = getattr(cell, "max_score", None)
        for name, value in columns.items():
            setattr(cell, name, value)
        self.db.flush()
        if worth is not None and worth != cell.max_score:
            self._tell_points(cell, worth)

    def _tell_points(self, cell: GradeCell | TaskCell, old: float) -> None:
        """Marks stay as they were given. A person's were given out of other points, which only a person can judge."""
        grades = self.db.scalars(select(Grade).where(Grade.cell_id == cell.id)).all()
        if not grades:
            return
        persons = [grade for grade in grades if given(grade) != (None, None)]
        above = [grade for grade in persons if is_above(grade)]
        for grade in above:
            grade.needs_manual_grade = True
        line = f"{_question(cell.name)} is worth {cell.max_score:g} points now, not {old:g}; the marks stay"
        if persons:
            line += f", {len(persons)} of them a person's, given out of {old:g}"
        if above:
            named = sorted(f"{grade.student.id} ({grade.manual_score:g})" for grade in above)
            line += f"; more than {cell.max_score:g} has {listed(named)}"
        self.changes.append(line)

    def _write_sources(self, notebook: Notebook, wanted: Mapping[str, Mapping[str, Any]]) -> None:
        """What nbgrader restores locked cells from; their order tells it where a missing one belongs."""
        rows = list(notebook.source_cells)
        if [row.name for row in rows] == list(wanted):
            for row in rows:
                for name, value in _without_id(wanted[row.name]).items():
                    setattr(row, name, value)
            return
        self._delete(delete(SourceCell).where(SourceCell.notebook_id == notebook.id))
        self.db.expire_all()
        for id, columns in wanted.items():
            self.db.add(SourceCell(name=id, notebook_id=notebook.id, **_without_id(columns)))
            self.db.flush()  # one after the other: they are read in the order of writing

    # --- submissions ------------------------------------------------------------------------------------

    def _complete(self, notebook: Notebook) -> None:
        """Give every submission the rows that nbgrader would have made for it, with what history has for them."""
        has = exists().where(
            SubmittedNotebook.assignment_id == SubmittedAssignment.id, SubmittedNotebook.notebook_id == notebook.id
        )
        lacking = select(SubmittedAssignment.id).where(SubmittedAssignment.assignment_id == self.assignment.id, ~has)
        for id in self.db.scalars(lacking).all():
            self.db.add(SubmittedNotebook(notebook_id=notebook.id, assignment_id=id))
        self.db.flush()
        for cell in notebook._base_cells:
            where, kept = self.history.of(cell)
            back = came = 0
            for row, kinds in ROWS:
                if isinstance(cell, kinds):
                    for made, student in self._missing(row, notebook, cell):
                        came += 1
                        back += restore(self.db, kept, made, student)
            worth = getattr(cell, "max_score", 0)
            if back:
                self.changes.append(f"{_question(cell.name)} is back: its marks and comments come from {where}")
            elif came and worth:
                told = f"{_question(cell.name)} ({worth:g} points) is new, and not marked yet"
                self.changes.append(f"{told} for {_many(came, 'submission')}")

    def _missing(self, row: Any, notebook: Notebook, cell: BaseCell) -> Iterable[tuple[Any, str]]:
        """New rows for the submissions that have none of this kind for a cell, each with its student."""
        has = exists().where(row.cell_id == cell.id, row.notebook_id == SubmittedNotebook.id)
        lacking = (
            select(SubmittedNotebook.id, SubmittedAssignment.student_id)
            .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .where(SubmittedNotebook.notebook_id == notebook.id, ~has)
        )
        made = [(row(cell_id=cell.id, notebook_id=id), student) for id, student in self.db.execute(lacking).all()]
        self.db.add_all(one for one, _ in made)
        self.db.flush()
        return made

    def _retire(self, notebook: Notebook, cells: Sequence[BaseCell]) -> None:
        """Write what the gradebook holds of these cells into history, then take it out."""
        if not cells:
            return
        sources = {row.name: row.source for row in notebook.source_cells}
        kept = [kept_of(self.db, cell, sources.get(cell.name, "")) for cell in cells]
        kept = [entry for entry in kept if entry["marks"] or entry["comments"]]
        where = self.history.write(notebook.name, kept) if kept else ""
        for entry in kept:
            self.changes.append(f"{_question(entry['name'])} is retired: {_counted(entry)} are kept in {where}")
        for cell in cells:
            grades = select(Grade.id).where(Grade.cell_id == cell.id)
            self._delete(delete(MarkedAnswer).where(MarkedAnswer.grade_id.in_(grades)))
            for row, _ in ROWS:
                self._delete(delete(row).where(row.cell_id == cell.id))
        self.db.expire_all()
        for cell in cells:
            self.db.delete(cell)
        self.db.flush()
        self.db.expire_all()

    def _delete(self, statement: Any) -> None:
        self.db.flush()
        self.db.execute(statement, execution_options={"synchronize_session": False})


def _without_id(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in columns.items() if name != "id"}


def _question(name: str) -> str:
    return name.removeprefix(TEST)


def _counted(entry: dict) -> str:
    marks, comments = len(entry["marks"]), len(entry["comments"])
    persons = sum((mark["manual_score"], mark["extra_credit"]) != (None, None) for mark in entry["marks"])
    counts = [f"{_many(marks, 'mark')} ({persons} a person's)"] if marks else []
    return " and ".join([*counts, *([_many(comments, "comment")] if comments else [])])


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")
