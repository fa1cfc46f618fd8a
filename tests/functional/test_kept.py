"""What misconceptions give is worked out once: the same cause is named from a file, by whoever comes next."""

import hashlib
import multiprocessing
import os
import pickle

import pytest

from unrolled.auditing.audit import in_process
from unrolled.checking.subject import Subject
from unrolled.course.bundle import Bundle
from unrolled.course.course import PRACTICE_SALT
from unrolled.grading import kept
from unrolled.grading.kept import FOLDER, KeptDiagnoser
from unrolled.marking.diagnosis import Diagnoser

ASSIGNMENT, QUESTION = "02_manual_rnn", "manual_rnn_cell"


@pytest.fixture
def bundle(course_copy) -> Bundle:
    return course_copy.bundle(ASSIGNMENT)


def told(diagnoser: Diagnoser, wrong: int = 0) -> list[str]:
    """What a student with one of the misconceptions reads."""
    bundle = diagnoser.bundle
    answer = bundle.misconceptions[QUESTION][wrong].apply(bundle.answers[QUESTION])
    with in_process(bundle.program(QUESTION, answer)) as channel:
        return diagnoser.examine(QUESTION, Subject(channel)).text()


def files(bundle: Bundle) -> list[str]:
    return sorted(path.name for path in (bundle.root / FOLDER).glob("*"))


def nothing_is_worked_out(monkeypatch) -> None:
    def finding(self, job, index):
        raise AssertionError(f"{job.misconception} was run once more")

    monkeypatch.setattr(kept._Here, "finding", finding)
    monkeypatch.setattr(kept._Helper, "finding", finding)


def test_who_comes_next_reads_what_was_found(bundle, monkeypatch):
    usual = told(Diagnoser(bundle, PRACTICE_SALT))
    assert any("This is exactly what" in line for line in usual)
    assert told(KeptDiagnoser(bundle, PRACTICE_SALT)) == usual
    (name,) = files(bundle)
    nothing_is_worked_out(monkeypatch)
    assert told(KeptDiagnoser(bundle, PRACTICE_SALT)) == usual
    assert files(bundle) == [name]


def test_another_answer_needs_more_and_loses_nothing_of_it(bundle, monkeypatch):
    diagnoser = KeptDiagnoser(bundle, PRACTICE_SALT)
    usual = [told(diagnoser, wrong) for wrong in range(3)]
    assert usual == [told(Diagnoser(bundle, PRACTICE_SALT), wrong) for wrong in range(3)]
    nothing_is_worked_out(monkeypatch)
    assert [told(KeptDiagnoser(bundle, PRACTICE_SALT), wrong) for wrong in range(3)] == usual


def test_two_that_write_at_once_keep_the_longer(bundle, monkeypatch):
    early, late = KeptDiagnoser(bundle, PRACTICE_SALT), KeptDiagnoser(bundle, PRACTICE_SALT)
    for diagnoser in (early, late):
        diagnoser._found[QUESTION] = {}  # both began before there was a file
    usual = told(early, 0), told(late, 1)
    nothing_is_worked_out(monkeypatch)
    after = KeptDiagnoser(bundle, PRACTICE_SALT)
    assert (told(after, 0), told(after, 1)) == usual


def test_other_draws_have_another_file_and_a_spoilt_one_is_none(bundle):
    usual = told(KeptDiagnoser(bundle, PRACTICE_SALT))
    (name,) = files(bundle)
    told(KeptDiagnoser(bundle, "another"))
    assert len(files(bundle)) == 2
    path = bundle.root / FOLDER / name
    size = hashlib.sha256().digest_size
    digest, pickled = path.read_bytes()[:size], path.read_bytes()[size:]
    other = {name: kept.Found(ended=True) for name in pickle.loads(pickled)}  # which would name nobody
    path.write_bytes(digest + pickle.dumps(other))
    assert told(KeptDiagnoser(bundle, PRACTICE_SALT)) == usual
    path.write_bytes(hashlib.sha256(pickle.dumps(other)).digest() + pickle.dumps(other))
    assert told(KeptDiagnoser(bundle, PRACTICE_SALT)) != usual  # the control: with its digest it is believed


def test_what_this_machine_could_not_do_today_is_not_kept(bundle, monkeypatch):
    """No memory, no space: the cause is not named now, and is named the next time."""
    usual = told(Diagnoser(bundle, PRACTICE_SALT))

    def no_memory(*_):
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(kept, "run", no_memory)
        assert told(KeptDiagnoser(bundle, PRACTICE_SALT)) != usual
    assert told(KeptDiagnoser(bundle, PRACTICE_SALT)) == usual


def test_where_nothing_can_be_kept_causes_are_named_all_the_same(bundle):
    (bundle.root / ".cache").write_text("a file in the folder's place")
    assert told(KeptDiagnoser(bundle, PRACTICE_SALT)) == told(Diagnoser(bundle, PRACTICE_SALT))


def test_trainings_are_worked_out_in_a_process_that_ends(bundle, monkeypatch):
    usual = told(Diagnoser(bundle, PRACTICE_SALT))
    monkeypatch.setattr(Bundle, "trains", lambda self, question: True)
    monkeypatch.setattr(Bundle, "cache", lambda self, question: None)
    monkeypatch.setattr(kept._Here, "finding", lambda *_: pytest.fail("in the grader itself"))
    before = set(multiprocessing.active_children())
    assert told(KeptDiagnoser(bundle, PRACTICE_SALT)) == usual
    assert set(multiprocessing.active_children()) == before


def dies(job, index):
    os._exit(1)


def test_a_helper_that_dies_costs_the_cause_alone_and_nothing_is_kept_of_it(bundle, monkeypatch):
    usual = told(Diagnoser(bundle, PRACTICE_SALT))
    monkeypatch.setattr(Bundle, "trains", lambda self, question: True)
    monkeypatch.setattr(kept, "_in_helper", dies)
    without = told(KeptDiagnoser(bundle, PRACTICE_SALT))
    assert [line for line in without if "points" in line] == [line for line in usual if "points" in line]
    assert not any("This is exactly what" in line for line in without)
    monkeypatch.undo()
    assert told(KeptDiagnoser(bundle, PRACTICE_SALT)) == usual
