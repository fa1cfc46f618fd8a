"""What stands beside a release: the leak scan, the lint of masters, executed solutions, the content hash."""

import base64
import io
import json
import re
import zipfile

import nbformat
import pytest
from nbclient import NotebookClient
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from unrolled.build.hashes import content_hash, stamp
from unrolled.build.leaks import leaks, secret_lines
from unrolled.build.lint import WIDTH, lint
from unrolled.build.release import build
from unrolled.build.solutions import make_solution, to_read
from unrolled.course.course import Course
from unrolled.course.errors import BuildError
from unrolled.course.for_markers import FOR_MARKERS, is_for_markers
from unrolled.course.master import EXPLORE

COURSE = Course.find(__file__)
ASSIGNMENT = "02_manual_rnn"
MASTER, RELEASE = f"source/{ASSIGNMENT}/manual_rnn.ipynb", f"release/{ASSIGNMENT}/manual_rnn.ipynb"
each_assignment = pytest.mark.parametrize("assignment", COURSE.assignments)


def edited(course: Course, file: str, change) -> Course:
    """Apply `change` to the notebook's JSON, unvalidated, so that it can be broken in any way."""
    path = course.root / file
    notebook = nbformat.v4.reads(path.read_text(encoding="utf-8"))
    change(notebook)
    path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
    return Course(course.root)  # read afresh


def cell(notebook, id: str):
    """The cell with this grade_id, or the first of this type."""
    named = [c for c in notebook.cells if id in (c.metadata.get("nbgrader", {}).get("grade_id"), c.cell_type)]
    return named[0]


def meta(notebook, id: str) -> dict:
    return cell(notebook, id).metadata.nbgrader


def free_text(source: str, id: str = "explain_memory", points: float = 5):
    """A cell that a person marks."""
    about = {"grade_id": id, "grade": True, "solution": True, "locked": False, "points": points, "task": False}
    about |= {"schema_version": 3, "cell_type": "markdown"}
    return nbformat.v4.new_markdown_cell(source, id=id, metadata={"nbgrader": about})


# --- leaks --------------------------------------------------------------------------------------------------

SOLUTION = "return self.weight[x]"
HIDDEN = 'check("manual_embedding")'
SCHEME = "Two points for naming the *carried* hidden state"
SCHEME_CELL = f"The state is carried on.\n### BEGIN MARK SCHEME\n- {SCHEME}\n### END MARK SCHEME"


def picture(line: str, chunk: str) -> bytes:
    """A PNG with a line in a text chunk of this kind."""
    info, data = PngInfo(), io.BytesIO()
    if chunk == "iTXt":
        info.add_itxt("Comment", line, zip=True)
    else:
        info.add_text("Comment", line, zip=chunk == "zTXt")
    Image.new("RGB", (2, 2)).save(data, "PNG", pnginfo=info)
    return data.getvalue()


def encoded(line: str, chunk: str = "zTXt") -> str:
    return base64.b64encode(picture(line, chunk)).decode()


def in_code(notebook, line):
    cell(notebook, "manual_rnn_cell").source += f"\n  {line.replace(' ', '   ')}  # as before"


def in_markdown(notebook, line):
    cell(notebook, "markdown").source += f"\n> {line}"


def in_stream(notebook, line):
    cell(notebook, "imports").outputs = [nbformat.v4.new_output("stream", text=f"source: {json.dumps(line)}\n")]


def in_html(notebook, line):
    words = line.replace("&", "&amp;").replace('"', "&quot;").split(" ")
    page = "<pre>" + " ".join(f"<span class='k'>{word}</span>" for word in words) + "</pre>"
    cell(notebook, "imports").outputs = [nbformat.v4.new_output("display_data", data={"text/html": page})]


def in_traceback(notebook, line):
    coloured = " ".join(f"\x1b[38;5;28;01m{word}\x1b[39;00m" for word in line.split(" "))
    lines = ["\x1b[0;31mError\x1b[0m", f"----> 3 {coloured}", "Error: x"]
    cell(notebook, "imports").outputs = [nbformat.v4.new_output("error", ename="E", evalue="x", traceback=lines)]


