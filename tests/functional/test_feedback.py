"""The page a student gets back: what it says, and that nothing a student wrote becomes part of the page's own HTML.

One small marked notebook, full of traps, goes through nbgrader's own GenerateFeedback, with our page and with the
stock one as a control.
"""

import base64
import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateFeedback
from traitlets.config import Config

from unrolled.checking.verdict import Line, Verdict
from unrolled.course.course import Course
from unrolled.course.nbgrader_config import course_directory
from unrolled.grading.whole_class import ClassFolder, Result
from unrolled.reports import safe
from unrolled.reports.feedback import MATHJAX, read_verdict
from unrolled.reports.misconceptions import count
from unrolled.reports.refused import write_refusal

COURSE = Course.find(__file__)
ASSIGNMENT = "06_echo_gru"
STUDENT, NOTEBOOK = "<svg onload=named()>", "<script>file()"  # names of a folder and of a file
PNG = base64.b64encode(b"\x89PNG not a real one").decode()
PRINTED = "output of the visible test"

TRAPS = {
    "script": "<script>trap()</script>",
    "handler": '<img src="x" onerror="trap()">',
    "svg": '<svg onload="trap()"><circle r="1"/></svg>',
    "link": "<a href=\"java\tscript:trap()\">here</a> [and here](javascript:trap()) <a href='data:text/html,x'>x</a>",
    "frame": '<iframe srcdoc="<script>trap()</script>"></iframe><object data="x"></object><embed src="x">',
    "refresh": '<meta http-equiv="refresh" content="0"><base href="https://evil.example"><form action="x"><input>',
    "look": '<div id="top" class="verdict" style="position:fixed"><style>p {color: red}</style>',
    "unclosed": "<scr<script>ipt>trap()</scr</script>ipt> <img src=x onerror=trap()//",
    "comment": "<!-- --!> <script>trap()</script> -->",
}
ALL_TRAPS = "\n\n".join(TRAPS.values())


def verdict_of_two_lines() -> Verdict:
    wrong = Line("values", 4, 9, f"B=1: your forward raised ValueError: {ALL_TRAPS}", hint="Is a bias missing? " * 4)
    fine, cost = Line("shape", 1, 1, "(1, 6) for B=1"), Line("budget", 0, 2, "5,742 of 3,000 reference passes: dear")
    verdict = Verdict("q", [wrong, fine, cost, Line("extras", 0, 0, "not marked: fine")])
    verdict.notes.append(f"your cell stopped with {TRAPS['script']}")
    return verdict


def cell(kind, source, id="", outputs=(), **about):
    made = {"code": new_code_cell, "markdown": new_markdown_cell}[kind](source)
    if id:
        about = {"grade": False, "solution": False, "locked": True, "task": False, **about}
        made.metadata["nbgrader"] = {"grade_id": id, "schema_version": 3, "cell_type": kind, **about}
    if outputs:
        made.outputs = list(outputs)
    return made


def shown(**data):
    return new_output("display_data", data={mime.replace("_", "/", 1): value for mime, value in data.items()})


