"""A verdict that belongs to the model: the same one for every draw, with few strings where the case is clear."""

import pytest
import torch

from unrolled.checking.sequential import MOST, Estimate, estimate

LETTERS = 16  # in one string


def strings_of(share: float, seed: int, rows: int = 270):
    """Rounds of strings whose letters are right with this probability, independently."""
    generator = torch.Generator().manual_seed(seed)
    return lambda: (torch.rand(rows, LETTERS, generator=generator) < share).double().mean(1)


@pytest.mark.parametrize(("share", "above"), [(1.0, True), (0.9995, True), (0.993, True), (0.986, False), (0.5, False)])
def test_twenty_draws_give_one_verdict(share, above):
    assert [estimate(strings_of(share, seed), 0.99).above(0.99) for seed in range(20)] == [above] * 20


def test_a_single_round_would_toss_a_coin():
    """The control: with a fixed sample of the first round's size, the model at 0.988 passes now and then."""
    verdicts = {strings_of(0.988, seed)().mean().item() > 0.99 for seed in range(100)}
    assert verdicts == {True, False}
    assert {estimate(strings_of(0.988, seed), 0.99).above(0.99) for seed in range(20)} == {False}


def test_clear_cases_need_few_strings_and_near_ones_more():
    assert estimate(strings_of(0.4, 0), 0.99).strings == 540
    assert estimate(strings_of(0.9875, 0), 0.99).strings > 1000


def test_who_stays_undecided_has_reached_it():
    exactly = estimate(lambda: torch.tensor([1.0] * 99 + [0.0] * 1), 0.99)
    assert exactly.strings >= MOST and exactly.above(0.99) and not exactly.decided(0.99)


def test_few_perfect_strings_do_not_claim_to_be_certain():
    assert not Estimate(1.0, 0.5 / 100, 100).decided(0.99)
    assert estimate(lambda: torch.ones(20), 0.99, rounds=1).strings > 100
