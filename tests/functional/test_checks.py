"""Checks against their catalogues: in process and across a socket, with the same verdict.

Of what was audited in full and has not changed since (unrolled.auditing.record) half of the questions and a sample of
their entries, others at each commit; of everything else, every entry. `make audit` tries all there is.
"""

from dataclasses import replace

import pytest

from unrolled.auditing.audit import MISCONCEPTION, REFERENCE, audit, entries, in_process
from unrolled.auditing.record import entries_to_try, questions_to_try
from unrolled.auditing.sabotage import SABOTAGE
from unrolled.checking.catalogue import CatalogueError, Misconception
from unrolled.checking.question import mark
from unrolled.checking.subject import LocalChannel, Subject
from unrolled.course.course import PRACTICE_SALT, Course
from unrolled.marking.diagnosis import Diagnoser

COURSE = Course.find(__file__)
QUESTIONS = questions_to_try(COURSE)
each_question = pytest.mark.parametrize(("assignment", "id"), QUESTIONS, ids=[id for _, id in QUESTIONS])


def tried():
    """(assignment, question, name of the entry): the reference and a wrong answer, which crosses the wall no other way
    than its neighbours do. Whether all of this run's sample is judged rightly is the audit's business, below."""
    for assignment, id in QUESTIONS:
        names = entries_to_try(COURSE, COURSE.bundle(assignment), id)
        yield assignment, id, REFERENCE
        yield assignment, id, next(name for name in names if name.startswith(MISCONCEPTION))


ENTRIES = list(tried())
every_entry = pytest.mark.parametrize(
    ("assignment", "id", "name"), ENTRIES, ids=[f"{e[1]}-{e[2].split()[-1]}" for e in ENTRIES]
)


def source_of(bundle, id, name) -> str:
    """The answer cell of an entry, by the name that the audit gives it."""
    wrong = {MISCONCEPTION + m.name: m for m in bundle.misconceptions[id]}
    return bundle.answers[id] if name == REFERENCE else wrong[name].apply(bundle.answers[id])


@every_entry
def test_both_ways_give_the_same_verdict(child, assignment, id, name):
    """In process and across the socket. What the verdicts should be is the audit's business, below."""
    bundle = COURSE.bundle(assignment)
    program, cache = bundle.program(id, source_of(bundle, id, name)), bundle.cache(id)
    with in_process(program, cache) as channel:
        here = mark(bundle.questions[id], Subject(channel), PRACTICE_SALT).verdict
    with child.host(program, cache) as channel:
        there = mark(bundle.questions[id], Subject(channel), PRACTICE_SALT).verdict
    assert [str(line) for line in here.lines] == [str(line) for line in there.lines]
    assert bool(here.failed) == name.startswith(MISCONCEPTION)


@each_question
def test_the_audit_is_green_with_other_draws(assignment, id):
    """Rejected, accepted, recognised, and told by the visible test; the record was made with the practice salt."""
    bundle = COURSE.bundle(assignment)
    names = entries_to_try(COURSE, bundle, id)
    (row,) = audit(bundle, "another salt", questions=[id], only=names)
    assert row.failures == []
    assert row.rejected == row.misconceptions == sum(name.startswith(MISCONCEPTION) for name in names) >= 2
    assert row.accepted == row.alternatives >= 1


# Each way to weaken the checks, and a question and its misconception that notice.
NOTICED_BY = {
    "gradients not compared": ("manual_rnn_cell", "cut_from_the_input"),
    "biases drawn as zero": ("manual_rnn_cell", "no_hidden_bias"),
    "tolerance 10": ("manual_rnn_cell", "no_input_bias"),
    "all weights alike": ("manual_rnn_cell", "memory_not_transposed"),
    "the first shape only": ("manual_embedding", "flattened_by_view"),
    "one layer": ("manual_rnn", "every_layer_reads_x"),
    "one step": ("manual_rnn", "time_reversed"),
    "a batch of one": ("manual_embedding", "first_sequence_only"),
    "contiguous tensors only": ("manual_embedding", "flattened_by_view"),
    "float32 only": ("manual_rnn_cell", "rounded_to_float32"),
    "called once": ("manual_rnn_cell", "state_kept_inside"),
    "with an initial state only": ("manual_rnn", "starts_with_ones"),
    "inputs not looked at again": ("manual_rnn_cell", "hidden_overwritten"),
    "shapes not looked at": ("manual_embedding", "batch_squeezed"),
}


@pytest.mark.parametrize("name", SABOTAGE)
def test_a_weakened_check_turns_the_audit_red(name):
    """The control: an audit that stays green for a bad check would prove nothing."""
    bundle, (id, misconception) = COURSE.bundle("02_manual_rnn"), NOTICED_BY[name]
    only = [MISCONCEPTION + misconception]
    (row,) = audit(bundle, PRACTICE_SALT, questions=[id], only=only, explain=False)
    assert row.rejected == row.misconceptions == 1 and row.failures == []
    with SABOTAGE[name]():
        (row,) = audit(bundle, PRACTICE_SALT, questions=[id], only=only, explain=False)
    assert row.misconceptions == 1 and "is let through by" in row.failures[0]


def test_a_check_that_is_too_strict_turns_the_audit_red(monkeypatch):
    from unrolled.checking import parity

    monkeypatch.setitem(parity.TOLERANCE, parity.torch.float32, 1e-9)
    bundle, id = COURSE.bundle("02_manual_rnn"), "manual_rnn_cell"
    right = [name for name in entries(bundle, id) if not name.startswith(MISCONCEPTION)]
    (row,) = audit(bundle, PRACTICE_SALT, questions=[id], only=right)
    assert any(failure.startswith(("alternative", "the reference")) for failure in row.failures)


def test_a_patch_that_no_longer_applies_fails_loudly():
    entry = Misconception("x", at="no such line", becomes="", what="", hint="", caught_by=("values",))
    with pytest.raises(CatalogueError, match="0 times"):
        entry.apply("a = 1\n")
    with pytest.raises(CatalogueError, match="2 times"):
        Misconception("x", at="a", becomes="", what="", hint="", caught_by=("values",)).apply("a = a\n")


def test_a_wrong_answer_that_nobody_foresaw_is_not_given_a_name():
    bundle = COURSE.bundle("02_manual_rnn")
    source = bundle.answers["manual_rnn_cell"].replace("torch.tanh(", "0.3 + 0.17 * torch.cos(")
    subject = Subject(LocalChannel(bundle.namespace("manual_rnn_cell", source)))
    verdict = Diagnoser(bundle, PRACTICE_SALT).examine("manual_rnn_cell", subject)
    assert verdict.diagnosis == "" and "first difference at" in verdict.text()[0]


def test_a_fault_of_the_check_itself_goes_to_a_person():
    bundle = COURSE.bundle("02_manual_rnn")
    good = bundle.questions["manual_embedding"]

    def broken(found, draw):
        yield from list(good.check(found, draw))[:3]
        raise ZeroDivisionError("ours")

    question = replace(good, check=broken)
    verdict = mark(question, Subject(LocalChannel(bundle.namespace(good.id))), PRACTICE_SALT).verdict
    assert verdict.needs_person and verdict.points == 0 and "the check itself failed" in verdict.text()[0]
