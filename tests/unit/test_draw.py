"""Draws repeat for one salt, differ for another, and leave no place for faults to hide."""

import torch
from torch import nn

from unrolled.checking.draw import SMALLEST_BIAS, Draw


def cases(salt="a", question="q", **sizes):
    return list(Draw(salt, question).cases(**(sizes or {"B": [1, 3], "H": [4]})))


def test_a_salt_draws_the_same_again():
    assert torch.equal(cases()[1].normal(3, 4), cases()[1].normal(3, 4))


def test_another_salt_or_question_draws_otherwise():
    drawn = [cases(salt, question)[0].normal(4) for salt, question in [("a", "q"), ("b", "q"), ("a", "r")]]
    assert not torch.equal(drawn[0], drawn[1]) and not torch.equal(drawn[0], drawn[2])


def test_two_series_of_one_check_differ():
    draw = Draw("a", "q")
    first, second = (next(draw.cases(B=[2])).normal(4) for _ in range(2))
    assert not torch.equal(first, second)


def test_every_combination_in_both_layouts():
    drawn = cases(B=[1, 3], I=[2, 4, 6], H=[5])
    assert len(drawn) == 12
    assert {(c.B, c.I, c.H, c.layout) for c in drawn} >= {(3, 6, 5, "strided"), (1, 2, 5, "contiguous")}


def test_strided_cases_are_not_contiguous():
    strided = [c.normal(3, 4) for c in cases(B=[3]) if c.layout == "strided"]
    assert strided and not any(tensor.is_contiguous() for tensor in strided)


def test_biases_keep_away_from_zero_on_both_sides():
    bias = cases()[0].bias(500)
    assert bias.abs().min() >= SMALLEST_BIAS - 1e-6
    assert (bias > 0).any() and (bias < 0).any()


def test_like_fills_the_reference_and_returns_the_same_numbers():
    reference = nn.RNNCell(3, 4)
    numbers = cases()[0].like(reference)
    assert set(numbers) == {"weight_ih", "weight_hh", "bias_ih", "bias_hh"}
    assert all(torch.equal(numbers[name], parameter) for name, parameter in reference.named_parameters())


def test_tokens_reach_both_ends_of_the_vocabulary():
    ids = cases()[0].tokens(2, 5, vocabulary=7)
    assert ids.min() == 0 and ids.max() == 6 and ids.dtype == torch.int64
