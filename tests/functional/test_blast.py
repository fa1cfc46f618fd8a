"""What one wrong answer costs elsewhere in its notebook, and what turns that audit red."""

import pytest

from unrolled.auditing.blast import (
    CRASH,
    CRASHES,
    FORGERY,
    blast,
    blast_entries,
    crashing,
    notebook,
    standing_on,
    trainings_on,
)
from unrolled.auditing.record import blast_to_try, questions_to_try
from unrolled.auditing.sabotage import BLAST_SABOTAGE
from unrolled.checking.structure import Cell
from unrolled.course.course import PRACTICE_SALT, Course

COURSE = Course.find(__file__)
QUESTIONS = questions_to_try(COURSE)
CELL = "manual_rnn_cell"


@pytest.fixture
def bundle():
    """A bundle of its own, whose catalogue a test may change."""
    return Course(COURSE.root).bundle("02_manual_rnn")


@pytest.mark.parametrize(("assignment", "id"), QUESTIONS, ids=[id for _, id in QUESTIONS])
def test_one_fault_costs_once(assignment, id):
    """Of what was recorded and has not changed a sample, of everything else every entry."""
    bundle = COURSE.bundle(assignment)
    names = blast_to_try(COURSE, bundle, id)
    (row,) = blast(bundle, PRACTICE_SALT, [id], names)
    assert row.failures == []
    forgeries = sum(name.startswith(FORGERY) for name in names or ())  # held to what they may earn, and not counted
    assert row.marked >= row.tried - forgeries
    assert not row.marked or standing_on(bundle, id) or trainings_on(bundle, id)


# Each way to weaken it, and a question with an entry that notices.
NOTICED_BY = {
    "called under no_grad": ("manual_embedding", "first_sequence_only"),
    "no stand-ins": (CELL, "memory_as_columns"),
    "own parts need not be right": (CELL, FORGERY + "a pair that only the stack takes apart"),
}


@pytest.mark.parametrize("name", BLAST_SABOTAGE)
def test_a_weakened_marking_turns_it_red(bundle, name):
    """The controls: a check that calls under no_grad again, a later question without a stand-in, and an own part that
    counts without having earned its values."""
    id, entry = NOTICED_BY[name]
    (row,) = blast(bundle, PRACTICE_SALT, [id], [entry])
    assert row.failures == [] and row.tried == 1
    with BLAST_SABOTAGE[name]():
        (row,) = blast(bundle, PRACTICE_SALT, [id], [entry])
    assert row.failures and all(entry.removeprefix(FORGERY) in failure for failure in row.failures)


def test_a_loss_that_is_listed_is_no_failure_and_one_that_is_not_there_is(bundle):
    (other,) = (id for id in standing_on(bundle, CELL) if id == "manual_rnn")
    with BLAST_SABOTAGE["no stand-ins"]():
        (row,) = blast(bundle, PRACTICE_SALT, [CELL], ["memory_as_columns"])
        assert {spread.question for spread in row.spread} >= {other} and not row.listed
        listed = {("memory_as_columns", spread.question): "as it must" for spread in row.spread}
        bundle.costs_elsewhere[CELL] = listed
        (row,) = blast(bundle, PRACTICE_SALT, [CELL], ["memory_as_columns"])
    assert row.failures == [] and row.listed == len(listed) == len(row.spread)
    bundle.costs_elsewhere["manual_char_rnn"] = {("relu_before_fc", "generate_text"): "there was such a loss once"}
    (row,) = blast(bundle, PRACTICE_SALT, ["manual_char_rnn"])
    assert any("COSTS_ELSEWHERE names relu_before_fc" in failure for failure in row.failures)


def test_crashes_are_made_of_functions_and_methods_and_nothing_else():
    assert crashing("answer = 'B'\n") == {}
    made = crashing("class Twice:\n    def __call__(self, x):\n        return 2 * x\n\n\ndef once(x):\n    return x\n")
    assert list(made) == list(CRASHES)
    for words, source in made.items():
        namespace: dict = {}
        exec(source, namespace)
        for function in (namespace["Twice"](), namespace["once"]):
            try:
                assert function("ab") != {"Twice": "abab"}.get(type(function).__name__, "ab") or "for" in words
            except RuntimeError:
                assert "raises" in words


def test_a_cell_that_fails_stops_no_other_one(bundle):
    verdicts = notebook(bundle, PRACTICE_SALT, {CELL: "raise ValueError('nothing here')"}, [CELL, "manual_rnn"])
    assert verdicts[CELL].points == 0 and "there is no ManualRNNCell" in verdicts[CELL].text()[0]
    assert verdicts["manual_rnn"].points == 30


def test_what_stands_on_an_answer_is_found_by_reading(bundle):
    assert standing_on(bundle, CELL)[:2] == ["manual_rnn", "manual_char_rnn"]
    assert standing_on(bundle, "mcq_rnn_output") == []
    assert any(name.startswith(CRASH) for name in blast_entries(bundle, CELL))


def test_a_cell_knows_what_it_ended_with():
    assert Cell("cell 3", "1 / 0", "ZeroDivisionError: division by zero").error.startswith("Zero")


# --- trainings that stand on an answer with a fault -------------------------------------------------------------


@pytest.fixture(scope="module")
def echo():
    return Course(COURSE.root).bundle("06_echo_gru")


def test_a_right_training_of_a_network_that_crashes_is_run_again_with_a_right_one(echo):
    crashes = crashing(echo.answers["gru_memory"])["it raises"]
    verdict = notebook(echo, PRACTICE_SALT, {"gru_memory": crashes}, ["train_echo"])["train_echo"]
    assert verdict.points == 18 and "trained once more" in verdict.text()[-1]


def test_a_wrong_training_earns_no_more_with_a_right_network(echo):
    """The control: the cell that is run again is the student's own."""
    answers = {
        "gru_memory": crashing(echo.answers["gru_memory"])["it raises"],
        "train_echo": echo.answers["train_echo"].replace("STEPS = 220", "STEPS = 2"),
    }
    verdict = notebook(echo, PRACTICE_SALT, answers, ["train_echo"])["train_echo"]
    assert verdict.points < 6


def test_a_training_that_stops_is_told_so_and_given_no_other_cause(echo):
    stops = echo.answers["train_echo"].replace("loss.backward()", "loss.backwards()")
    verdict = notebook(echo, PRACTICE_SALT, {"train_echo": stops}, ["train_echo"])["train_echo"]
    first, *others = [line for line in verdict.lines if line.earned < line.of]
    assert "stopped before its end: AttributeError" in first.says and not verdict.diagnosis
    assert {line.says for line in others} == {"for the same reason"}
