"""The audit's mutants, salts, page and record: what they find, and what turns them red."""

import random
from dataclasses import replace

import pytest
from click.testing import CliRunner

from unrolled.auditing.audit import MISCONCEPTION, REFERENCE, Row, audit, audit_salts, entries
from unrolled.auditing.blast import BlastRow, blast
from unrolled.auditing.jobs import ENTRIES, MUTANTS, Job, run_all
from unrolled.auditing.mutants import mutants
from unrolled.auditing.page import audit_page, only_with_others
from unrolled.auditing.rates import above, record_page
from unrolled.auditing.record import (
    PAGE,
    SAMPLED_MUTANTS,
    Found,
    entries_to_try,
    fingerprint,
    is_recorded,
    mutants_to_try,
    path_of,
    questions_to_try,
    read_record,
    write_record,
)
from unrolled.auditing.sabotage import SABOTAGE
from unrolled.auditing.survivors import SurvivorsRow, audit_mutants, killed_by, mutant_names
from unrolled.checking.verdict import Finding
from unrolled.cli.main import cli
from unrolled.course.bundle import Bundle
from unrolled.course.course import PRACTICE_SALT, Course
from unrolled.marking.diagnosis import Diagnoser

COURSE = Course.find(__file__)


@pytest.fixture
def bundle():
    """A bundle of its own, whose catalogue a test may change."""
    return Course(COURSE.root).bundle("02_manual_rnn")


@pytest.mark.parametrize(("assignment", "id"), questions_to_try(COURSE))
def test_no_check_lets_a_mutant_through_that_nobody_justified(assignment, id):
    """Of what has not changed since it was recorded, a sample; of what trains, the trained network is changed."""
    bundle = COURSE.bundle(assignment)
    (row,) = audit_mutants(bundle, PRACTICE_SALT, [id], mutants_to_try(COURSE, bundle, id))
    assert row.failures == []
    assert row.killed + row.equivalent == row.mutants


@pytest.mark.parametrize(
    ("sabotage", "survives"),
    [("tolerance 10", "+ becomes -"), ("gradients not compared", "detached")],
)
def test_a_weakened_check_lets_mutants_through(bundle, sabotage, survives):
    """The control: who sees everything rejected by a bad check would know nothing."""
    with SABOTAGE[sabotage]():
        (row,) = audit_mutants(bundle, PRACTICE_SALT, ["manual_rnn_cell"])
    assert any(survives in survivor for survivor in row.survivors)
    assert len(row.failures) == len(row.survivors) == row.mutants - row.killed - row.equivalent


def test_an_equivalent_that_is_no_mutant_any_more_turns_it_red(bundle):
    bundle.equivalent["manual_embedding"] = {"line 99: + becomes -": "there was such a line once"}
    (row,) = audit_mutants(bundle, PRACTICE_SALT, ["manual_embedding"])
    assert row.failures == ["EQUIVALENT names 'line 99: + becomes -', which is no mutant of the reference"]


def test_an_equivalent_that_is_rejected_turns_it_red(bundle):
    bundle.equivalent["manual_rnn_cell"] = {"line 14: + becomes -": "so I thought"}
    (row,) = audit_mutants(bundle, PRACTICE_SALT, ["manual_rnn_cell"])
    assert row.failures[0] == "EQUIVALENT names 'line 14: + becomes -', which is rejected now: values"
    assert row.equivalent == 0


def test_a_loop_that_never_ends_is_stopped(bundle, monkeypatch):
    source = bundle.answers["manual_rnn_cell"]
    assert killed_by(bundle, "manual_rnn_cell", source, PRACTICE_SALT) == ""
    monkeypatch.setattr("unrolled.auditing.survivors.SECONDS", 3.0)  # for the loop alone: machines differ
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

    bundle.questions[MCQ] = replace(bundle.questions[MCQ], check=coin)
    (row,) = audit_salts(bundle, [f"salt {n}" for n in range(8)], questions=["mcq_rnn_output"])
    assert row.varied["the reference"] == {"answer"} and 0 < row.rejected < row.misconceptions
    assert any(failure.startswith("the reference is not accepted: answer (salt ") for failure in row.failures)


