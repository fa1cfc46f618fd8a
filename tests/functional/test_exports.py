"""Marks for other systems: nobody's mark in a stranger's row, no 0 for who is not marked, no formula by a name."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from made_class import ASSIGNMENT, CLASS, COURSE, EVIL, FIRST, FORMULA, OF, SECOND, TEXT, Made, make_class
from nbgrader.apps.exportapp import ExportApp

from unrolled.cli.main import cli
from unrolled.course.errors import BadInput
from unrolled.grading.sheet import Sheet, read_sheet
from unrolled.reports.exports.canvas import CanvasExport
from unrolled.reports.exports.csv_file import CsvExport
from unrolled.reports.exports.gradescope import GradescopeExport
from unrolled.reports.exports.moodle import MoodleExport
from unrolled.reports.exports.rows import match
from unrolled.reports.members import Member, members

TOTAL = sum(OF.values())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    about = {"ada": {"lms_user_id": "11", "email": "ada@uni.example"}, "lena": {"lms_user_id": "14"}}
    numbered = [Made(**{**vars(one), "about": about.get(one.name, one.about)}) for one in CLASS]
    return make_class(tmp_path_factory.mktemp("class"), *numbered)


@pytest.fixture
def export(folder, tmp_path):
    """Run an exporter; returns (the rows of its first file, its notes, its paths)."""

    def run(exporter, **options):
        options = {name: str(value) if name == "into" else value for name, value in options.items()}
        made = exporter(folder=folder, assignment=[ASSIGNMENT], to=str(tmp_path / "out"), **options)
        with folder.gradebook as gradebook:
            paths = made.write(gradebook)
        return list(csv.reader(io.StringIO(paths[0].read_text("utf-8-sig"), newline=""))), made.notes, paths

    return run


@pytest.fixture
def given(tmp_path):
    """A file that an LMS gave out."""

    def write(text: str, name: str = "given.csv") -> Path:
        (tmp_path / name).write_bytes(text.encode())
        return tmp_path / name

    return write


CANVAS = f"""Student,ID,SIS User ID,SIS Login ID,Section,Essay (7),{ASSIGNMENT} (123),Final Score
    Points Possible,,,,,10,100,(read only)