def in_shown_picture(notebook, line):
    shown = nbformat.v4.new_output("display_data", data={"image/png": encoded(line) + "\n"})
    cell(notebook, "imports").outputs = [shown]


def in_cell_metadata(notebook, line):
    cell(notebook, "markdown").metadata["history"] = [{"before": line}]


def in_notebook_metadata(notebook, line):
    notebook.metadata["clipboard"] = {line: 1}


def in_attachment(notebook, line):
    cell(notebook, "markdown").attachments = {"cell.png": {"image/png": encoded(line)}}


PLACES = {
    in_code: ("manual_rnn_cell", "source"),
    in_markdown: ("", "source"),
    in_stream: ("imports", "outputs"),
    in_html: ("imports", "outputs"),
    in_traceback: ("imports", "outputs"),
    in_shown_picture: ("imports", "outputs"),
    in_cell_metadata: ("", "metadata"),
    in_notebook_metadata: (None, "notebook metadata"),
    in_attachment: ("", "attachments"),
}


@pytest.fixture
def released(course_copy) -> Course:
    """A copy of the course whose master has a mark scheme too, and which is clean."""
    course = edited(course_copy, MASTER, lambda notebook: notebook.cells.append(free_text(SCHEME_CELL)))
    assert list(leaks(course, ASSIGNMENT)) == []
    return course


@each_assignment
def test_the_committed_release_has_no_leak_and_there_is_something_to_leak(assignment):
    assert list(leaks(COURSE, assignment)) == []
    assert {"solution", "hidden test"} <= {secret.kind for secret in secret_lines(COURSE.bundle(assignment))}


@pytest.mark.parametrize(
    ("kind", "line"), [("solution", SOLUTION), ("hidden test", HIDDEN), ("mark scheme", SCHEME)], ids=str.split
)
@pytest.mark.parametrize("plant", PLACES, ids=lambda plant: plant.__name__)
def test_a_leak_is_found_in_every_part_of_a_notebook(released, plant, kind, line):
    (told,) = leaks(edited(released, RELEASE, lambda notebook: plant(notebook, line)), ASSIGNMENT)
    id, part = PLACES[plant]
    place = f", {part} holds" if id is None else rf", cell {id or '[^,]+'}, {part} holds"
    assert re.match(rf"{re.escape(RELEASE)}{place} a {kind} line of cell \w+: ", told)
    assert line in told


@pytest.mark.parametrize("chunk", ["tEXt", "zTXt", "iTXt"])
def test_a_leak_in_a_picture_of_the_text_is_found(released, chunk):
    def plant(notebook):
        cell(notebook, "markdown").source += f"\n![nothing](data:image/png;base64,{encoded(SOLUTION, chunk)})"

    assert [SOLUTION in told for told in leaks(edited(released, RELEASE, plant), ASSIGNMENT)] == [True]


