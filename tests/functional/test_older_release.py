"""Work that was begun on a release which has been replaced since: it is marked by what that release gave and asked."""

import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Base
from sqlalchemy import create_engine

from unrolled.build.hashes import content_hash
from unrolled.build.kept_releases import kept
from unrolled.build.release import build
from unrolled.course.course import Course
from unrolled.doctor.mending import mend
from unrolled.grading.notebook import mark_file
from unrolled.grading.whole_class import ClassFolder, grade

ROOT = Course.find(__file__).root
ASSIGNMENT, NAME = "01_tiny", "tiny"
CHECK = """from unrolled.checking.parity import values
from unrolled.checking.question import question


@question("{id}", name="{id}", marks={{"values": {points}}})
def {id}(function, draw):
    for case in draw.cases(B=[1, 3]):
        x = case.normal(case.B, 2)
        yield values(function(x), 2 * x + 1, case)
"""


def locked(id: str, source: str, points: float | None = None):
    about = {"grade_id": id, "grade": points is not None, "solution": False, "locked": True, "schema_version": 3}
    about |= {"task": False, **({} if points is None else {"points": points})}
    return nbformat.v4.new_code_cell(source, id=id, metadata={"nbgrader": about})


def question(id: str, helper: str, points: float = 6):
    about = {"grade_id": id, "grade": False, "solution": True, "locked": False, "schema_version": 3, "task": False}
    answer = f"def {id}(x):\n    ### BEGIN SOLUTION\n    return {helper}(x) + 1\n    ### END SOLUTION"
    hidden = f'# {points}\n### BEGIN HIDDEN TESTS\nfrom unrolled import check\n\ncheck("{id}")\n### END HIDDEN TESTS'
    return [
        nbformat.v4.new_code_cell(answer, id=id, metadata={"nbgrader": about}),
        locked(f"try_{id}", f"assert {id}(2) == {helper}(2) + 1", 0),
        locked(f"test_{id}", hidden, points),
    ]


def words():
    about = {"grade_id": "why", "grade": True, "solution": True, "locked": False, "points": 5, "schema_version": 3}
    source = "*Why?*\n\n### BEGIN SOLUTION\nSo.\n### END SOLUTION"
    return nbformat.v4.new_markdown_cell(source, id="why", metadata={"nbgrader": {**about, "task": False}})


def prose(text: str, id: str = "prose"):
    return nbformat.v4.new_markdown_cell(text, id=id)


def given(helper: str):
    return locked("helper", f"def {helper}(x):\n    return 2 * x")


THEN = [prose("# Tiny"), given("double"), *question("first", "double"), *question("gone", "double", 4), words()]
NOW = [prose("# Tiny"), given("twice"), *question("first", "twice", 8), words(), *question("later", "twice", 3)]