"L, Ada",11,u11,a.l,S1,=1+1,3,9
"B, Bo",12,u12,BO@uni.example,S1,,4,9
"P, Lena",14,u14,lena,S1,,61,9
"N, Nora",15,u15,nora,S1,,62,9
"X, Y",99,u99,zed,S1,,63,9
"Student, Test",0,,,S1,,,
"""


# --- Canvas ---------------------------------------------------------------------------------------------


def test_canvas_gets_its_own_file_back_with_the_marks_in_it(export, given):
    rows, _, _ = export(CanvasExport, into=given(CANVAS))
    marks = {row[0]: row[6] for row in rows[2:]}
    assert marks["L, Ada"] == "100" and marks["B, Bo"] == f"{TOTAL - 8 + 6 - OF[FIRST] + 8 - 5:g}"
    assert marks["X, Y"] == "63" and marks["Student, Test"] == ""  # nobody of ours
    before = list(csv.reader(io.StringIO(CANVAS)))
    assert [row[:6] + row[7:] for row in rows] == [row[:6] + row[7:] for row in before]


def test_who_is_not_marked_keeps_no_older_mark_there_and_who_handed_nothing_in_keeps_what_canvas_has(export, given):
    rows, notes, _ = export(CanvasExport, into=given(CANVAS))
    marks = {row[0]: row[6] for row in rows[2:]}
    assert marks["P, Lena"] == "" and any("not marked" in note and "lena" in note for note in notes)
    assert marks["N, Nora"] == "62"


def test_marked_students_without_a_row_are_told_with_the_cure(export, given):
    _, notes, _ = export(CanvasExport, into=given(CANVAS))
    (note,) = [note for note in notes if "no row of given.csv" in note]
    assert "cy" in note and FORMULA in note and "ada" not in note and "nora" not in note and "--lms-user-id" in note


def test_another_number_of_points_in_canvas_is_told(export, given):
    _, notes, _ = export(CanvasExport, into=given(CANVAS.replace(",10,100,", ",10,50,")))
    assert any("100 points here and 50 in Canvas" in note for note in notes)
    assert not any("in Canvas: marks" in note for note in export(CanvasExport, into=given(CANVAS))[1])


@pytest.mark.parametrize("title", [f"{ASSIGNMENT} (5)", ASSIGNMENT, "02 Manual RNN (5)"])
def test_a_column_is_found_by_its_title(export, given, title):
    rows, _, _ = export(CanvasExport, into=given(CANVAS.replace(f"{ASSIGNMENT} (123)", title)))
    assert rows[2][6] == "100"


def test_a_column_of_another_name_is_not_guessed_and_can_be_named(export, given):
    file = given(CANVAS.replace(f"{ASSIGNMENT} (123)", "Homework 2 (123)"))
    with pytest.raises(BadInput, match=r"no column for 02_manual_rnn.*Homework 2 \(123\).*--column"):
        export(CanvasExport, into=file)
    assert export(CanvasExport, into=file, column="homework 2")[0][2][6] == "100"


def test_canvas_made_from_nothing_has_the_columns_that_it_asks_for(export):
    rows, notes, _ = export(CanvasExport)
    assert rows[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", ASSIGNMENT]
    assert rows[1][0].strip() == "Points Possible" and rows[1][5] == "100"
    of = {row[3]: row for row in rows[2:]}
    assert of["ada"][1] == "11" and of["ada"][5] == "100" and of["lena"][5] == of["nora"][5] == ""
    assert any("SIS Login ID" in note and "--into" in note for note in notes)


def test_the_file_to_fill_in_is_never_written_over(export, given, folder):
    file = given(CANVAS)
    exporter = CanvasExport(folder=folder, assignment=[ASSIGNMENT], into=str(file), to=str(file))
    with folder.gradebook as gradebook, pytest.raises(BadInput, match="is the file to fill in"):
        exporter.write(gradebook)


# --- whose row ------------------------------------------------------------------------------------------


def ids(one):
    return one.student, one.lms_user_id


def test_a_row_that_may_be_two_peoples_and_two_that_may_be_ones_are_left_alone():
    """The control: without the second of each they are filled in."""
    class_ = [Member("ada", lms_user_id="7"), Member("bo"), Member("7x")]
    two_rows = match([(1, ["ada", ""]), (2, ["x", "7"]), (3, ["bo"])], class_, ids)
    assert two_rows.rows == {3: class_[1]} and two_rows.unclear == [class_[0]] and two_rows.absent == [class_[2]]
    two_people = match([(1, ["ada", "bo"])], class_, ids)
    assert two_people.rows == {} and two_people.unclear == class_[:2]
    assert match([(1, ["ada", ""])], class_, ids).rows == {1: class_[0]}


def test_an_empty_id_is_nobodys():
    assert match([(1, ["", " "])], [Member("ada")], ids).rows == {}
    assert match([(1, ["ADA "])], [Member("ada")], ids).rows == {1: Member("ada")}


@pytest.mark.parametrize("exporter", [CanvasExport, GradescopeExport])
def test_no_file_of_ours_begins_a_cell_as_a_formula(export, exporter):
    rows, _, _ = export(exporter)
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "@", "\t", "\r") or (cell[:1] == "-" and cell != "-")]
    assert f"'{FORMULA}" in cells and EVIL in cells


def test_a_file_comes_back_with_its_own_mark_and_separator(given, tmp_path):
    sheet = read_sheet(given("\ufeffA;B\r\n1,5;x\r\n"))
    assert sheet.rows == [["A", "B"], ["1,5", "x"]]
    assert sheet.write(tmp_path / "again.csv").read_bytes() == "\ufeffA;B\r\n1,5;x\r\n".encode()


@pytest.mark.parametrize(
    ("content", "says"), [(b"\xff\xfe", "not UTF-8"), (b"", "no table"), (b"one\n2\n", "no table")]
)
def test_what_is_no_table_of_an_lms_is_refused_in_a_sentence(tmp_path, content, says):
    (tmp_path / "x.csv").write_bytes(content)
    with pytest.raises(BadInput, match=rf"x\.csv.*{says}"):
        read_sheet(tmp_path / "x.csv")


# --- Moodle ---------------------------------------------------------------------------------------------

HEADER = "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (grade)"
MOODLE = f"""{HEADER}
Participant 11,Ada_L/../x,ada@uni.example,Submitted,3,100,Yes,-
Participant 12,Bo B,bo@uni.example,Submitted,4,100,Yes,-
Participant 13,Cy C,cy@uni.example,Submitted,5,100,No,-
Participant 14,Lena P,l@uni.example,Submitted,61,100,Yes,-
Participant 99,Zed Z,zed@uni.example,Submitted,63,100,Yes,-
"""


def takes(path: str, participants: set[int]) -> int:
    """Whose file Moodle takes it for, by its own rule: a part of the path with four words between "_", the second a
    participant's number, the others the name of a plug-in."""
    for part in path.split("/"):
        words = part.split("_", 4)
        named = len(words) >= 4 and words[2:4] in (["assignsubmission", "file"], ["assignfeedback", "file"])
        if named and words[1].isdigit() and int(words[1]) in participants:
            return int(words[1])
    return 0


def test_moodles_worksheet_gets_grades_where_they_may_be_changed(export, given):
    rows, notes, _ = export(MoodleExport, into=given(MOODLE))
    grades = {row[0].split()[1]: row[4] for row in rows[1:]}
    assert grades["11"] == "100" and grades["14"] == "" and grades["99"] == "63"
    assert grades["13"] == "5" and any("lets nobody change" in note and "cy" in note for note in notes)
    assert [row[:4] + row[5:] for row in rows] == [row[:4] + row[5:] for row in csv.reader(io.StringIO(MOODLE))]


