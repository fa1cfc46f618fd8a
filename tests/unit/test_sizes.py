"""Mutants of size, and mutants of what is trained: which there are, and that they do what they say."""

import torch
from torch import nn

from unrolled.auditing.sizes import APPLIED, FEWEST, MOST, mutants_of_size
from unrolled.auditing.trained_mutants import changes, networks

SOURCE = """
def add_up(x):
    ### BEGIN SOLUTION
    total = 0 * x[0]
    for row in x:
        total = total + row
    return total
    ### END SOLUTION
"""


def run(mutant, x):
    namespace: dict = {}
    exec(mutant.source, namespace)
    return namespace["add_up"](x), bool(namespace[APPLIED])


def test_each_is_right_for_little_and_wrong_for_much():
    found = {mutant.name: mutant for mutant in mutants_of_size(SOURCE)}
    kinds = ["the loop ends", "set to zero", "first", "last", "clamped"]
    for kind in kinds:
        mutant = next(m for name, m in found.items() if kind in name and "3 turns" not in name)
        few, many = torch.full((FEWEST - 1,), 0.5), torch.full((2 * MOST,), 3.0)
        assert run(mutant, few)[0] == few.sum() and run(mutant, many)[0] != many.sum()
    assert any("ends after 3 turns" in name for name in found)


def test_what_is_detached_is_right_in_its_values_and_cut_from_the_graph():
    mutant = next(m for m in mutants_of_size(SOURCE) if "total is detached" in m.name)
    x = torch.ones(2 * MOST, requires_grad=True)
    total, applied = run(mutant, x)
    (gradient,) = torch.autograd.grad(total, x)
    assert total == len(x) and applied and 0 < gradient.sum() < len(x)


def test_a_change_that_meets_nothing_says_so():
    mutant = next(m for m in mutants_of_size(SOURCE) if "total is detached" in m.name)
    assert run(mutant, torch.ones(2 * MOST)) == (2 * MOST, False)


def test_k_is_drawn_for_each_and_always_the_same():
    again = [mutant.name for mutant in mutants_of_size(SOURCE)]
    assert again == [mutant.name for mutant in mutants_of_size(SOURCE)]
    numbers = {int(word) for name in again for word in name.split() if word.isdigit() and int(word) > 3}
    assert numbers <= set(range(FEWEST, MOST + 1)) and len(numbers) > 2


class Reads(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(3, 4, batch_first=True)

    def forward(self, x):
        return self.rnn(x)[0]


def test_every_change_of_a_trained_network_changes_what_it_says():
    x = torch.randn(3, 2 * MOST, 3)
    for words in changes("q"):
        torch.manual_seed(0)
        network = Reads()
        before = network(x).detach()
        assert changes("q")[words](network), words
        assert not torch.allclose(network(x), before), words
    assert len(list(networks({"a": Reads(), "b": [Reads(), 3]}))) == 2