def zipped(line: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("answer.py", line)
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.txt", f"try {SOLUTION}".encode()),
        ("windows.txt", SOLUTION.encode("utf-16")),
        (".hidden/deep/notes.md", SOLUTION.encode()),
        ("figure.png", picture(SOLUTION, "zTXt")),
        ("more.zip", zipped(SOLUTION)),
        ("broken.ipynb", b'{"cells": [ "' + SOLUTION.encode()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_leak_in_a_side_file_is_found(released, name, content):
    path = released.root / "release" / ASSIGNMENT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    (told,) = leaks(released, ASSIGNMENT)
    assert told.startswith(f"release/{ASSIGNMENT}/{name} holds a solution line of cell manual_embedding")


def test_a_comment_of_the_solution_is_a_leak_without_its_code(released):
    line = "ids (B, T) pick rows of (V, E)"
    (secret,) = (secret for secret in secret_lines(released.bundle(ASSIGNMENT)) if line in secret.line)
    comment = secret.line.split("# ")[1]
    (told,) = leaks(edited(released, RELEASE, lambda notebook: in_markdown(notebook, comment)), ASSIGNMENT)
    assert "solution line of cell manual_embedding" in told


def test_what_a_whole_answer_cell_holds_is_secret_where_no_region_is_marked(released):
    plan = "carry the state from one step to the next"
    course = edited(released, MASTER, lambda notebook: notebook.cells.append(free_text(plan, "explain_plan")))
    (told,) = leaks(edited(course, RELEASE, lambda notebook: in_markdown(notebook, plan)), ASSIGNMENT)
    assert "solution line of cell explain_plan" in told


def test_a_marker_that_nbgrader_overlooks_is_a_leak(released):
    """In small letters the region is no region to nbgrader, which then releases it."""

    def misspell(notebook):
        test = cell(notebook, "test_manual_embedding")
        test.source = test.source.replace("HIDDEN TESTS", "hidden tests")

    course = edited(released, MASTER, misspell)
    build(course, ASSIGNMENT)
    assert any(
        "cell test_manual_embedding, source holds a hidden test line" in told for told in leaks(course, ASSIGNMENT)
    )


def test_lines_that_the_master_shows_are_no_leak(released):
    """The same plant as above, in a master whose own text has the line."""
    course = edited(released, MASTER, lambda notebook: in_markdown(notebook, SOLUTION))
    assert list(leaks(edited(course, RELEASE, lambda notebook: in_code(notebook, SOLUTION)), ASSIGNMENT)) == []


@pytest.mark.parametrize(("line", "found"), [("state = x @ W.T", 0), ("states = x @ W.T", 1)])
def test_lines_too_short_to_tell_are_no_leak(released, line, found):
    def shorten(notebook):
        answer = cell(notebook, "manual_embedding")
        answer.source = answer.source.replace("        ### END", f"        {line}\n        ### END")

    (released.root / "release" / ASSIGNMENT / "notes.txt").write_text(line)
    assert len(list(leaks(edited(released, MASTER, shorten), ASSIGNMENT))) == found


# --- lint ---------------------------------------------------------------------------------------------------


def replace(id: str, at: str, becomes: str):
    def plant(notebook):
        assert at in cell(notebook, id).source
        cell(notebook, id).source = cell(notebook, id).source.replace(at, becomes)

    return plant


def set_meta(id: str, **values):
    return lambda notebook: meta(notebook, id).update(values)


def append(new):
    return lambda notebook: notebook.cells.append(new)


def move_to_the_end(id: str):
    return lambda notebook: notebook.cells.append(notebook.cells.pop(notebook.cells.index(cell(notebook, id))))


def drop(id: str):
    return lambda notebook: notebook.cells.remove(cell(notebook, id))


def set_cell(id: str, **values):
    return lambda notebook: cell(notebook, id).update(values)


def to_play_with(id: str):
    return lambda notebook: cell(notebook, id).metadata.update(tags=[EXPLORE])


def for_markers(id: str):
    return lambda notebook: cell(notebook, id).metadata.update(tags=[FOR_MARKERS])


def explore_twice(notebook):
    append(code(cell(notebook, "imports").source))(notebook)
    notebook.cells[-1].metadata["tags"] = [EXPLORE]


def end_solution_lost(notebook):
    replace("manual_embedding", "        ### END SOLUTION", "")(notebook)


def solution_in_given_code(notebook):
    cell(notebook, "imports").source += "\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION"


def answer_below(notebook):
    """The solution of a question, with other names, in a cell that students get."""
    source = cell(notebook, "manual_rnn_cell").source.replace("hidden", "memory").replace("from_input", "first")
    append(code("\n".join(line for line in source.split("\n") if "### " not in line)))(notebook)


def code(source: str):
    return nbformat.v4.new_code_cell(source, id="added")


def markdown(source: str):
    return nbformat.v4.new_markdown_cell(source, id="added")


ANSWER, TRY, TEST = "manual_embedding", "try_manual_embedding", "test_manual_embedding"
CHECK = 'check("manual_embedding")'
OUTSIDE = f"### BEGIN SOLUTION\nSo it is.\n### END SOLUTION\n{SCHEME_CELL}"
SOME_OUTPUT = nbformat.v4.new_output("stream", text="torch 2")
FAULTS = {  # what is done to the master -> the cell that is named, and words of the sentence
    "old format": (lambda notebook: notebook.update(nbformat_minor=4), None, "has format 4.4"),
    "no metadata": (lambda notebook: notebook.cells[0].pop("metadata"), None, "cannot be read as a notebook"),
    "no valid cell": (lambda notebook: notebook.cells[0].update(id="a b"), None, "no valid notebook: 'a b' does not"),
    "cell id twice": (lambda notebook: cell(notebook, TRY).update(id=ANSWER), TRY, "cell id .* twice"),
    "grade_id twice": (set_meta(TRY, grade_id="imports"), "imports", "grade_id is there twice"),
    "grade_id no word": (set_meta("imports", grade_id="1-imports"), "1-imports", "no word"),
    "outputs": (set_cell("imports", outputs=[SOME_OUTPUT]), "imports", "has outputs"),
    "execution count": (set_cell("imports", execution_count=3), "imports", "execution count"),
    "empty cell": (append(code(" \n")), "added", "no source"),
    "no alt text": (append(markdown("![A cell](x.png)")), "added", "alt text 'A cell'"),
    "wide line": (append(code("x = 1" + "0" * (WIDTH - 4))), "added", f"line 1 has {WIDTH + 1} characters"),
    "answer below": (answer_below, "added", "holds 100% of the solution of manual_rnn_cell, names aside"),
    "explore text": (to_play_with("markdown"), None, "explore and is no code"),
    "explore answer": (to_play_with(ANSWER), ANSWER, "explore and is an answer or a test"),
    "explore test": (to_play_with(TRY), TRY, "explore and is an answer or a test"),
    "explore locked": (to_play_with("imports"), "imports", "explore and is locked"),
    "explore twice": (explore_twice, "added", "same source as cell imports"),
    "for markers code": (
        for_markers("imports"),
        "imports",
        "for-markers, so that no student gets it; make it markdown",
    ),
    "two # only": (replace(ANSWER, "### BEGIN SOL", "## BEGIN SOL"), ANSWER, "no marker: '## BEGIN SOLUTION'"),
    "no blank": (replace(ANSWER, "### END SOL", "###END SOL"), ANSWER, "no marker: '###END SOLUTION'"),
    "small letters": (replace(TEST, "### BEGIN HIDDEN TESTS", "### begin hidden tests"), TEST, "no marker: '### begin"),
    "wrong letter": (replace(ANSWER, "### END SOLUTION", "### END SOLUTON"), ANSWER, "no marker: '### END SOLUTON'"),
    "after code": (replace(TEST, CHECK, f"{CHECK}  ### END HIDDEN TESTS"), TEST, "no marker"),
    "not closed": (end_solution_lost, ANSWER, "SOLUTION region is not closed"),
    "nested": (replace(ANSWER, SOLUTION, f"### BEGIN SOLUTION\n        {SOLUTION}"), ANSWER, "begins a region inside"),
    "not open": (append(code("### END SOLUTION")), "added", "not open there"),
    "solution elsewhere": (solution_in_given_code, "imports", "no answer cell"),
    "hidden elsewhere": (append(code("### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS")), "added", "no test cell"),
    "scheme elsewhere": (append(markdown(SCHEME_CELL)), "added", "not marked by hand"),
    "stub": (replace(ANSWER, "        ### BEGIN", "          ### BEGIN"), ANSWER, "does not compile .*indent"),
    "raises in the class": (
        replace(
            ANSWER, "    def forward", "    ### BEGIN SOLUTION\n    size = 3\n    ### END SOLUTION\n\n    def forward"
        ),
        ANSWER,
        "raises as soon as it is defined",
    ),
    "stub too far out": (replace(ANSWER, "        ### BEGIN", "### BEGIN"), ANSWER, "not indented as the solution"),
    "no visible test": (drop(TRY), ANSWER, "no cell try_manual_embedding"),
    "no hidden check": (drop(TEST), ANSWER, "no cell test_manual_embedding"),
    "order": (move_to_the_end(TRY), ANSWER, "order is to be"),
    "order of answer": (move_to_the_end(ANSWER), ANSWER, "order is to be"),
    "test of nothing": (set_meta(TRY, grade_id="try_embeding"), "try_embeding", "belongs to no question"),
    "visible not grade": (set_meta(TRY, grade=False), TRY, "no test cell"),
    "visible not locked": (set_meta(TRY, locked=False), TRY, "not locked"),
    "visible with points": (set_meta(TRY, points=2), TRY, "has 2 points"),
    "hidden not grade": (set_meta(TEST, grade=False), TEST, "no test cell"),
    "hidden not locked": (set_meta(TEST, locked=False), TEST, "not locked"),
    "hidden no points": (set_meta(TEST, points=0), TEST, "has no points"),
    "no check": (replace(TEST, CHECK, 'check("manual_rnn_cell")'), TEST, "has no line check"),
    "check shown": (replace(TEST, "### END HIDDEN TESTS", f"### END HIDDEN TESTS\n{CHECK}"), TEST, "show .* one line"),
    "other comment": (replace(TEST, f"# {TEST}:", "# the check:"), TEST, "starts with '# test_manual_embedding:'"),
    "points not the marks": (set_meta(TEST, points=7), TEST, "7 points and marks of 8"),
    "no check written": (
        set_meta("imports", solution=True, locked=False),
        "imports",
        "no check marks this question.* in questions/manual_rnn/imports/check.py",
    ),
    "answer of text": (set_meta(ANSWER, grade=True), ANSWER, "has a check and is no answer cell"),
    "no mark scheme": (append(free_text("So it is.")), "explain_memory", "no mark scheme"),
    "scheme outside": (append(free_text(OUTSIDE)), "explain_memory", "mark scheme outside"),
    "empty mark scheme": (
        append(free_text("So it is.\n### BEGIN MARK SCHEME\n\n### END MARK SCHEME")),
        "explain_memory",
        "no mark scheme",
    ),
}


@each_assignment
def test_the_committed_masters_lint_clean(assignment):
    assert list(lint(COURSE.bundle(assignment), total=None)) == []


def test_a_cell_may_be_like_a_solution_for_a_reason_and_no_longer(course_copy):
    path = course_copy.root / "questions/manual_rnn/manual_rnn_cell/misconceptions.py"
    path.write_text(path.read_text() + 'LIKE_A_CELL = {"added": "it is shown on purpose"}\n', encoding="utf-8")
    needless = list(lint(Course(course_copy.root).bundle(ASSIGNMENT), total=None))
    assert [line for line in needless if "LIKE_A_CELL names added, which is not like the solution" in line]
    planted = list(lint(edited(course_copy, MASTER, answer_below).bundle(ASSIGNMENT), total=None))
    assert not [line for line in planted if "of the solution of" in line or "LIKE_A_CELL" in line]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_a_master_is_named_with_its_cell(course_copy, fault):
    plant, name, words = FAULTS[fault]
    before = set(lint(course_copy.bundle(ASSIGNMENT), total=None))
    told = set(lint(edited(course_copy, MASTER, plant).bundle(ASSIGNMENT), total=None)) - before
    start = re.escape(MASTER + (f", cell {name}: " if name else ""))
    assert [line for line in told if re.match(f"{start}.*{words}", line)], told


def test_a_master_that_is_no_notebook_is_one_sentence(course_copy):
    (course_copy.root / MASTER).write_text("{")
    (told,) = lint(course_copy.bundle(ASSIGNMENT))
    assert "cannot be read as a notebook" in told


def test_a_check_without_a_cell_is_named(course_copy):
    def rename(notebook):
        for id in (ANSWER, TRY, TEST):
            meta(notebook, id)["grade_id"] = id.replace(ANSWER, "by_hand_embedding")

    told = "\n".join(lint(edited(course_copy, MASTER, rename).bundle(ASSIGNMENT), total=None))
    assert f"has no cell '{ANSWER}'" in told


def test_well_made_free_text_and_headings_have_no_fault(course_copy):
    """The control of the faults above: a mark scheme alone, or inside a model answer, and "End" as a heading."""
    inside = f"Why?\n### BEGIN SOLUTION\n{SCHEME_CELL}\n### END SOLUTION"

    def extend(notebook):
        scheme, answer = free_text(SCHEME_CELL), free_text(inside, "explain_more")
        notebook.cells += [scheme, answer, markdown("### End of part one")]

    before = set(lint(course_copy.bundle(ASSIGNMENT), total=None))
    assert set(lint(edited(course_copy, MASTER, extend).bundle(ASSIGNMENT), total=None)) == before


def test_a_cell_to_play_with_has_no_fault_and_keeps_its_tag_in_the_release(course_copy):
    """The control of the faults above."""
    play = nbformat.v4.new_code_cell("print(1)", id="play", metadata={"tags": [EXPLORE]})
    before = set(lint(course_copy.bundle(ASSIGNMENT), total=None))
    course = edited(course_copy, MASTER, append(play))
    assert set(lint(course.bundle(ASSIGNMENT), total=None)) == before
    build(course, ASSIGNMENT)
    released = nbformat.read(course.root / RELEASE, as_version=4)
    *_, last = [c.source for c in released.cells if EXPLORE in c.metadata.get("tags", [])]
    assert last == "print(1)"


def test_the_points_of_an_assignment_make_its_total(course_copy):
    have = sum(c.points for c in course_copy.bundle(ASSIGNMENT).cells if c.grade)
    rest = free_text(SCHEME_CELL, points=110 - have)
    course = edited(course_copy, MASTER, append(rest))
    *_, told = lint(course.bundle(ASSIGNMENT))
    assert told.endswith("its grade cells have 110 points together; make them 100")
    assert not [line for line in lint(course.bundle(ASSIGNMENT), total=110) if "together" in line]
    assert not [line for line in lint(course.bundle(ASSIGNMENT), total=None) if "together" in line]


# --- solutions ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def solution(tmp_path_factory):
    return make_solution(COURSE, ASSIGNMENT, tmp_path_factory.mktemp("solutions"))


def test_a_solution_was_run_without_an_error(solution):
    notebook = nbformat.read(solution[0], as_version=4)
    nbformat.validate(notebook)
    run = [c for c in notebook.cells if c.cell_type == "code"]
    assert [c.execution_count for c in run if c.execution_count] == sorted(c.execution_count or 0 for c in run)
    assert not [output for c in run for output in c.outputs if output.output_type == "error"]
    assert not [c for c in notebook.cells if "execution" in c.metadata], "times make every file another one"
    assert "image/png" in str(run) and "four rows as by hand" in str(run)


def test_a_solution_shows_the_answers_and_nothing_that_only_graders_need(solution):
    for path in solution:
        text = path.read_text(encoding="utf-8")
        for hidden in ("HIDDEN TESTS", "SOLUTION", "MARK SCHEME", "from unrolled", "raise NotImplementedError"):
            assert hidden not in text, path.name
    notebook = nbformat.read(solution[0], as_version=4)
    for id, answer in COURSE.bundle(ASSIGNMENT).answers.items():
        assert cell(notebook, id).source == answer.strip("\n")
        assert cell(notebook, f"test_{id}").source.startswith(f"# test_{id}:")
    assert "pick rows of (V, E)" in solution[1].read_text(encoding="utf-8")


def test_the_pictures_of_a_solution_travel_inside_both_files(solution):
    pictures = (COURSE.root / MASTER).read_text(encoding="utf-8").count("../../img/")
    notebook, page = (path.read_text(encoding="utf-8") for path in solution)
    assert notebook.count("(data:image/png;base64,") == pictures > 0
    assert len(re.findall(r"<img[^>]* src=\"data:image/png", page)) >= pictures
    assert "../../img" not in notebook + page


def asked_and_answered(notebook) -> tuple[int, int]:
    """How many questions stand under "To think about", and how many answers in cells for markers."""
    point = re.compile(r"^(?:\d+\.|-) ", re.MULTILINE)
    texts = [c.source.partition("To think about")[2] for c in notebook.cells if c.cell_type == "markdown"]
    answers = [c.source for c in notebook.cells if is_for_markers(c)]
    return sum(len(point.findall(text)) for text in texts), sum(len(point.findall(text)) for text in answers)


@each_assignment
def test_what_is_to_think_about_is_answered_in_the_solution_and_in_no_release(assignment):
    bundle = COURSE.bundle(assignment)
    asked, answered = asked_and_answered(to_read(bundle))
    assert asked == answered >= 3
    released = nbformat.read(COURSE.root / "release" / assignment / f"{bundle.name}.ipynb", as_version=4)
    assert asked_and_answered(released) == (asked, 0)
    assert any(secret.kind == FOR_MARKERS for secret in secret_lines(bundle)), "the leak scan knows none of them"


@pytest.mark.parametrize("lost", ["an answer", "the tag"])
def test_a_lost_answer_and_one_that_students_get_are_noticed(course_copy, lost):
    """The controls of the test above: then the numbers differ."""

    def lose(notebook):
        (answers,) = filter(is_for_markers, notebook.cells)
        if lost == "the tag":
            answers.metadata.tags = []
        else:
            answers.source = "\n".join(answers.source.split("\n")[:-1])

    asked, answered = asked_and_answered(to_read(edited(course_copy, MASTER, lose).bundle(ASSIGNMENT)))
    assert answered == {"an answer": asked - 1, "the tag": 0}[lost]


def test_an_answer_in_a_release_is_a_leak(released):
    (answers,) = filter(is_for_markers, nbformat.read(released.root / MASTER, as_version=4).cells)
    line = answers.source.split("\n")[-1]
    told = list(leaks(edited(released, RELEASE, lambda notebook: in_markdown(notebook, line)), ASSIGNMENT))
    assert len(told) == 1 and "holds a for-markers line" in told[0]


def test_the_executed_solution_has_the_answers_in_both_files(solution):
    (answers,) = filter(is_for_markers, nbformat.read(COURSE.root / MASTER, as_version=4).cells)
    assert answers.source in [c.source for c in nbformat.read(solution[0], as_version=4).cells]
    assert "Only the rows of the characters in a batch get a gradient" in solution[1].read_text(encoding="utf-8")


def short_master(*cells):
    """Instead of a master's cells only these, so that a run takes a second."""

    def change(notebook):
        notebook.cells = list(cells)

    return change


def test_a_broken_cell_is_named_with_its_exception_and_nothing_is_written(course_copy, tmp_path):
    course = edited(course_copy, MASTER, short_master(code("x = 1"), code("x / 0").copy() | {"id": "halves"}))
    with pytest.raises(BuildError, match=r"source/02_manual_rnn .* cell halves .*ZeroDivisionError: division by zero"):
        make_solution(course, ASSIGNMENT, tmp_path / "solutions")
    assert not (tmp_path / "solutions").exists()


def test_a_cell_that_does_not_end_is_named(course_copy, tmp_path):
    course = edited(course_copy, MASTER, short_master(code("import time\ntime.sleep(4)")))
    with pytest.raises(BuildError, match="cell added took longer than 1 seconds"):
        make_solution(course, ASSIGNMENT, tmp_path / "solutions", timeout=1)


def test_a_region_without_an_end_stops_the_solution(course_copy, tmp_path):
    course = edited(course_copy, MASTER, replace(TEST, "### END HIDDEN TESTS", ""))
    with pytest.raises(BuildError, match=r"gives no solution: .*hidden tests"):
        make_solution(course, ASSIGNMENT, tmp_path / "solutions")


def test_a_solution_shows_its_mark_scheme_opens_no_port_and_warns_of_nothing(course_copy, tmp_path, capfd):
    """The kernel itself says how it is spoken to: through files, in a folder of its own."""
    asks = "from ipykernel.kernelapp import IPKernelApp\nprint(IPKernelApp.instance().transport)"
    course = edited(course_copy, MASTER, short_master(code(asks), free_text(SCHEME_CELL)))
    paths = make_solution(course, ASSIGNMENT, tmp_path / "solutions")
    asked, answer = nbformat.read(paths[0], as_version=4).cells
    assert asked.outputs[0].text == "ipc\n"
    assert answer.source == f"The state is carried on.\n\n**Mark scheme**\n\n- {SCHEME}"
    assert all("Two points for naming the" in path.read_text(encoding="utf-8") for path in paths)
    assert capfd.readouterr().err == ""


def test_a_plotly_figure_is_in_both_files(course_copy, tmp_path, recwarn):
    figure = "import plotly.graph_objects as go\ngo.Figure(go.Bar(y=[1, 2])).show()"
    course = edited(course_copy, MASTER, short_master(code(figure)))
    notebook, page = (path.read_text(encoding="utf-8") for path in make_solution(course, ASSIGNMENT, tmp_path / "s"))
    assert "application/vnd.plotly.v1+json" in notebook and "plotly-graph-div" in page
    assert not [warning for warning in recwarn if "represented" in str(warning.message)]


# --- hashes -------------------------------------------------------------------------------------------------


@pytest.fixture
def notebook():
    about = {"grade_id": "a", "points": 1, "checksum": "0", "grade": True, "solution": False, "locked": True}
    cells = [nbformat.v4.new_markdown_cell("# Häuser"), nbformat.v4.new_code_cell("x = 1\nprint(x)")]
    cells[1].metadata["nbgrader"] = about
    return nbformat.v4.new_notebook(cells=cells)


def test_a_content_hash_is_16_hex_digits_and_survives_reading_and_writing(notebook):
    assert re.fullmatch("[0-9a-f]{16}", content_hash(notebook))
    assert content_hash(nbformat.reads(nbformat.writes(notebook), as_version=4)) == content_hash(notebook)


def test_running_a_notebook_does_not_change_its_hash(notebook):
    before = content_hash(notebook)
    NotebookClient(notebook, kernel_name="python3").execute()
    assert notebook.cells[1].outputs and content_hash(notebook) == before


def test_ids_checksums_and_stamps_do_not_count(notebook):
    before = content_hash(notebook)
    notebook.cells[0].id, notebook.cells[1].metadata.nbgrader.checksum = "other", "1"
    stamp(notebook, ASSIGNMENT)
    assert content_hash(notebook) == before
    assert notebook.metadata["unrolled"] == {"assignment": ASSIGNMENT, "release": before}


@pytest.mark.parametrize(
    "change",
    [
        lambda cells: cells[0].update(source="# Hauser"),
        lambda cells: cells[0].update(cell_type="raw"),
        lambda cells: cells[1].metadata.nbgrader.update(points=2),
        lambda cells: cells.reverse(),
        lambda cells: cells.pop(),
    ],
    ids=["one word", "cell type", "points", "order", "one cell less"],
)
def test_what_a_student_sees_or_nbgrader_needs_changes_the_hash(notebook, change):
    before = content_hash(notebook)
    change(notebook.cells)
    assert content_hash(notebook) != before
