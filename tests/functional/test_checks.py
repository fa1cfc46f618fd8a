"""Every check against every catalogue entry: in process and across a socket, with the same verdict."""

import pytest

from unrolled.bundle import run_program
from unrolled.checking.audit import SABOTAGE, audit, in_process
from unrolled.checking.catalogue import CatalogueError, Misconception
from unrolled.checking.diagnosis import Diagnoser
from unrolled.checking.question import mark
from unrolled.checking.subject import LocalChannel, Subject
from unrolled.course import PRACTICE_SALT, Course

COURSE = Course.find(__file__)


def entries():
    """(assignment, question, kind, entry, source) for the references and the whole catalogue."""
    for assignment in COURSE.assignments:
        bundle = COURSE.bundle(assignment)
        for id in bundle.questions:
            reference = bundle.answers[id]
            yield assignment, id, "reference", None, reference
            for entry in bundle.alternatives[id]:
                yield assignment, id, "alternative", entry, entry.source
            for entry in bundle.misconceptions[id]:
                yield assignment, id, "misconception", entry, entry.apply(reference)


ENTRIES = list(entries())
every_entry = pytest.mark.parametrize(
    ("assignment", "id", "kind", "entry", "source"),
    ENTRIES,
    ids=[f"{e[1]}-{e[3].name if e[3] else 'reference'}" for e in ENTRIES],
)


@pytest.fixture(scope="module")
def diagnosers():
    return {name: Diagnoser(COURSE.bundle(name), PRACTICE_SALT) for name in COURSE.assignments}


@every_entry
def test_both_ways_give_the_same_verdict(child, diagnosers, assignment, id, kind, entry, source):
    """In process and across the socket; a misconception is caught by what it names, and recognised."""
    bundle = COURSE.bundle(assignment)
    program, cache = bundle.program(id, source), bundle.cache(id)
    with in_process(program, cache) as channel:
        here = diagnosers[assignment].examine(id, Subject(channel))
    with child.host(program, cache) as channel:
        there = mark(bundle.questions[id], Subject(channel), PRACTICE_SALT).verdict
    assert [str(line) for line in here.lines] == [str(line) for line in there.lines]
    if kind == "misconception":
        assert set(entry.caught_by) <= here.failed
        assert here.diagnosis, here.text()  # by itself, or by an entry that gives the very same results
        assert any("This is exactly what" in line or entry.hint in line for line in here.text())
    else:
        assert not here.failed and not here.diagnosis, here.text()


@every_entry
def test_the_visible_test_says_what_is_wrong(assignment, id, kind, entry, source):
    """It passes what is right, catches a misconception with a message, or the entry says why it cannot."""
    bundle = COURSE.bundle(assignment)
    namespace, visible = bundle.namespace(id, source), [(f"try_{id}", bundle.cell(f"try_{id}").source)]
    if kind != "misconception" or entry.hidden_only:
        run_program(visible, namespace)
        return
    with pytest.raises(AssertionError) as caught:
        run_program(visible, namespace)
    assert len(str(caught.value)) > 20


def test_the_audit_is_green_with_other_draws():
    """The tests above draw with the practice salt."""
    for assignment in COURSE.assignments:
        for row in audit(COURSE.bundle(assignment), "another salt"):
            assert row.failures == []
            assert row.rejected == row.misconceptions >= 4
            assert row.accepted == row.alternatives >= 3


@pytest.mark.parametrize("name", SABOTAGE)
def test_a_weakened_check_turns_the_audit_red(name):
    """The control: an audit that stays green for a bad check would prove nothing."""
    bundle = COURSE.bundle("02_manual_rnn")
    with SABOTAGE[name]():
        (row,) = audit(bundle, PRACTICE_SALT, questions=["manual_rnn_cell"])
    assert any("is let through by" in failure for failure in row.failures)


def test_a_check_that_is_too_strict_turns_the_audit_red(monkeypatch):
    from unrolled.checking import parity

    monkeypatch.setitem(parity.TOLERANCE, parity.torch.float32, 1e-9)
    (row,) = audit(COURSE.bundle("02_manual_rnn"), PRACTICE_SALT, questions=["manual_rnn_cell"])
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

    question = type(good)(good.id, good.name, good.marks, good.forbids, broken)
    verdict = mark(question, Subject(LocalChannel(bundle.namespace(good.id))), PRACTICE_SALT).verdict
    assert verdict.needs_person and verdict.points == 0 and "the check itself failed" in verdict.text()[0]
