"""06_echo_gru where it differs from the others: networks that were trained, on a budget, judged by their behaviour."""

import sys

import pytest
import torch

from unrolled.checking.question import mark
from unrolled.checking.subject import LocalChannel, Subject
from unrolled.course.course import PRACTICE_SALT, Course
from unrolled.marking.diagnosis import Diagnoser

COURSE = Course.find(__file__)
sys.path.insert(0, str(COURSE.root / "examples"))
from demo_class import SET_BY_HAND, SLICES_THE_STRING  # noqa: E402

BUNDLE = COURSE.bundle("06_echo_gru")
ECHO, VARIABLE, LATCH = "train_echo", "train_variable_echo", "train_latch"


def subject(question: str, answer: str | None = None) -> Subject:
    ran = BUNDLE.ran(question, answer)
    return Subject(LocalChannel(ran.namespace, ran.meter))


def by_name(question: str, name: str) -> str:
    known = {a.name: a.source for a in BUNDLE.alternatives[question]}
    known |= {m.name: m.apply(BUNDLE.answers[question]) for m in BUNDLE.misconceptions[question]}
    return known[name]


@pytest.mark.parametrize(
    ("question", "name", "points"),
    [
        (ECHO, None, 18),
        (ECHO, "gradients_pile_up", None),
        (ECHO, "plain_recipe", 18),
        (VARIABLE, None, 18),
        (VARIABLE, "longest_delay_left_out", None),
        (LATCH, None, 12),
        (LATCH, "trained_on_three_letters", None),
    ],
)
def test_twenty_draws_judge_a_trained_network_alike(question, name, points):
    """The strings are others each time, the verdict is the network's."""
    one = subject(question, by_name(question, name) if name else None)
    marks = [mark(BUNDLE.questions[question], one, f"salt {i}").verdict for i in range(20)]
    assert len({tuple((line.idea, line.earned) for line in verdict.lines) for verdict in marks}) == 1
    assert points is None or marks[0].points == points
    if points is None:
        assert marks[0].points < 12


def test_the_network_is_left_as_it_was():
    """Its weights are exchanged while it is judged, and its mode; both have to come back."""
    ran = BUNDLE.ran(ECHO)
    model = ran.namespace["model"].train()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    mark(BUNDLE.questions[ECHO], Subject(LocalChannel(ran.namespace, ran.meter)), PRACTICE_SALT)
    assert model.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


def test_weights_set_by_hand_earn_their_marks_and_a_look():
    verdict = mark(BUNDLE.questions[ECHO], subject(ECHO, SET_BY_HAND), PRACTICE_SALT).verdict
    assert verdict.points == 18 and verdict.needs_person
    assert "set by hand" in verdict.notes[0]
    trained = mark(BUNDLE.questions[ECHO], subject(ECHO), PRACTICE_SALT).verdict
    assert not trained.needs_person  # the control


def test_a_sliced_string_earns_nothing_where_the_network_is_asked():
    sliced = mark(BUNDLE.questions["gru_memory"], subject("gru_memory", SLICES_THE_STRING), PRACTICE_SALT).verdict
    assert "test_run" in sliced.failed
    untrained = mark(BUNDLE.questions[ECHO], subject(ECHO, "model = GRUMemory(32)"), PRACTICE_SALT).verdict
    assert untrained.points == 0


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("model = 3", "not callable"),
        ("model = lambda x: None", "nothing came back"),
        ("model = nn.Linear(27, 5)", "It never says one of the letters e to z"),
        ("model = nn.Linear(27, 27)\nmodel.weight.data.fill_(float('nan'))", "not finite"),
        ("raise RuntimeError('broken')", "there is no model"),
    ],
)
def test_what_is_no_network_is_told_so(answer, says):
    if answer.startswith("raise"):
        namespace: dict = {}
    else:
        namespace = BUNDLE.ran("gru_memory").namespace
        exec(answer, namespace)
    verdict = mark(BUNDLE.questions[ECHO], Subject(LocalChannel(namespace)), PRACTICE_SALT).verdict
    assert verdict.points == 0 and says in verdict.text()[0]


def test_too_slow_costs_the_budgets_points_alone():
    answer = by_name(ECHO, "slow_and_sure")
    within = Diagnoser(BUNDLE, PRACTICE_SALT).examine(ECHO, subject(ECHO, answer))
    assert within.points == 18
    passes = BUNDLE.ran(ECHO, answer).cost["passes"]
    tight = Diagnoser(BUNDLE, PRACTICE_SALT, {ECHO: passes / 1.5}).examine(ECHO, subject(ECHO, answer))
    assert tight.points == 14 and tight.failed == {"budget"} and not tight.needs_person


def test_a_limit_that_the_reference_misses_makes_the_machine_unfit():
    answer = by_name(ECHO, "slow_and_sure")
    verdict = Diagnoser(BUNDLE, PRACTICE_SALT, {ECHO: 5}).examine(ECHO, subject(ECHO, answer))
    assert verdict.points == 18 and verdict.needs_person
    assert any("machine unfit" in line and "reference solution itself" in line for line in verdict.text())


def test_marking_one_question_starts_the_meter_for_the_next_that_trains():
    """gru_memory comes before train_echo: what ran before it is not train_echo's to pay for."""
    namespace, laps = BUNDLE.namespace("gru_memory"), []

    class Meter:
        def lap(self):
            laps.append("lap")

    diagnoser = Diagnoser(BUNDLE, PRACTICE_SALT)
    diagnoser.examine("gru_cell", Subject(LocalChannel(namespace, Meter())))
    assert laps == []
    diagnoser.examine("gru_memory", Subject(LocalChannel(namespace, Meter())))
    assert laps == ["lap"]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("question", [ECHO, VARIABLE])
def test_a_network_on_the_gpu_is_judged_there(question):
    namespace = BUNDLE.ran(question).namespace
    namespace["model"].cuda()
    verdict = mark(BUNDLE.questions[question], Subject(LocalChannel(namespace)), PRACTICE_SALT).verdict
    assert verdict.points == 18