def test_every_page_goes_to_its_own_participant(export, given, folder):
    """lena, who could not be marked, has one, too; what stands in a name misleads nobody."""
    _, _, (_, archive) = export(MoodleExport, into=given(MOODLE))
    with zipfile.ZipFile(archive) as zipped:
        found = {takes(name, {11, 12, 13, 14, 99}): zipped.read(name) for name in zipped.namelist()}
        names = zipped.namelist()
    assert sorted(found) == [11, 12, 13, 14] and b"it is a PDF" in found[14]
    assert all(name.count("/") == 1 and ".." not in name.split("/") for name in names)
    assert "Ada L .. x_11_assignsubmission_file_/02_manual_rnn_feedback.html" in names


def test_fewer_points_in_moodle_are_told(export, given):
    _, notes, _ = export(MoodleExport, into=given(MOODLE.replace(",100,", ",50,")))
    assert any("fewer points in Moodle" in note for note in notes)


def test_a_worksheet_of_our_own_has_those_whose_number_is_known(export):
    rows, notes, _ = export(MoodleExport)
    assert {"Identifier", "Grade", "Last modified (grade)"} <= set(rows[0])
    assert [(row[0], row[3]) for row in rows[1:]] == [("Participant 11", "100"), ("Participant 14", "")]
    assert any("number is not known" in note and "bo" in note for note in notes)


def test_without_any_number_moodles_own_file_is_asked_for(tmp_path):
    folder = make_class(tmp_path, Made("ada"))
    with folder.gradebook as gradebook, pytest.raises(BadInput, match=r"grading worksheet.*--into"):
        MoodleExport(folder=folder).write(gradebook)


def test_another_file_is_not_taken_for_a_worksheet(export, given):
    with pytest.raises(BadInput, match=r"no column 'Identifier'.*right file"):
        export(MoodleExport, into=given(CANVAS))


# --- Gradescope, and our own ----------------------------------------------------------------------------


def test_gradescopes_columns_tell_marked_from_not_and_question_by_question(export):
    rows, _, _ = export(GradescopeExport)
    of = {row[rows[0].index("SID")]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    assert (of["11"]["Status"], of["11"]["Total Score"]) == ("Graded", "100")
    assert (of["14"]["Status"], of["14"]["Total Score"]) == ("Ungraded", "")
    assert (of["nora"]["Status"], of["nora"]["Total Score"]) == ("Missing", "")
    waiting = {column: value for column, value in of["cy"].items() if SECOND in column or TEXT in column}
    assert len(waiting) == 2 and set(waiting.values()) == {""}  # nobody has marked them yet
    assert any(column.startswith(f"1: {FIRST} (") for column in rows[0])


def test_the_classs_own_csv_keeps_its_reasons(export, folder):
    rows, _, paths = export(CsvExport)
    lena = next(dict(zip(rows[0], row, strict=True)) for row in rows if "lena" in row)
    assert lena["score"] == "" and "it is a PDF" in lena["remarks"]
    assert paths[0].read_bytes() == (folder.folder / f"{ASSIGNMENT}.csv").read_bytes()
    assert next(one for one in members(folder, ASSIGNMENT) if one.student == "lena").why.startswith("it is a PDF")


def test_only_the_students_asked_for_are_in_it(export):
    rows, _, _ = export(GradescopeExport, student=["bo"])
    assert len(rows) == 2 and rows[1][0] == "bo"


# --- the two ways in ------------------------------------------------------------------------------------


def unrolled(*arguments):
    return CliRunner().invoke(cli, ["--course", str(COURSE.root), *map(str, arguments)])


def test_the_command_names_files_and_tells_what_to_know(folder, tmp_path):
    done = unrolled("export", "canvas", ASSIGNMENT, "--folder", folder.folder, "--to", tmp_path / "marks.csv")
    assert done.exit_code == 0 and (tmp_path / "marks.csv").is_file()
    assert "not marked, so that their cell is empty" in done.output and "lena" in done.output


def test_a_class_that_nobody_graded_is_told_so(tmp_path):
    done = unrolled("export", "canvas", "--folder", tmp_path)
    assert isinstance(done.exception, BadInput) and "unrolled grade comes first" in str(done.exception)


def test_nbgraders_own_command_takes_the_exporters(course_copy, tmp_path, monkeypatch, capsys):
    make_class(course_copy.root, Made("ada", by_hand={TEXT: 4}), Made("lena", refused="a PDF"), course=course_copy)
    monkeypatch.chdir(course_copy.root)
    command = ["--exporter=unrolled.reports.exports.gradescope.GradescopeExport", f'--assignment=["{ASSIGNMENT}"]']
    app = ExportApp()
    app.initialize([*command, f"--to={tmp_path / 'gs.csv'}"])
    app.start()
    assert [row[2] for row in read_sheet(tmp_path / "gs.csv").rows] == ["SID", "ada", "lena"]
    assert "not marked" in capsys.readouterr().err


def test_a_sheet_without_rows_is_written_all_the_same(tmp_path):
    assert Sheet(tmp_path / "x.csv", [["a", "b"]]).write(tmp_path / "x.csv").read_text() == "a,b\n"
