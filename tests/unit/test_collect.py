"""What was downloaded from Canvas, Moodle and Gradescope, and what becomes of it in submitted/."""

import os
import sys
import zipfile
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from unrolled.course.course import Course
from unrolled.course.errors import BadInput, SubmissionError
from unrolled.doctor.downloads import (
    CANVAS,
    GRADESCOPE,
    MOODLE,
    PLAIN,
    Who,
    common_folder,
    form_of,
    read_submitters,
    whose,
)
from unrolled.grading.collect import collect, remember
from unrolled.grading.roster import read_roster

BUNDLE = Course.find(__file__).bundle("02_manual_rnn")
CANVAS_NAMES = [
    "doejane_17_401_manual_rnn.ipynb",
    "doejane_17_402_data-1.txt",
    "roeridge_LATE_18_403_manual_rnn-2.ipynb",
]
MOODLE_NAMES = [
    "Jane Doe_301_assignsubmission_file_/manual_rnn.ipynb",
    "Jane Doe_301_assignsubmission_file_/data/x.txt",
    "Li Wei_302_assignsubmission_file/work.ipynb",
    "Åsa Ek_303_assignsubmission_file_manual_rnn.ipynb",
    "Jane Doe_301_assignsubmission_onlinetext_/onlinetext.html",
]
SUBMITTERS = """
submission_51:
  :submitters:
  - :name: Jane Doe
    :sid: '900'
    :email: jane@uni.example
  :created_at: 2026-03-01 10:00:00.5 Z
submission_52:
  :submitters:
  - :name: Li Wei
    :sid:
    :email: li@uni.example
  - :name: Åsa Ek
    :sid: '902'
    :email: asa@uni.example
"""


@pytest.fixture
def zipped(tmp_path):
    """A function that makes an archive of names, each with a text of its own."""

    def make(names, texts=None, name="download.zip") -> Path:
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for one in names:
                archive.writestr(one, (texts or {}).get(one, f"text of {one}"))
        return tmp_path / name

    return make


@pytest.fixture
def roster(tmp_path):
    def write(text: str, column=None):
        path = tmp_path / "roster.csv"
        path.write_text(text, encoding="utf-8-sig")
        return read_roster(path, column)

    return write


def laid(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


# --- whose a file is ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "form"),
    [
        (CANVAS_NAMES, CANVAS),
        ([*CANVAS_NAMES, "readme.txt"], CANVAS),
        (MOODLE_NAMES, MOODLE),
        (["submission_metadata.yml", "submission_51/manual_rnn.ipynb"], GRADESCOPE),
        (["ada/manual_rnn.ipynb", "boris_1_2_x/manual_rnn.ipynb"], PLAIN),
        (["ada/a.ipynb", "boris/b.ipynb", "doejane_17_401_c.ipynb"], PLAIN),
    ],
)
def test_a_platform_is_known_by_its_names(names, form):
    assert form_of(names) == form


def test_canvas_says_who_and_who_is_late():
    assert whose(CANVAS, CANVAS_NAMES[0], {}) == ([Who("doejane", "17")], "manual_rnn.ipynb")
    assert whose(CANVAS, CANVAS_NAMES[2], {}) == ([Who("roeridge", "18", late=True)], "manual_rnn-2.ipynb")
    assert whose(CANVAS, "readme.txt", {}) is None


def test_moodle_says_who_in_each_of_its_ways_and_words_typed_into_a_box_are_no_file():
    found = [whose(MOODLE, name, {}) for name in MOODLE_NAMES]
    jane, li, åsa = Who("Jane Doe", "301"), Who("Li Wei", "302"), Who("Åsa Ek", "303")
    assert found[:2] == [([jane], "manual_rnn.ipynb"), ([jane], "data/x.txt")]
    assert found[2:] == [([li], "work.ipynb"), ([åsa], "manual_rnn.ipynb"), None]


def test_everybody_in_a_group_has_handed_in():
    submitters = read_submitters(SUBMITTERS)
    assert [who.sid or who.email for who in submitters["52"]] == ["li@uni.example", "902"]
    group, name = whose(GRADESCOPE, "submission_52/manual_rnn.ipynb", submitters)
    assert len(group) == 2 and name == "manual_rnn.ipynb"


@pytest.mark.parametrize("text", ["- a\n- b", "a: b", ": :", "a: !!python/object:os.system {}", "x: &x [*x]"])
def test_another_yaml_file_is_refused(text):
    with pytest.raises(ValueError, match="Gradescope's list"):
        read_submitters(text)


