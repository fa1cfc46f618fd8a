"""The page for whoever teaches: what it counts, what it leaves out, and that it trusts nobody's name."""

import base64
import hashlib
import random
import re
import shutil
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from made_class import (
    ASSIGNMENT,
    CLASS,
    COURSE,
    EVIL,
    FIRST,
    FORMULA,
    OF,
    QUOTED,
    SECOND,
    TEXT,
    TEXT_OF,
    Made,
    make_class,
)
from test_feedback import Reader, let_through

from unrolled.cli.main import cli
from unrolled.grading.standing import Mark
from unrolled.reports.class_report import cost_of, page_of, write_class_report
from unrolled.reports.figures import bins
from unrolled.reports.items import FEWEST, discrimination, items
from unrolled.reports.members import Member, members

ALL = sum(OF.values())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_class(tmp_path_factory.mktemp("class"), *CLASS)


@pytest.fixture(scope="module")
def class_(folder):
    return {one.student: one for one in members(folder, ASSIGNMENT)}


@pytest.fixture(scope="module")
def html(folder):
    return write_class_report(folder, ASSIGNMENT).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(html):
    return Reader(html)


# --- what counts ----------------------------------------------------------------------------------------


def test_a_persons_mark_counts(class_):
    assert class_["bo"].points[FIRST] == Mark(6, OF[FIRST], by_hand=True)
    assert class_["bo"].total == ALL - 8 + (6 - OF[FIRST] + 8) - 5


def test_who_is_not_marked_has_no_total_and_a_reason(class_):
    lena, nora = class_["lena"], class_["nora"]
    assert lena.handed_in and lena.total is None and lena.points == {} and lena.why.startswith("it is a PDF")
    assert not nora.handed_in and nora.total is None and nora.why == ""


def test_nor_is_either_of_them_in_a_mean(class_):
    told = page_of(ASSIGNMENT, [*class_.values()])
    totals = [one.total for one in class_.values() if one.student not in ("lena", "nora")]
    assert told["mean"] == pytest.approx(sum(totals) / len(totals)) and len(told["marked"]) == len(totals) == 6
    assert sum(final + open_ for _, final, open_ in bins([*class_.values()])) == 6


def test_what_nobody_has_marked_is_no_0(class_):
    """cy's text and a question whose check could not tell: they wait, and are in no mean share."""
    cy = class_["cy"]
    assert cy.waiting == [SECOND, TEXT] and cy.points[TEXT].share is None
    text = items([*class_.values()])[-1]
    assert (text.id, text.marked, text.waiting) == (TEXT, 5, 1)
    assert text.share == pytest.approx((TEXT_OF + 0 + 1 + 1 + 1) / 5 / TEXT_OF)


def test_a_person_may_look_at_what_a_check_gave_and_it_stands_till_then():
    assert Mark(3, 12, asks=True).share == 0.25 and Mark(0, 12, asks=True).share is None
    assert Mark(0, 12, asks=False).share == 0


def test_being_late_costs_what_nbgrader_says_and_never_more_than_there_is(class_):
    assert class_["cy"].total == ALL - OF[SECOND] - 10
    assert Member("x", score=4.0, late=10.0).total == 0


def test_an_earlier_files_marks_are_not_the_ones_of_a_file_that_could_not_be_marked(tmp_path):
    """The control: with a person's mark it counts."""
    folder = make_class(tmp_path, Made("old", by_hand={}), Made("hand", by_hand={FIRST: 4}))
    for name in ("old", "hand"):
        shutil.rmtree(folder.notebook("autograded", name, ASSIGNMENT).parent)
    hand, old = members(folder, ASSIGNMENT)
    assert old.total is None and old.why == "it was not graded, or could not be"
    assert hand.total == ALL - OF[FIRST] + 4


# --- questions ------------------------------------------------------------------------------------------


def made_up(rows):
    return [Member(f"s{n}", points={id: Mark(p, 1) for id, p in row.items()}) for n, row in enumerate(rows)]


def test_a_question_is_not_compared_with_itself():
    """Noise beside a single other question: left in its own total it would seem to tell students apart."""
    draw = random.Random(1)
    rows = [{"noise": draw.random(), "real": draw.random()} for _ in range(400)]
    noise = items(made_up(rows))[0].discrimination
    itself = discrimination([row["noise"] for row in rows], [row["noise"] + row["real"] for row in rows])
    assert abs(noise.correlation) < 0.1 < 0.6 < itself.correlation
    assert noise.interval[0] < 0 < noise.interval[1] and noise.students == 400


def test_a_question_that_the_good_ones_have_tells_apart():
    rows = [{"easy": n / 40, "hard": float(n > 20), "other": float(n > 15)} for n in range(40)]
    assert all(item.discrimination.interval[0] > 0.5 for item in items(made_up(rows)))


@pytest.mark.parametrize(("students", "there"), [(FEWEST - 1, False), (FEWEST, True)])
def test_few_students_say_nothing(students, there):
    found = discrimination([n % 2 for n in range(students)], [float(n) for n in range(students)])
    assert (found is not None) == there