def release(course: Course, cells: list) -> nbformat.NotebookNode:
    """Write the master and build what students get of it."""
    path = course.root / "source" / ASSIGNMENT / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return nbformat.read(build(course, ASSIGNMENT) / f"{NAME}.ipynb", as_version=4)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The course with its first release and the one that replaced it; and an answer to the first, in its own words."""
    root = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    course = Course(root)
    old = release(course, THEN)
    release(course, NOW)
    for id, points in {"first": 8, "later": 3}.items():
        folder = root / "questions" / NAME / id
        folder.mkdir(parents=True)
        (folder / "check.py").write_text(CHECK.format(id=id, points=points))
        (folder / "misconceptions.py").write_text("MISCONCEPTIONS = []\n")
    (kept_file,) = (root / "releases" / ASSIGNMENT).iterdir()
    shutil.copy(kept_file, root / "releases/planted.json")
    (cell,) = (cell for cell in old.cells if cell.id == "first")
    cell.source = "def first(x):\n    return double(x) + 1"
    return course, old


@pytest.fixture
def course(made) -> Course:
    return made[0]


@pytest.fixture
def begun_then(made) -> nbformat.NotebookNode:
    return nbformat.from_dict(made[1])


def sources(notebook) -> dict[str, str]:
    return {cell.metadata.nbgrader.grade_id: cell.source for cell in notebook.cells if "nbgrader" in cell.metadata}


def test_its_answers_stand_on_what_it_gave(course, begun_then):
    mended = mend(course.bundle(ASSIGNMENT), begun_then)
    cells = sources(mended.notebook)
    assert "def double" in cells["helper"] and "double(2)" in cells["try_first"]
    assert "HIDDEN TESTS" in cells["test_first"]  # today's
    assert list(cells) == ["helper", "first", "try_first", "test_first", "why", "test_later"]
    assert "def gone" in "".join(cell.source for cell in mended.notebook.cells if "nbgrader" not in cell.metadata)


def test_what_became_of_it_is_said(course, begun_then):
    hash = begun_then.metadata.unrolled.release
    assert mend(course.bundle(ASSIGNMENT), begun_then).remarks == [
        f"begun on an earlier release ({hash}): what it gave is as it was then, and the checks are today's",
        "not asked any more, and so not marked: gone",
        "not in that release, so that a person looks: later",
        "first was worth 6 points in that release, and is worth 8 now",
    ]


def test_a_new_question_that_was_copied_into_it_is_asked(course, begun_then):
    today = nbformat.read(course.root / "release" / ASSIGNMENT / f"{NAME}.ipynb", as_version=4)
    begun_then.cells += [cell for cell in today.cells if cell.id == "later"]
    mended = mend(course.bundle(ASSIGNMENT), begun_then)
    assert {"later", "try_later", "test_later"} <= sources(mended.notebook).keys()
    assert mended.notebook.metadata.unrolled.absent == [] and not any("a person looks" in r for r in mended.remarks)


@pytest.mark.parametrize("claimed", ["0123456789abcdef", "../planted", 5, None])
def test_a_release_that_nobody_knows_is_todays(course, begun_then, claimed):
    begun_then.metadata.unrolled["release"] = claimed
    begun_then.metadata.unrolled["absent"] = ["first"]  # which nobody may say of himself
    mended = mend(course.bundle(ASSIGNMENT), begun_then)
    assert "def twice" in sources(mended.notebook)["helper"] and mended.notebook.metadata.unrolled.absent == []
    assert not any("earlier release" in remark for remark in mended.remarks)


def test_todays_release_has_nothing_to_be_said(course):
    today = nbformat.read(course.root / "release" / ASSIGNMENT / f"{NAME}.ipynb", as_version=4)
    assert mend(course.bundle(ASSIGNMENT), today).remarks == []


def test_other_prose_alone_makes_no_other_release(course, tmp_path):
    shutil.copytree(course.root, tmp_path, dirs_exist_ok=True)
    begun = nbformat.read(tmp_path / "release" / ASSIGNMENT / f"{NAME}.ipynb", as_version=4)
    release(Course(tmp_path), [prose("# Smaller than tiny"), *NOW[1:]])
    assert mend(Course(tmp_path).bundle(ASSIGNMENT), begun).remarks == []
    release(Course(tmp_path), [*NOW[:1], given("thrice"), *NOW[2:]])
    (remark,) = mend(Course(tmp_path).bundle(ASSIGNMENT), begun).remarks
    assert remark.startswith(f"begun on an earlier release ({begun.metadata.unrolled.release})")


def test_it_is_marked_and_the_control_is_not(course, begun_then, tmp_path):
    """Without what is kept of the release, its answer stops at a name that is gone."""
    nbformat.write(begun_then, tmp_path / "tiny.ipynb")
    report = mark_file(course, tmp_path / "tiny.ipynb", in_process=True)
    assert [(q["id"], q["points"], q["needs_person"]) for q in report["questions"]] == [
        ("first", 8, False),
        ("later", 0, True),
    ]
    assert "not in the release that you worked on" in report["questions"][1]["reason"]
    assert report["marked_by"]["release"] == begun_then.metadata.unrolled.release and report["absent"] == ["later"]
    shutil.copytree(course.root, tmp_path / "other")
    shutil.rmtree(tmp_path / "other/releases")
    report = mark_file(Course(tmp_path / "other"), tmp_path / "tiny.ipynb", in_process=True)
    assert [q["points"] for q in report["questions"]] == [0, 0]


def test_what_it_did_not_ask_waits_for_a_person_in_the_gradebook(course, begun_then, tmp_path):
    """Through nbgrader, which restores locked cells from today's master and adds what is missing."""
    folder = ClassFolder(course, tmp_path)
    Base.metadata.create_all(create_engine(folder.config.CourseDirectory.db_url))
    path = folder.notebook("submitted", "ada", ASSIGNMENT)
    path.parent.mkdir(parents=True)
    nbformat.write(begun_then, path)
    (result,) = grade(folder, ASSIGNMENT, done=lambda result: None)
    assert (result.score, result.of) == (8, 16), result
    with folder.gradebook as gradebook:
        (notebook,) = gradebook.find_submission(ASSIGNMENT, "ada").notebooks
        grades = {g.name: (g.auto_score, g.needs_manual_grade) for g in notebook.grades}
    assert grades["test_later"] == (None, True) and grades["try_later"] == (0, False)
    assert grades["test_first"] == (8, False) and grades["try_first"] == (0, False) and grades["why"] == (0, False)
    marked = nbformat.read(folder.notebook("autograded", "ada", ASSIGNMENT), as_version=4)
    assert "def double" in sources(marked)["helper"] and "try_later" not in sources(marked)
    page = result.feedback.read_text(encoding="utf-8")
    assert "begun on an earlier release" in page and "– / 3" in page and "8.0 / 13.0 so far" in page


# --- which releases are kept --------------------------------------------------------------------------------


def names(course: Course) -> list[str]:
    return sorted(path.stem for path in (course.root / "releases" / ASSIGNMENT).glob("*.json"))


@pytest.fixture
def empty(tmp_path) -> Course:
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    return Course(tmp_path)


def git(root: Path, *arguments: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)


def test_a_release_is_kept_when_another_takes_its_place(empty):
    first = release(empty, THEN)
    release(empty, THEN)
    assert names(empty) == []
    release(empty, NOW)
    assert names(empty) == [content_hash(first)] == [first.metadata.unrolled.release]
    cells = kept(empty.root, ASSIGNMENT, NAME, names(empty)[0])
    assert [cell.source for cell in cells] == [cell.source for cell in first.cells]


def test_in_git_only_what_was_committed_is_kept(empty):
    """Builds in between reached nobody."""
    git(empty.root, "init", "-q")
    first = release(empty, THEN)
    git(empty.root, "add", "-A")
    git(empty.root, "commit", "-qm", "published")
    release(empty, [prose("# a draft", "draft"), *NOW])
    release(empty, NOW)
    assert names(empty) == [content_hash(first)]


def test_pictures_are_left_out_and_the_present_release_is_known_with_them(empty):
    picture = "![a](data:image/png;base64,aGVsbG8=)"
    with_picture = release(empty, [prose(picture, "picture"), *THEN])
    hash = content_hash(with_picture)
    (cell, *_) = kept(empty.root, ASSIGNMENT, NAME, hash)
    release(empty, NOW)
    (kept_cell, *_) = kept(empty.root, ASSIGNMENT, NAME, hash)
    assert cell.source == kept_cell.source == "![a]()" and with_picture.cells[0].source == picture