def test_a_list_of_submissions_runs_nothing(tmp_path):
    touched = tmp_path / "touched"
    with pytest.raises(ValueError):
        read_submitters(f"a: !!python/object/apply:os.mkdir ['{touched}']")
    assert not touched.exists()


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("ada.ipynb", "ada"),
        ("ada_manual_rnn (2).ipynb", "ada"),
        ("manual_rnn - Ada Lovelace.zip", "Ada Lovelace"),
        ("manual_rnn.ipynb", None),
        ("ada.pdf", None),
    ],
)
def test_a_single_file_is_whose_it_says_besides_the_notebooks_name(name, who):
    assert whose(PLAIN, name, {}, "manual_rnn") == (([Who(who)], name) if who else None)


# --- laying it down ---------------------------------------------------------------------------------------------


def test_each_students_files_lie_where_grading_looks(zipped, tmp_path):
    submitted = tmp_path / "submitted"
    collected, _ = collect(zipped(MOODLE_NAMES), BUNDLE, submitted)
    assert {one.student: one.said for one in collected.students} == dict.fromkeys(
        ("Jane Doe", "Li Wei", "Åsa Ek"), "new"
    )
    assert laid(submitted) == [
        "Jane Doe/02_manual_rnn/data/x.txt",
        "Jane Doe/02_manual_rnn/manual_rnn.ipynb",
        "Li Wei/02_manual_rnn/work.ipynb",
        "Åsa Ek/02_manual_rnn/manual_rnn.ipynb",
    ]


def test_a_folder_round_everything_is_nobodys(zipped, tmp_path):
    names = [f"assignment_9_export/{name}" for name in ("submission_metadata.yml", "submission_51/a.ipynb")]
    collect(zipped(names, {names[0]: SUBMITTERS}), BUNDLE, tmp_path / "submitted")
    assert laid(tmp_path / "submitted") == ["900/02_manual_rnn/a.ipynb", "900/02_manual_rnn/timestamp.txt"]
    assert "2026-03-01" in (tmp_path / "submitted/900/02_manual_rnn/timestamp.txt").read_text()


@pytest.mark.parametrize(
    ("names", "around"),
    [
        (["export/submission_metadata.yml", "export/submission_1/a.ipynb"], "export/"),
        (["class/ada/a.ipynb", "class/boris/a.ipynb"], "class/"),
        (["ada/a.ipynb", "ada/data/x.txt"], ""),
        (["ada/week 2/a.ipynb"], ""),
        (["ada/a.ipynb", "boris/a.ipynb"], ""),
        (["Jane Doe_1_assignsubmission_file_/a.ipynb"], ""),
        ([], ""),
    ],
)
def test_one_folder_round_everything_may_be_a_students(names, around):
    assert common_folder(names) == around


def test_a_roster_says_what_canvas_students_are_called(zipped, roster, tmp_path, monkeypatch):
    monkeypatch.setenv(
        "PATH", str(Path(sys.executable).parent), prepend=os.pathsep
    )  # nbgrader starts alembic from there
    known = roster('Student,ID,SIS User ID,SIS Login ID,Section\n"Doe, Jane",17,U17,jd17,A\n"Roe, Ridge",18,,,A\n')
    collected, students = collect(zipped(CANVAS_NAMES), BUNDLE, tmp_path / "submitted", known)
    assert [one.student for one in collected.students if not one.trouble] == ["jd17"]
    assert "not in the roster" in next(one.trouble for one in collected.students if one.trouble)  # no login there
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        remember(gradebook, students)
        jane = gradebook.find_student("jd17")
        assert (jane.first_name, jane.last_name, jane.lms_user_id) == ("Jane", "Doe", "17")


def test_two_of_one_name_are_told_apart_by_a_roster_and_not_mixed_without(zipped, roster, tmp_path):
    download = zipped([f"Jane Doe_{number}_assignsubmission_file_/a.ipynb" for number in (301, 309)])
    collected, students = collect(download, BUNDLE, tmp_path / "submitted")
    assert students == [] and all("--roster" in one.trouble for one in collected.students)
    assert laid(tmp_path / "submitted") == []
    known = roster(
        "Identifier,Full name,ID number,Email address\nParticipant 301,Jane Doe,a1,\nParticipant 309,Jane Doe,a2,\n"
    )
    collect(download, BUNDLE, tmp_path / "submitted", known)
    assert laid(tmp_path / "submitted") == ["a1/02_manual_rnn/a.ipynb", "a2/02_manual_rnn/a.ipynb"]


def test_a_name_that_two_have_in_the_roster_finds_neither(roster):
    text = "id,name\na1,Jane Doe\na2,{}\n"
    assert roster(text.format("Jane Doe")).find(Who("Jane Doe")) is None
    assert roster(text.format("Li Wei")).find(Who("Jane Doe")).id == "a1"


