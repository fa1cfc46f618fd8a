"""The audit's mutants, salts and page: what they find, and what turns them red."""

import random

import pytest
from click.testing import CliRunner

from unrolled.checking.audit import SABOTAGE, audit, audit_salts
from unrolled.checking.audit_page import audit_page, only_with_others
from unrolled.checking.question import Question
from unrolled.checking.survivors import audit_mutants, killed_by
from unrolled.checking.verdict import Finding
from unrolled.cli import cli
from unrolled.course import PRACTICE_SALT, Course

COURSE = Course.find(__file__)


@pytest.fixture
def bundle():
    """A bundle of its own, whose catalogue a test may change."""
    return Course(COURSE.root).bundle("02_manual_rnn")


@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_no_check_lets_a_mutant_through_that_nobody_justified(assignment):
    """What trains is skipped and says so; everything else is tried, some 350 changes in all."""
    for row in audit_mutants(COURSE.bundle(assignment), PRACTICE_SALT):
        assert row.failures == []
        assert row.skipped or row.killed + row.equivalent == row.mutants >= 2


@pytest.mark.parametrize(
    ("sabotage", "survives"),
    [("tolerance 10", "+ becomes -"), ("gradients not compared", "detached")],
)
def test_a_weakened_check_lets_mutants_through(bundle, sabotage, survives):
    """The control: who sees everything rejected by a bad check would know nothing."""
    with SABOTAGE[sabotage]():
        (row,) = audit_mutants(bundle, PRACTICE_SALT, ["manual_rnn_cell"])
    assert any(survives in survivor for survivor in row.survivors)
    assert len(row.failures) == len(row.survivors) == row.mutants - row.killed


def test_an_equivalent_that_is_no_mutant_any_more_turns_it_red(bundle):
    bundle.equivalent["manual_embedding"] = {"line 99: + becomes -": "there was such a line once"}
    (row,) = audit_mutants(bundle, PRACTICE_SALT, ["manual_embedding"])
    assert row.failures == ["EQUIVALENT names 'line 99: + becomes -', which is no mutant of the reference"]


def test_an_equivalent_that_is_rejected_turns_it_red(bundle):
    bundle.equivalent["manual_rnn_cell"] = {"line 14: + becomes -": "so I thought"}
    (row,) = audit_mutants(bundle, PRACTICE_SALT, ["manual_rnn_cell"])
    assert row.failures == ["EQUIVALENT names 'line 14: + becomes -', which is rejected now: values"]
    assert row.equivalent == 0


def test_a_loop_that_never_ends_is_stopped(bundle, monkeypatch):
    monkeypatch.setattr("unrolled.checking.survivors.SECONDS", 1.0)
    source = bundle.answers["manual_rnn_cell"]
    assert killed_by(bundle, "manual_rnn_cell", source, PRACTICE_SALT) == ""
    while_running = source.replace("from_input =", "while True: pass\n        from_input =", 1)
    assert killed_by(bundle, "manual_rnn_cell", while_running, PRACTICE_SALT) == "values"
    assert killed_by(bundle, "manual_rnn_cell", "while True: pass", PRACTICE_SALT) == "it takes too long"


def test_salts_agree_on_a_real_question(bundle):
    (row,) = audit_salts(bundle, ["one", "two"], questions=["mcq_rnn_output"])
    assert (row.salts, row.failures, row.varied) == (2, [], {})
    assert row.rejected == row.misconceptions == 2 * len(bundle.misconceptions["mcq_rnn_output"])


def test_salts_tell_of_a_check_whose_verdict_depends_on_the_draw(bundle):
    """A coin decides, with the salt as its seed: some salts reject what others accept."""

    def coin(found, draw):
        yield Finding("answer", float(random.Random(draw.salt).random() < 0.5), "by chance")

    marks = bundle.questions["mcq_rnn_output"].marks
    bundle.questions["mcq_rnn_output"] = Question("mcq_rnn_output", "mcq_rnn_output", marks, frozenset(), coin)
    (row,) = audit_salts(bundle, [f"salt {n}" for n in range(8)], questions=["mcq_rnn_output"])
    assert row.varied["the reference"] == {"answer"} and 0 < row.rejected < row.misconceptions
    assert any(failure.startswith("the reference is not accepted: answer (salt ") for failure in row.failures)


def test_the_page_shows_what_rejected_what_and_loads_nothing(bundle):
    ids = ["manual_embedding", "mcq_rnn_output"]
    rows = zip(audit(bundle, "s", questions=ids), audit_mutants(bundle, "s", ids), strict=True)
    audited = [(bundle, row, mutants) for row, mutants in rows]
    page = audit_page(audited, "<s>")
    assert "&lt;s&gt;" in page and "http" not in page and "<script" not in page and 'name="viewport"' in page
    assert all(f'id="{id}"' in page for id in ids) and "cut_from_the_table" in page and "no reason is given" not in page
    assert only_with_others(audited[0][1], ["values", "gradients", "shape"]) == ["shape"]
    bundle.never_alone.clear()
    assert "no reason is given: remove it?" in audit_page(audited, "s")


@pytest.mark.parametrize("options", [["--mutants", "--wall"], ["--page", "x.html", "--salts", "3"]])
def test_what_does_not_go_together_is_said(options):
    result = CliRunner().invoke(cli, ["audit", *options])
    assert result.exit_code == 2 and "with one salt" in result.output