def test_the_page_shows_what_rejected_what_and_loads_nothing(bundle):
    ids = ["manual_embedding", "mcq_rnn_output"]
    audited = list(everything(bundle, ids, [mutant_names(bundle, ids[0])[0]]))
    page = audit_page(audited, "<s>")
    assert "&lt;s&gt;" in page and "http" not in page and "<script" not in page and 'name="viewport"' in page
    assert all(f'id="{id}"' in page for id in ids) and "flattened_by_view" in page and "no reason is given" not in page
    row = audited[0].row
    assert only_with_others(row, ["values", "shape"]) == []
    row.lost = {name: ideas | {"values"} for name, ideas in row.lost.items()}  # as if shape rejected nothing alone
    assert only_with_others(row, ["values", "shape"]) == ["shape"]
    assert bundle.never_alone["manual_embedding"]["shape"] in audit_page(audited, "s")
    bundle.never_alone.clear()
    assert "no reason is given: remove it?" in audit_page(audited, "s")


@pytest.mark.parametrize("options", [["--mutants", "--wall"], ["--page", "x.html", "--salts", "3"]])
def test_what_does_not_go_together_is_said(options):
    result = CliRunner().invoke(cli, ["audit", *options])
    assert result.exit_code == 2 and "mutants" in result.output


# --- what was audited, and what a short run tries again ------------------------------------------------------


@pytest.fixture
def recorded(course_copy):
    """A copy of the course in which one question's audit is on record, and no other's."""
    path_of(course_copy).unlink()
    bundle = course_copy.bundle("02_manual_rnn")
    write_record(course_copy, everything(bundle, [MCQ]))
    return course_copy


def everything(bundle, ids, mutants=None):
    """All that an audit with --record or --page finds out about some questions. mutants: the names of a few."""
    kinds = audit(bundle, "s", questions=ids), audit_mutants(bundle, "s", ids, mutants), blast(bundle, "s", ids, [])
    return [Found(bundle, *rows) for rows in zip(*kinds, strict=True)]


MCQ = "mcq_rnn_output"


def test_a_recorded_question_is_sampled_and_another_one_is_tried_whole(recorded):
    bundle = recorded.bundle("02_manual_rnn")
    kept = read_record(recorded)["02_manual_rnn"][MCQ]
    assert kept["fingerprint"] == fingerprint(bundle, MCQ)
    assert kept["rejected"] == len(bundle.misconceptions[MCQ]) and kept["accepted"] == len(bundle.alternatives[MCQ])
    few, all_names = entries_to_try(recorded, bundle, MCQ), entries(bundle, MCQ)
    assert REFERENCE in few and len(few) < len(all_names) and set(few) < set(all_names)
    assert len(mutants_to_try(recorded, bundle, MCQ)) <= SAMPLED_MUTANTS
    assert entries_to_try(recorded, bundle, "manual_rnn") == entries(bundle, "manual_rnn")  # never recorded
    assert mutants_to_try(recorded, bundle, "manual_rnn") is None


@pytest.mark.parametrize(
    "file", ["check.py", "misconceptions.py", "alternatives/small_letter.py", "../shared.py", "the master"]
)
def test_whatever_a_verdict_depends_on_makes_a_question_changed(recorded, file):
    bundle = recorded.bundle("02_manual_rnn")
    path = bundle.master_path if file == "the master" else bundle.checks_path / MCQ / file
    text = path.read_text()
    changed = {
        "misconceptions.py": text.replace('"option_c"', '"option_sea"'),
        "the master": text.replace("mcq_rnn_output = ", "mcq_rnn_output  = "),
    }.get(file, text + "\n")
    assert changed != text and is_recorded(recorded, bundle, MCQ)
    path.write_text(changed)
    again = Course(recorded.root)
    assert not is_recorded(again, again.bundle("02_manual_rnn"), MCQ)