def test_files_keep_their_times_by_which_the_newest_notebook_is_known(tmp_path):
    download = tmp_path / "downloads"
    for name, when in (("old.ipynb", 1_000_000_000), ("new.ipynb", 1_700_000_000)):
        (download / "ada").mkdir(parents=True, exist_ok=True)
        (download / "ada" / name).write_text(name)
        os.utime(download / "ada" / name, (when, when))
    collect(download, BUNDLE, tmp_path / "submitted")
    laid_down = tmp_path / "submitted/ada/02_manual_rnn"
    assert (laid_down / "new.ipynb").stat().st_mtime - (laid_down / "old.ipynb").stat().st_mtime == 700_000_000


def test_a_name_with_the_other_slash_leads_nowhere(tmp_path):
    (tmp_path / "downloads/ada").mkdir(parents=True)
    (tmp_path / "downloads/ada/..\\..\\evil.ipynb").write_text("out")
    (one,) = collect(tmp_path / "downloads", BUNDLE, tmp_path / "submitted")[0].students
    assert "leads out" in one.trouble and not list(tmp_path.rglob("evil.ipynb"))


def test_a_roster_without_a_fitting_column_names_those_it_has(roster):
    with pytest.raises(BadInput, match="no column 'id', but Surname, Mark"):
        roster("Surname,Mark\nDoe,3\n")
    assert roster("Surname,Mark\nDoe,3\n", "surname").find(Who("Doe")).id == "Doe"


def test_what_lies_there_is_kept_until_somebody_says_otherwise(zipped, tmp_path):
    submitted, mine = tmp_path / "submitted", "ada/manual_rnn.ipynb"
    place = submitted / "ada/02_manual_rnn/manual_rnn.ipynb"
    assert collect(zipped([mine]), BUNDLE, submitted)[0].students[0].said == "new"
    assert collect(zipped([mine]), BUNDLE, submitted)[0].students[0].said == "unchanged"
    later = zipped([mine], {mine: "later"})
    (kept,) = collect(later, BUNDLE, submitted)[0].students
    assert "--replace" in kept.trouble and place.read_text() == f"text of {mine}"
    assert collect(later, BUNDLE, submitted, replace=True)[0].students[0].said == "replaced"
    assert place.read_text() == "later"


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["ada/../../evil.ipynb", "ada/a.ipynb"], "left alone"),
        (["ada/a", "ada/a/b.ipynb"], "cannot be written"),
        ([f"ada/{'n' * 300}.ipynb"], "cannot be written"),
    ],
)
def test_tricks_of_a_zip_write_nothing_elsewhere_and_stop_nobody(zipped, tmp_path, names, said):
    collected, _ = collect(zipped([*names, "boris/a.ipynb"]), BUNDLE, tmp_path / "submitted")
    told = [*collected.left, *(one.trouble for one in collected.students)]
    assert any(said in line for line in told)
    assert "boris/02_manual_rnn/a.ipynb" in laid(tmp_path / "submitted")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["download.zip", "submitted"]
    assert {path.name for path in (tmp_path / "submitted").iterdir()} <= {"ada", "boris"}


def test_links_are_not_followed(tmp_path):
    download, secret = tmp_path / "downloads", tmp_path / "secret.ipynb"
    (download / "ada").mkdir(parents=True)
    secret.write_text("the salt")
    (download / "ada/a.ipynb").symlink_to(secret)
    (download / "ada/b.ipynb").write_text("mine")
    collected, _ = collect(download, BUNDLE, tmp_path / "submitted")
    assert laid(tmp_path / "submitted") == ["ada/02_manual_rnn/b.ipynb"] and "a.ipynb" in collected.left[0]


def test_a_file_too_large_is_not_written(zipped, tmp_path, monkeypatch):
    monkeypatch.setattr("unrolled.doctor.limits.FILE_BYTES", 100)
    download = zipped(["ada/big.txt", "boris/small.txt"], {"ada/big.txt": "x" * 101, "boris/small.txt": "x" * 100})
    ada, boris = collect(download, BUNDLE, tmp_path / "submitted")[0].students
    assert "too large" in ada.trouble and boris.said == "new"
    assert laid(tmp_path / "submitted") == ["boris/02_manual_rnn/small.txt"]


@pytest.mark.parametrize(("text", "why"), [("no zip", "no zip archive"), (None, "is not there")])
def test_what_is_no_download_is_said_to_be_none(tmp_path, text, why):
    path = tmp_path / "x.zip"
    if text:
        path.write_text(text)
    with pytest.raises(SubmissionError, match=why):
        collect(path, BUNDLE, tmp_path / "submitted")


def test_a_zip_in_which_nothing_is_anybodys_says_what_was_expected(zipped, tmp_path):
    with pytest.raises(SubmissionError, match="Moodle: name_number"):
        collect(zipped(["readme.txt"]), BUNDLE, tmp_path / "submitted")