def marked_notebook():
    """Two questions, the second all right; a free text; and traps wherever a student can write."""
    error = new_output(
        "error", ename="ValueError", evalue=ALL_TRAPS, traceback=[f"\x1b[31mValueError\x1b[0m {ALL_TRAPS}"]
    )
    traps = [
        new_output("stream", text=ALL_TRAPS),
        error,
        shown(text_html=ALL_TRAPS),
        *(shown(text_html=trap) for trap in TRAPS.values()),
        new_output("display_data", data={"image/svg+xml": TRAPS["svg"]}),
        new_output("display_data", data={"application/javascript": "trap()"}),
        shown(text_markdown=ALL_TRAPS),
        shown(text_latex=ALL_TRAPS),
        shown(image_png='x" onerror="trap()'),
        shown(image_png=PNG),
        shown(text_html="<table><tr><td>a table of pandas</td></tr></table>"),
    ]
    pictured = cell("markdown", "![x](attachment:a.png)")
    pictured["attachments"] = {"a.png": {"image/svg+xml": 'x" onerror="trap()'}}
    test = {"grade": True}
    secret = '### BEGIN HIDDEN TESTS\nfrom unrolled import check\ncheck("q")\n### END HIDDEN TESTS'
    notebook = new_notebook(
        cells=[
            cell("markdown", f"# Title\n\n## 1 · The *first* question {TRAPS['script']}\n\n$h_t = W x_t$ is read"),
            cell("markdown", ALL_TRAPS),
            pictured,
            new_raw_cell(ALL_TRAPS),
            cell("code", "import given_code", "imports"),
            cell("code", "# a cell of my own\nprint(1)", outputs=traps),
            cell("code", f"my_answer = 1 # {ALL_TRAPS}", "q", traps, solution=True, locked=False),
            cell("code", "secret_of_the_visible_test", "try_q", [new_output("stream", text=PRINTED)], points=0, **test),
            cell("code", secret, "test_q", [new_output("stream", text="SPOOFED 12/12")], points=12, **test),
            cell("markdown", "## 2 · The second"),
            cell("code", "other_answer = 2", "r", solution=True, locked=False),
            cell("code", "try_r", "try_r", [error], points=0, **test),
            cell("code", secret, "test_r", points=8, **test),
            cell("markdown", f"My essay {ALL_TRAPS}", "essay", points=5, solution=True, locked=False, **test),
        ]
    )
    right = Verdict("r", [Line("values", 8, 8, "all")], needs_person=True).as_dict()
    by = {"unrolled": "9.9.9", "bundle": "bundlehash", "release": f"releasehash{TRAPS['script']}", "sandbox": "none"}
    questions = [verdict_of_two_lines().as_dict(), right]
    notebook.metadata["unrolled"] = {"assignment": ASSIGNMENT, "questions": questions, "marked_by": by}
    return notebook


@pytest.fixture(scope="module")
def marked_class(tmp_path_factory):
    """A class of one, with the notebook above and a gradebook in which a person set a mark: its folder."""
    root = tmp_path_factory.mktemp("feedback")
    config = ClassFolder(COURSE, root).config
    place = root / "autograded" / STUDENT / ASSIGNMENT
    place.mkdir(parents=True)
    notebook = marked_notebook()
    nbformat.write(notebook, place / f"{NOTEBOOK}.ipynb")
    with Gradebook(config.CourseDirectory.db_url, config.CourseDirectory.course_id) as gradebook:
        gradebook.add_assignment(ASSIGNMENT)
        gradebook.add_notebook(NOTEBOOK, ASSIGNMENT)
        for part in notebook.cells:
            about, where = part.metadata.get("nbgrader", {}), (NOTEBOOK, ASSIGNMENT)
            if about.get("grade"):
                gradebook.add_grade_cell(
                    about["grade_id"], *where, max_score=about["points"], cell_type=about["cell_type"]
                )
            if about.get("solution"):
                gradebook.add_solution_cell(about["grade_id"], *where)
        gradebook.add_student(STUDENT)
        gradebook.add_submission(ASSIGNMENT, STUDENT)
        of_student = (NOTEBOOK, ASSIGNMENT, STUDENT)
        for id, automatic, by_hand in (("test_q", 5, 9.5), ("test_r", 8, None), ("essay", None, 3)):
            grade = gradebook.find_grade(id, *of_student)
            grade.auto_score, grade.manual_score, grade.needs_manual_grade = automatic, by_hand, id == "test_r"
        gradebook.find_comment("q", *of_student).manual_comment = "A person's **comment**"
        gradebook.find_submission_notebook(*of_student).late_submission_penalty = 2.5
        gradebook.db.commit()
    return root