def test_only_what_is_asked_for_is_tried(bundle):
    name = MISCONCEPTION + bundle.misconceptions[MCQ][0].name
    (row,) = audit(bundle, "s", questions=[MCQ], only=[name])
    assert (row.misconceptions, row.alternatives, list(row.lost)) == (1, 0, [name])
    some = [mutant.name for mutant in mutants(bundle.cell("manual_embedding").source)][:1]
    (tried,) = audit_mutants(bundle, "s", ["manual_embedding"], some)
    assert tried.mutants == 1 and tried.failures == []


def test_processes_give_the_same_rows_as_none():
    jobs = [
        Job(COURSE.root, "02_manual_rnn", MCQ, ENTRIES, ["s"]),
        Job(COURSE.root, "02_manual_rnn", "manual_embedding", MUTANTS, ["s"], only=["no such mutant"]),
    ]
    alone, together = list(run_all(jobs, 1)), list(run_all(jobs, 2))
    for row in [*alone, *together]:
        row.seconds = 0
    assert alone == together and alone[0].rejected == 5


def test_the_published_page_is_the_records():
    assert (COURSE.root / PAGE).read_text(encoding="utf-8") == record_page(read_record(COURSE))


def test_bounds_are_those_of_runs_without_an_error():
    """With a rate of 5 % none in 59 comes about once in twenty times."""
    assert above(59) == "5 %" and above(2072) == "0.14 %" and above(0) == "unknown"


def test_a_misconception_that_costs_more_than_its_own_ideas_turns_it_red(bundle):
    entry = next(m for m in bundle.misconceptions["manual_rnn"] if m.name == "starts_with_ones")
    bundle.misconceptions["manual_rnn"] = [replace(entry, caught_by=("values",))]
    (row,) = audit(bundle, PRACTICE_SALT, questions=["manual_rnn"], only=[MISCONCEPTION + entry.name])
    assert any("costs more than its own ideas: hidden" in failure for failure in row.failures)


def test_a_wrong_training_loses_one_of_its_ideas_and_the_others_are_told():
    """What it comes to differs between processors. The control: one that loses none of those that it names."""
    bundle, id = Bundle(COURSE.root, "06_echo_gru"), "train_echo"
    entry = next(m for m in bundle.misconceptions[id] if m.name == "never_stepped")
    name = MISCONCEPTION + entry.name
    bundle.misconceptions[id] = [replace(entry, caught_by=("accuracy",))]
    (row,) = audit(bundle, PRACTICE_SALT, questions=[id], only=[name])
    assert not any("ideas" in failure for failure in row.failures) and "blanks" in row.differs[name]
    bundle.misconceptions[id] = [replace(entry, becomes=entry.at, caught_by=("accuracy",))]
    (row,) = audit(bundle, PRACTICE_SALT, questions=[id], only=[name])
    assert any("is let through by: accuracy" in failure for failure in row.failures)


def test_a_misconception_that_is_taken_for_another_one_turns_it_red(bundle, monkeypatch):
    """The control: a diagnosis that names whatever comes first."""

    def first(self, question, verdict, findings, trained):
        verdict.diagnosis, verdict.lines[0].hint = "another", "a hint that is another one's"

    monkeypatch.setattr(Diagnoser, "_name_causes", first)
    entry = bundle.misconceptions["manual_rnn"][0]
    (row,) = audit(bundle, PRACTICE_SALT, questions=["manual_rnn"], only=[MISCONCEPTION + entry.name])
    assert any("is taken for another" in failure for failure in row.failures) and not row.named


