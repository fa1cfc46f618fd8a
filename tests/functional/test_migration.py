"""A master that changes when marks exist: what the gradebook held before, and what it holds after."""

import json
import shutil

import nbformat
import pytest
from nbgrader.api import Base
from sqlalchemy import create_engine, event

from unrolled.course.course import Course
from unrolled.course.errors import BuildError
from unrolled.grading import migration
from unrolled.grading.history import History
from unrolled.grading.whole_class import ClassFolder, tell_gradebook

ROOT = Course.find(__file__).root
ASSIGNMENT, NAME = "01_tiny", "tiny"
STUDENTS = ("ada", "boris", "chen")


def code(id: str, points: float | None = None):
    """An answer's cell, or with points a check's."""
    about = {"grade_id": id, "grade": points is not None, "solution": points is None, "locked": points is not None}
    about |= {"schema_version": 3, "task": False, **({} if points is None else {"points": points})}
    return nbformat.v4.new_code_cell(f"{id} = 1", id=id, metadata={"nbgrader": about})


def words(id: str, points: float):
    about = {"grade_id": id, "grade": True, "solution": True, "locked": False, "points": points}
    source = f"*{id}?*\n\n### BEGIN SOLUTION\nyes\n### END SOLUTION"
    meta = {"nbgrader": {**about, "schema_version": 3, "task": False}}
    return nbformat.v4.new_markdown_cell(source, id=id, metadata=meta)


FIRST = [code("a"), code("test_a", 6), code("b"), code("test_b", 4), words("why", 5)]


def rows(folder: ClassFolder) -> dict[tuple[str, str], tuple]:
    """(student, cell) -> (auto, manual, extra, waits) of every grade, and (student, "# cell") -> the comments."""
    with folder.gradebook as gradebook:
        notebooks = [n for s in gradebook.assignment_submissions(ASSIGNMENT) for n in s.notebooks]
        found = {
            (n.student.id, g.name): (g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade)
            for n in notebooks
            for g in n.grades
        }
        return found | {(n.student.id, f"# {c.name}"): c.manual_comment for n in notebooks for c in n.comments}


def write(folder: ClassFolder, cells: list) -> None:
    path = folder.course.root / "source" / ASSIGNMENT / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


@pytest.fixture(scope="module")
def class_of_three(tmp_path_factory):
    """The folder of a class after marking: a person's mark and comment on words, and an override. Made once."""
    root = tmp_path_factory.mktemp("class")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    folder = ClassFolder(Course(root), root)
    write(folder, FIRST)
    Base.metadata.create_all(create_engine(f"sqlite:///{root / 'gradebook.db'}"))  # nbgrader starts a process for it
    tell_gradebook(folder, ASSIGNMENT)
    with folder.gradebook as gradebook:
        for student in STUDENTS:
            gradebook.add_student(student)
            gradebook.add_submission(ASSIGNMENT, student)
            for cell, points in {"test_a": 6.0, "test_b": 3.0}.items():
                grade = gradebook.find_grade(cell, NAME, ASSIGNMENT, student)
                grade.auto_score, grade.needs_manual_grade = points, False
        why = gradebook.find_grade("why", NAME, ASSIGNMENT, "ada")
        why.manual_score, why.needs_manual_grade = 4.5, False
        gradebook.find_comment("why", NAME, ASSIGNMENT, "ada").manual_comment = "Well put."
        override = gradebook.find_grade("test_b", NAME, ASSIGNMENT, "boris")
        override.manual_score, override.extra_credit = 4.0, 1.0
        gradebook.db.commit()
    return root


@pytest.fixture
def marked(class_of_three, tmp_path) -> ClassFolder:
    shutil.copytree(class_of_three, tmp_path, dirs_exist_ok=True)
    return ClassFolder(Course(tmp_path), tmp_path)


@pytest.fixture
def teach(marked):
    """Change the master to these cells and tell the gradebook; returns what was said to have changed."""

    def teach(cells):
        write(marked, cells)
        tell_gradebook(marked, ASSIGNMENT)
        return marked.changes.pop(ASSIGNMENT)

    return teach


def test_a_question_comes_and_one_goes_and_every_other_mark_stays(teach, marked):
    """One retired has a person's mark and comment, the other only the check's; so has one of those that stay."""
    before = rows(marked)
    said = teach([code("b"), code("test_b", 4), code("c"), code("test_c", 7), words("how", 4)])
    after = rows(marked)
    assert {key: row for key, row in after.items() if key in before} == {
        key: row for key, row in before.items() if key[1] in ("test_b", "# b")
    }
    new = {key: row for key, row in after.items() if key not in before}
    assert new == {(s, cell): (None, None, None, True) for s in STUDENTS for cell in ("test_c", "how")} | {
        (s, cell): None for s in STUDENTS for cell in ("# c", "# how")
    }
    with marked.gradebook as gradebook:
        assert [s.max_score for s in gradebook.assignment_submissions(ASSIGNMENT)] == [15, 15, 15]
    assert [line.split(" are kept")[0] for line in said] == [
        "a is retired: 3 marks (0 a person's)",
        "why is retired: 1 mark (1 a person's)",
        "why is retired: 1 comment",
        "c (7 points) is new, and not marked yet for 3 submissions",
        "how (4 points) is new, and not marked yet for 3 submissions",
    ]