def test_nor_does_a_question_that_all_have_right():
    assert discrimination([1.0] * 50, [float(n) for n in range(50)]) is None


def test_what_waits_is_in_nobodys_other_points():
    """Else who was marked first would seem the better."""
    class_ = made_up([{"a": n % 2, "b": n % 3} for n in range(30)])
    before = items(class_)[0].discrimination
    for n, one in enumerate(class_):
        one.points["text"] = Mark(n * 1.0, 30, asks=n == 0)
    assert items(class_)[0].discrimination == before


# --- the page -------------------------------------------------------------------------------------------


def scripts(page):
    return [e.text for e in page.all("script")]


def test_nothing_that_a_student_is_called_or_did_can_run(page):
    assert [found for found in let_through(page) if not found.startswith("script")] == []
    assert EVIL in page.one("section", id="everybody").text


def test_no_script_says_anything_of_a_student(page):
    """They hold numbers alone: the control is a question's name, which is there."""
    text = "".join(scripts(page)[1:])  # the first is plotly's own
    for name in ("trap", "cmd|", "O'Neil", "lena", "ada"):
        assert name not in text
    assert FIRST in text and "no_hidden_bias" in text


def test_only_the_scripts_that_are_ours_may_run(page):
    policy = page.one("meta", **{"http-equiv": "Content-Security-Policy"})
    allowed = set(re.findall(r"'sha256-([^']+)'", policy.attrs["content"]))
    there = {base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts(page)}
    assert there <= allowed and "unsafe" not in policy.attrs["content"].split("script-src")[1]
    assert policy.attrs["content"].startswith("default-src 'none'")


def test_it_is_one_file_with_plotly_in_it_once(html, page):
    assert html.count("plotly.js v") == 1 and len(html) < 6e6
    assert not [e for e in page.elements if "src" in e.attrs or e.tag == "link"]


def test_every_link_leads_to_a_page_of_the_class(folder, page):
    links = [e.attrs["href"] for e in page.all("a")]
    assert len(set(links)) == 7 and all((folder.folder / unquote(link)).is_file() for link in links)


def test_every_figure_has_words_and_numbers_beside_it(page):
    figures = [e for e in page.all("div") if e.attrs.get("role") == "img"]
    assert len(figures) == 4 and all(len(e.attrs["aria-label"]) > 40 for e in figures)
    for section in ("totals", "questions", "cost"):
        assert any(e.tag == "table" for e in page.elements if page.one("section", id=section) in e.inside)


def test_it_says_who_needs_a_person(page):
    assert (
        "lena" in page.one("section", id="unmarked").text and "it is a PDF" in page.one("section", id="unmarked").text
    )
    waiting = page.one("section", id="waiting").text
    assert TEXT in waiting and "cy" in waiting and "ada" not in waiting
    everybody = page.one("section", id="everybody").text
    assert "a cell was there twice" in everybody and "10 points taken off" in everybody


def test_mistakes_are_counted_with_who_made_them(page):
    mistakes = page.one("section", id=f"mistakes-{SECOND}").text
    assert re.search(r"2\s+no_hidden_bias", mistakes) and EVIL in mistakes and "bo" in mistakes and "a hint" in mistakes


def test_time_and_memory_are_told_of_those_that_are_known(page, class_):
    assert "Of 1 notebooks" in page.one("section", id="cost").text
    known = cost_of([Member(str(n), cost={"seconds": float(n), "memory": 1e6 * n}) for n in range(1, 101)])
    assert known["rows"] == {"seconds": (50.5, 96.0, 100.0), "MB of memory": (50.5, 96.0, 100.0)}
    assert [one.student for one in known["slowest"]] == ["100", "99", "98", "97", "96"]
    assert cost_of([class_["bo"]]) == {}


def test_where_nobody_is_marked_no_script_is_needed(tmp_path):
    folder = make_class(tmp_path, Made("lena", refused="a PDF"))
    page = Reader(write_class_report(folder, ASSIGNMENT).read_text(encoding="utf-8"))
    assert scripts(page) == [] and "a PDF" in page.one("section", id="unmarked").text


def test_reports_that_are_written_together_lead_to_one_another(folder):
    """The first is written before the file of the last is there."""
    for together, linked in (((), False), (("03_bptt",), True)):
        page = Reader(write_class_report(folder, ASSIGNMENT, together).read_text(encoding="utf-8"))
        assert ("03_bptt_report.html" in {link.attrs.get("href") for link in page.all("a")}) == linked


def test_the_command_writes_it_and_names_it(folder):
    done = CliRunner().invoke(cli, ["--course", str(COURSE.root), "report", "--folder", str(folder.folder)])
    assert done.exit_code == 0 and f"{ASSIGNMENT}_report.html" in done.output.replace("\n", "")


def test_the_command_says_where_it_looked_for_work(tmp_path):
    done = CliRunner().invoke(cli, ["--course", str(COURSE.root), "report", "--folder", str(tmp_path)])
    assert done.exit_code == 1 and "nothing to report" in done.output


def test_names_stay_whole(page):
    rows = [e.text for e in page.all("tr")]
    for name in (EVIL, FORMULA, QUOTED):
        assert any(name in row for row in rows)