def give_back(root, stock=False) -> str:
    """The page that nbgrader's own converter writes, with our template or with its own."""
    config = Config(ClassFolder(COURSE, root).config)
    config.CourseDirectory.feedback_directory = str(root / ("stock" if stock else "feedback"))
    if stock:
        del config["FeedbackExporter"]
        config.GenerateFeedback = Config(exporter_class=HTMLExporter)
    config.CourseDirectory.student_id = STUDENT
    config.CourseDirectory.notebook_id = NOTEBOOK
    GenerateFeedback(coursedir=course_directory(config, ASSIGNMENT), config=config).start()
    return (Path(config.CourseDirectory.feedback_directory) / STUDENT / ASSIGNMENT / f"{NOTEBOOK}.html").read_text(
        encoding="utf-8"
    )


class Reader(HTMLParser):
    """A page's elements in order, each with its attributes and all text inside it."""

    VOID = ("meta", "br", "img", "hr", "input", "base", "embed", "link")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements, self.open = [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        element = SimpleNamespace(tag=tag, attrs=dict(attributes), text="", inside=list(self.open))
        self.elements.append(element)
        if tag not in self.VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        while any(e.tag == tag for e in self.open) and self.open.pop().tag != tag:
            pass

    def handle_data(self, data):
        for element in self.open:
            element.text += data

    def all(self, tag="", **attrs):
        attrs = {name.rstrip("_"): value for name, value in attrs.items()}
        return [e for e in self.elements if e.tag == (tag or e.tag) and attrs.items() <= e.attrs.items()]

    def one(self, tag="", **attrs):
        (found,) = self.all(tag, **attrs)
        return found


def let_through(reader: Reader) -> list[str]:
    """Whatever in a page could run, or lead away, that is not the page's own."""
    found = []
    for e in reader.elements:
        if e.tag == "script" and ("trap" in e.text or "src" not in e.attrs) and not e.text.startswith("MathJax ="):
            found.append(f"script: {e.text[:40]}")
        if e.tag in ("iframe", "object", "embed", "svg", "base", "form", "input", "math", "link"):
            found.append(e.tag)
        if e.tag == "meta" and e.attrs.get("http-equiv", "").lower() == "refresh":
            found.append("refresh")
        if e.tag == "style" and "color: red" in e.text:
            found.append("style")
        for name, value in e.attrs.items():
            address = re.sub(r"[\x00-\x20]", "", value or "").lower()
            if name.startswith("on") or name == "srcdoc":
                found.append(f"{e.tag} {name}")
            if name in ("src", "href", "action", "data") and address.startswith(
                ("javascript:", "data:text", "data:image/svg")
            ):
                found.append(f"{e.tag} {address[:20]}")
    return found


@pytest.fixture(scope="module")
def html(marked_class):
    return give_back(marked_class)


@pytest.fixture(scope="module")
def page(html):
    return Reader(html)


# --- nothing of the student's is trusted ----------------------------------------------------------------


def test_nothing_a_student_wrote_can_run(page):
    assert let_through(page) == []


def test_the_stock_page_would_let_it_run(marked_class):
    """The control: the same notebook and the same reader, with nbgrader's own template."""
    found = let_through(Reader(give_back(marked_class, stock=True)))
    assert any(f.startswith("script: trap()") for f in found)
    assert "img onerror" in found and "svg onload" in found


def test_the_pages_scripts_are_two_and_ours(page):
    """MathJax and its settings; the page's own policy forbids a browser every other."""
    settings, mathjax = page.all("script")
    assert mathjax.attrs["src"].startswith(MATHJAX) and "ui/safe" in settings.text  # no javascript: in formulas
    policy = page.one("meta", **{"http-equiv": "Content-Security-Policy"}).attrs["content"]
    (allowed,) = re.findall(r"script-src ([^;]*)", policy)
    assert "unsafe" not in allowed and "default-src 'none'" in policy


@pytest.mark.parametrize("trap", TRAPS)
@pytest.mark.parametrize("way", [safe.clean, safe.markdown, safe.plain, safe.python], ids=lambda way: way.__name__)
def test_each_trap_is_disarmed_in_each_way_in(way, trap):
    assert let_through(Reader(way(TRAPS[trap]))) == []


def test_a_student_cannot_write_a_verdict_or_take_over_a_link(page):
    """No class, id or style of the student's: the trap says `id="top" class="verdict" style=…`."""
    assert len(page.all(id="top")) == 1
    assert {e.attrs.get("id") for e in page.all("section", class_="verdict")} == {"test_q", "test_r"}
    assert not page.all("div", class_="verdict")
    assert {e.tag for e in page.elements if "style" in e.attrs} == {"span"}  # the bars


def test_what_was_escaped_is_still_readable(page):
    said = page.one("section", id="test_q").text
    assert TRAPS["script"] in said and 'onerror="trap()"' in said
    assert page.one("p", class_="who").text == STUDENT


def test_harmless_html_and_pictures_are_shown(page):
    assert any("a table of pandas" in e.text for e in page.all("td"))
    assert {e.attrs["src"] for e in page.all("img") if "src" in e.attrs} == {f"data:image/png;base64,{PNG}"}


def test_an_interactive_figure_is_named_and_left_to_the_notebook():
    plotly = {"application/vnd.plotly.v1+json": {}, "text/html": "<div>a lot of code</div>"}
    for data in (plotly, {"text/html": "<div>a lot of code</div><script>draw()</script>"}):
        told = safe.output({"output_type": "display_data", "data": data})
        assert "An interactive figure stands here in the notebook" in told and "a lot of code" not in told


def test_programs_and_styles_are_not_left_over_as_text():
    assert safe.clean("<script>draw()</script>seen<style>p {color: red}</style>") == "seen"


# --- what the page says ----------------------------------------------------------------------------------


def within(page, element):
    return [e for e in page.elements if element in e.inside]


def test_the_score_is_the_gradebooks_late_penalty_included(page):
    """9.5 by hand where the check gave 5, 8 and 3, less 2.5 for being late."""
    assert page.one("p", class_="total").text == "Score: 18.0 / 25.0"
    assert "2.5" in page.one("p", class_="late").text


def test_each_question_has_a_row_with_its_points_and_its_reason(page):
    rows = [e for e in within(page, page.one("table", class_="marks")) if e.tag == "tr"][1:]
    assert [" / ".join(re.findall(r"[\d.]+ / [\d.]+", e.text)) for e in rows] == ["9.5 / 12", "8 / 8", "3 / 5"]
    first = rows[0]
    assert "1 · The first question" in first.text
    assert "Is a bias missing?" in first.text
    assert "A person set this mark; the check gave 5" in first.text
    assert [e.attrs["style"] for e in within(page, first) if "style" in e.attrs] == ["width: 79%"]


def test_each_link_of_the_table_leads_to_a_place_on_the_page(page):
    table = page.one("table", class_="marks")
    links = [e.attrs["href"] for e in within(page, table) if e.tag == "a"]
    assert links == ["#test_q", "#test_r", "#essay"]
    assert all(len(page.all(id=link[1:])) == 1 for link in links)


def test_what_waits_for_a_person_says_so(page):
    assert "A person will look at this" in page.one("section", id="test_r").text
    assert "A person will look at this" not in page.one("section", id="test_q").text


def test_the_cost_of_training_stands_against_its_budget(page):
    costs = page.one("ul", class_="costs").text
    assert "5,742 of 3,000 reference passes, 191% of the budget" in costs and "q:" in costs


def test_versions_and_the_missing_sandbox_are_in_small_print(page):
    small = page.one("p", class_="small").text
    assert all(part in small for part in ("9.9.9", "bundlehash", "releasehash", "No sandbox"))


def test_a_verdict_is_a_block_with_its_hint_set_off(page):
    block = page.one("section", id="test_q")
    lines = [e for e in within(page, block) if e.tag == "li"]
    assert [e.attrs["class"] for e in lines] == ["wrong", "right", "wrong", "extra"]
    assert lines[0].text.split()[:3] == ["✗", "4/9", "values"] and lines[1].text.split()[:2] == ["✓", "1/1"]
    (hint,) = [e for e in within(page, block) if e.attrs.get("class") == "hint"]
    assert hint.text.startswith("Is a bias missing?")
    assert not [e for e in within(page, block) if e.tag == "pre"]
    assert any("stopped with" in e.text for e in within(page, block) if e.attrs.get("class") == "note")


def test_verdicts_come_from_the_marking_and_not_from_outputs(html):
    assert "SPOOFED" not in html


def test_no_test_code_is_shown(html):
    assert not [s for s in ("HIDDEN TESTS", "check(", "secret_of_the_visible_test") if s in html]


def test_persons_comments_are_shown_where_the_answer_is(page):
    comment = page.one("div", id="comment-q")
    assert "A person's comment" in comment.text
    assert any(e.attrs.get("class") == "answer" for e in comment.inside)
    assert [e for e in page.all("a") if e.attrs.get("href") == "#comment-q"]


def test_answers_are_open_and_given_code_and_visible_tests_are_folded(page):
    def fold_of(text):
        holder = next(e for e in reversed(page.elements) if text in e.text)
        return next((e for e in [holder, *holder.inside] if e.tag == "details"), None)

    assert fold_of("my_answer") is None and fold_of("is read") is None
    assert "open" not in fold_of("given_code").attrs and "open" not in fold_of(PRINTED).attrs
    assert "open" in fold_of("a cell of my own").attrs
    assert "it passed" in fold_of(PRINTED).text


def test_a_phone_can_show_it(page):
    assert page.one("meta", name="viewport").attrs["content"].startswith("width=device-width")
    css = page.one("style").text
    assert re.search(r"pre \{[^}]*overflow-x: auto", css) and re.search(r"\.what \{[^}]*overflow-wrap: anywhere", css)
    assert not re.search(r"[{;] *(min-)?width: *\d{3,}px", css)


def test_it_can_be_read_without_a_network(page, html):
    """Only MathJax is asked for, and without it a formula is text."""
    fetched = [e.attrs["src"] for e in page.elements if "src" in e.attrs] + [e for e in page.all("link")]
    assert [a for a in fetched if not a.startswith("data:")] == [f"{MATHJAX}tex-chtml.js"]
    assert "async" in page.all("script")[1].attrs
    assert "$h_t = W x_t$" in html and "require.js" not in html and "url(" not in page.one("style").text


def test_a_verdict_is_read_back_as_it_was_written():
    verdict = verdict_of_two_lines()
    said, notes = read_verdict(verdict.text())
    for line, read in zip(verdict.lines, said, strict=True):
        assert (read.idea, float(read.earned), float(read.of)) == (line.idea, line.earned, line.of)
        assert (read.text, read.hint) == (line.says.strip(), line.hint.strip())
    assert notes == verdict.notes


# --- the instructor's page -------------------------------------------------------------------------------


def report(points, diagnosis=""):
    verdict = Verdict("q", [Line("values", points, 9, "x", hint="a hint" if diagnosis else "")])
    verdict.diagnosis = diagnosis
    return {"questions": [verdict.as_dict()]}


CLASS = {
    "ada": report(9),
    "bo": report(4, "no_bias"),
    "cy": report(3, "swapped"),
    "di": report(0, "no_bias"),
    "ed": report(0),
}


def test_a_class_is_counted_by_misconception():
    (asked,) = count(CLASS)
    assert (asked.marked, asked.right) == (5, 1)
    found = [(mistake.name, [student for student, _ in mistake.students], mistake.hint) for mistake in asked.mistakes]
    assert found == [("no_bias", ["bo", "di"], "a hint"), ("swapped", ["cy"], "a hint"), ("", ["ed"], "")]


def test_who_was_not_marked_reads_why_and_no_score(tmp_path):
    refused = Result(STUDENT, ASSIGNMENT, trouble=f"a PDF {ALL_TRAPS}")
    page = write_refusal(ClassFolder(COURSE, tmp_path), refused)
    reader = Reader(page.read_text(encoding="utf-8"))
    assert page == tmp_path / "feedback" / STUDENT / ASSIGNMENT / f"{COURSE.bundle(ASSIGNMENT).name}.html"
    assert let_through(reader) == [] and not reader.all("script")
    text = page.read_text(encoding="utf-8")
    assert "Not marked" in text and "a PDF" in text and "not a mark of 0" in text and "Score" not in text
