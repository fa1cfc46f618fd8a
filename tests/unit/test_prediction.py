"""What counts as a prediction: any that is one, in whatever way it is written."""

import pytest

from unrolled.checking.catalogue import Misconception
from unrolled.checking.prediction import (
    committed_choice,
    committed_number,
    committed_order,
    not_committed,
    number_of,
    order_of,
)
from unrolled.checking.subject import LocalChannel, Subject

NAMES = ["RNN", "GRU", "orthogonal RNN"]


def handle(value):
    return Subject(LocalChannel({"guess": value})).look_up("guess")


@pytest.mark.parametrize(
    ("given", "number"),
    [
        (3, 3.0),
        (0.5, 0.5),
        ("35 %", 35.0),
        ("about 0.8", None),
        ("~ 0.8", 0.8),
        ("1e-3", 0.001),
        (None, None),
        (True, None),
        (float("nan"), None),
        ("?", None),
        ([1, 2], None),
    ],
)
def test_a_number(given, number):
    assert number_of(given) == number


@pytest.mark.parametrize(
    ("given", "order"),
    [
        (["GRU", "RNN", "orthogonal RNN"], ["GRU", "RNN", "orthogonal RNN"]),
        (("gru", " rnn ", "Orthogonal RNN"), ["GRU", "RNN", "orthogonal RNN"]),
        ("GRU > orthogonal RNN > RNN", ["GRU", "orthogonal RNN", "RNN"]),
        ("GRU -> orthogonal RNN → RNN", ["GRU", "orthogonal RNN", "RNN"]),
        ("GRU, RNN", []),
        (["GRU", "GRU", "RNN"], []),
        (["GRU", "RNN", "LSTM"], []),
        (None, []),
        (3, []),
    ],
)
def test_an_order(given, order):
    assert order_of(given, NAMES) == order


def test_any_prediction_earns_the_point_and_none_does_not():
    assert committed_number(handle(0.2), 0, 1).share == committed_choice(handle("d")).share == 1
    assert committed_order(handle(NAMES[::-1]), NAMES).share == 1
    for nothing in (None, "?", "we will see", 7):
        assert committed_number(handle(nothing), 0, 1).share == 0
        assert committed_choice(handle(nothing)).share == 0
        assert committed_order(handle(nothing), NAMES).share == 0
    assert "a number from 0 to 1, not '?'" in committed_number(handle("?"), 0, 1).says


def test_the_wrong_answers_are_patches_of_the_reference():
    entries = not_committed("0.5", "7")
    assert len(entries) == 4 and all(isinstance(entry, Misconception) for entry in entries)
    assert {entry.apply("guess = 0.5") for entry in entries} >= {"guess = None", "guess = 7"}