def test_a_red_audit_is_not_recorded(course_copy, monkeypatch):
    path = course_copy.bundle("02_manual_rnn").checks_path / "manual_embedding/misconceptions.py"
    path.write_text(path.read_text().replace('caught_by=("values",)', 'caught_by=("shape",)', 1))
    command = ["--course", str(course_copy.root), "audit", "02_manual_rnn", "--question", "manual_embedding"]
    result = CliRunner().invoke(cli, [*command, "--jobs", "1", "--record", "--salt", "another"])
    assert result.exit_code == 2 and "for whole questions" in result.output
    monkeypatch.setattr("unrolled.auditing.jobs.run_all", lambda jobs, processes: map(_red, jobs))
    before, all_of_them = read_record(course_copy), len(course_copy.bundle("02_manual_rnn").questions)
    result = CliRunner().invoke(cli, [*command[:4], "--jobs", "1", "--record"])
    assert result.exit_code == 1 and f"0 of {all_of_them} questions are green" in result.output
    assert read_record(course_copy) == before


def test_a_page_may_lie_in_a_folder_that_is_not_there_yet(tmp_path, monkeypatch):
    """`make audit` on a fresh machine; what cannot be written is said before the work, not after it."""
    done = []
    monkeypatch.setattr("unrolled.auditing.jobs.run_all", lambda jobs, _: map(_red, done.extend(jobs) or jobs))
    command = ["--course", str(COURSE.root), "audit", "02_manual_rnn", "--question", MCQ, "--page"]
    CliRunner().invoke(cli, [*command, str(tmp_path / "build" / "audit.html")])
    assert "mcq_rnn_output" in (tmp_path / "build" / "audit.html").read_text() and len(done) == 3
    (tmp_path / "a_file").write_text("")
    result = CliRunner().invoke(cli, [*command, str(tmp_path / "a_file" / "audit.html")])
    assert result.exit_code == 2 and "cannot be written" in result.output and len(done) == 3


def _red(job):
    row = {ENTRIES: Row, MUTANTS: SurvivorsRow}.get(job.kind, BlastRow)
    return row(job.question, failures=["is let through by: values"])


# --- what the audit holds an entry to, besides the check ------------------------------------------------------


def one(bundle, **changes):
    """The audit of one entry of mcq_rnn_output, with some of its fields changed."""
    entry = replace(bundle.misconceptions[MCQ][0], **changes)
    bundle.misconceptions[MCQ][0] = entry
    (row,) = audit(bundle, "s", questions=[MCQ], only=[MISCONCEPTION + entry.name])
    return row


def test_an_entry_tells_what_its_student_reads(bundle):
    row = one(bundle)
    (told,) = row.told.values()
    entry = bundle.misconceptions[MCQ][0]
    assert row.failures == [] and entry.hint in told.line
    found = Found(bundle, row, next(audit_mutants(bundle, "s", [MCQ])), BlastRow(MCQ))
    assert told.line in audit_page([found], "s").replace("&#x27;", "'")


def test_a_visible_test_that_says_nothing_turns_it_red(bundle, monkeypatch):
    silent = replace(bundle.cell(f"try_{MCQ}"), source="pass")
    monkeypatch.setattr(type(bundle), "cell", lambda self, id: silent if id == f"try_{MCQ}" else _cell(self, id))
    row = one(bundle, hidden_only="")
    assert any("is not caught by the visible test" in failure for failure in row.failures)


def test_a_visible_test_that_refuses_a_right_answer_turns_it_red(bundle, monkeypatch):
    strict = replace(bundle.cell(f"try_{MCQ}"), source="assert False, 'whatever you write'")
    monkeypatch.setattr(type(bundle), "cell", lambda self, id: strict if id == f"try_{MCQ}" else _cell(self, id))
    (row,) = audit(bundle, "s", questions=[MCQ], only=[REFERENCE])
    assert row.failures == ["the reference is not accepted: the visible test refuses it: whatever you write"]


_cell = Bundle.cell


def test_a_needless_hidden_only_turns_it_red(bundle):
    id = "manual_rnn_cell"
    entry = next(m for m in bundle.misconceptions[id] if m.name == "no_hidden_bias")
    assert not entry.hidden_only
    bundle.misconceptions[id] = [replace(entry, hidden_only="so I thought")]
    (row,) = audit(bundle, "s", questions=[id], only=[MISCONCEPTION + entry.name])
    assert any("is listed as hidden-only and caught by the visible test" in failure for failure in row.failures)