def test_what_nbgrader_restores_cells_from_is_in_the_masters_order(teach, marked):
    cells = [code("c"), code("test_c", 7), *FIRST]
    teach(cells)
    with marked.gradebook as gradebook:
        sources = [(row.name, row.source) for row in gradebook.find_notebook(NAME, ASSIGNMENT).source_cells]
    assert [name for name, _ in sources] == [cell.id for cell in cells] and dict(sources)["test_c"] == "test_c = 1"


def test_what_was_retired_can_be_read(teach, marked):
    teach([code("b"), code("test_b", 4)])
    (path,) = (marked.folder / "retired").iterdir()
    kept = json.loads(path.read_text(encoding="utf-8"))
    by_cell = {(cell["kind"], cell["name"]): cell for cell in kept["cells"]}
    assert [m["student"] for m in by_cell["GradeCell", "test_a"]["marks"]] == list(STUDENTS)
    assert [m["manual_score"] for m in by_cell["GradeCell", "why"]["marks"]] == [4.5]
    assert [c["manual_comment"] for c in by_cell["SolutionCell", "why"]["comments"]] == ["Well put."]
    assert "why?" in by_cell["GradeCell", "why"]["source"]


def test_a_question_that_comes_back_has_its_marks_and_comments_again(teach, marked):
    """Somebody graded with an older master by mistake."""
    before = rows(marked)
    teach([code("b"), code("test_b", 4)])
    said = teach(FIRST)
    assert rows(marked) == before
    assert sum("is back" in line for line in said) == 3


def test_other_points_touch_no_mark_and_tell_whose_is_above(teach, marked):
    before = rows(marked)
    said = teach([code("a"), code("test_a", 6), code("b"), code("test_b", 2), words("why", 10)])
    boris = ("boris", "test_b")
    assert rows(marked) == before | {boris: (3.0, 4.0, 1.0, True)}
    assert said == [
        "b is worth 2 points now, not 4; the marks stay, 1 of them a person's, given out of 4; "
        "more than 2 has boris (4)",
        "why is worth 10 points now, not 5; the marks stay, 1 of them a person's, given out of 5",
    ]


def test_nothing_is_said_where_nothing_changed(teach, marked):
    before = rows(marked)
    assert teach(FIRST) == [] and rows(marked) == before
    assert not (marked.folder / "retired").exists()


def test_a_notebook_of_another_name_keeps_its_marks(teach, marked):
    """Last year's gradebook may have called it otherwise."""
    with marked.gradebook as gradebook:
        gradebook.find_notebook(NAME, ASSIGNMENT).name = "last_year"
        gradebook.db.commit()
    before = rows(marked)
    assert teach(FIRST) == ["the notebook last_year is called tiny now"]
    assert rows(marked) == before


def test_last_years_gradebook_with_two_other_notebooks(teach, marked):
    with marked.gradebook as gradebook:
        gradebook.find_notebook(NAME, ASSIGNMENT).name = "part_1"
        gradebook.db.commit()
        gradebook.add_notebook("part_2", ASSIGNMENT)
        gradebook.add_assignment("99_gone")
    said = teach(FIRST)
    assert "the notebook part_1 is retired" in said and "the notebook part_2 is retired" in said
    assert {cell for _, cell in rows(marked)} == {"test_a", "test_b", "why", "# a", "# b", "# why"}
    with marked.gradebook as gradebook:
        assert [n.name for n in gradebook.find_assignment(ASSIGNMENT).notebooks] == [NAME]
        assert [s.score for s in gradebook.assignment_submissions(ASSIGNMENT)] == [9 + 4.5, 11, 9]


SWAPPED = [code("b"), code("test_b", 3), code("c"), code("test_c", 7)]


def test_a_run_that_ends_in_the_middle_leaves_the_old_state(teach, marked, monkeypatch):
    before = rows(marked)
    monkeypatch.setattr(History, "of", lambda *_: 1 / 0)  # the last thing that is done
    with pytest.raises(BuildError, match="01_tiny cannot be released"):
        teach(SWAPPED)
    assert rows(marked) == before
    monkeypatch.undo()
    assert any("c (7 points) is new" in line for line in teach(SWAPPED))


def test_all_of_it_is_one_transaction(teach, monkeypatch):
    """A kill can leave no state but those before and after the one commit."""
    commits: list[str] = []
    take = migration.Migration.take_notebook

    def watched(self, *arguments):
        event.listen(self.db(), "after_commit", lambda session: commits.append("commit"))
        take(self, *arguments)
        commits.append("everything is done")

    monkeypatch.setattr(migration.Migration, "take_notebook", watched)
    teach(SWAPPED)
    assert commits == ["everything is done", "commit"]


def test_a_retired_folder_with_a_broken_file_is_no_obstacle(teach, marked):
    (marked.folder / "retired").mkdir()
    (marked.folder / "retired/01_tiny-1.json").write_text("{")
    assert any("c (7 points) is new" in line for line in teach(SWAPPED))


def test_nbgrader_alone_refuses(marked):
    """The control."""
    config = marked.folder / "nbgrader_config.py"
    text = config.read_text()
    assert "unrolled.grading.migration.SaveChangedCells" in text
    config.write_text(text.replace("unrolled.grading.migration.SaveChangedCells", "nbgrader.preprocessors.SaveCells"))
    write(marked, SWAPPED)
    with pytest.raises(BuildError, match="submissions associated"):
        tell_gradebook(ClassFolder(marked.course, marked.folder), ASSIGNMENT)
