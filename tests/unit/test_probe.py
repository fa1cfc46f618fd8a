"""The stand-in for a model class: what it says, what it learns and what it notes."""

import pytest
import torch
import torch.nn.functional as F

from unrolled.desk.fixtures import FIXTURES, MemoryProbe


def train(model, target, steps=100, T=5, pile_up=False):
    adam = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(steps):
        x = torch.randint(10, (50, T))
        loss = F.cross_entropy(model(x)[0][:, -1], x[:, target])
        if not pile_up:
            adam.zero_grad()
        loss.backward()
        adam.step()


@pytest.mark.parametrize(
    ("place", "target", "least", "most"), [(0, 0, 0.9, 1.1), (0, -1, -0.1, 0.5), (-1, 0, -0.1, 0.5)]
)
def test_a_logit_moves_as_far_as_the_target_is_what_the_model_says(place, target, least, most):
    torch.manual_seed(0)
    probe = MemoryProbe(place)
    train(probe(10, 16, hidden_dim=8, num_layers=1), target)
    (note,) = probe.notes
    assert least < note["last"] < most and note["others"] == 0.0


@pytest.mark.parametrize("pile_up", [False, True])
def test_it_sees_whether_gradients_pile_up(pile_up):
    probe = MemoryProbe()
    train(probe(10, 16, 8), 0, pile_up=pile_up)
    assert (probe.notes[0]["largest"] > 1.01) is pile_up
    assert probe.notes[0]["sizes"] == [10, 16, 8, 1]


def test_it_notes_how_it_was_called():
    model = FIXTURES["memory_probe"]()(vocab_size=10)
    x = torch.tensor([[3, 3, 1], [4, 0, 4]])
    logits, hidden = model(x)
    assert logits.shape == (2, 3, 10) and hidden.shape == model.init_hidden(2).shape == (1, 2, 1)
    with torch.no_grad():
        model.eval()(x)
    first, second = model.calls
    assert (first["training"], first["grad"]) == (True, True) and (second["training"], second["grad"]) == (False, False)
    assert first["shape"] == [2, 3] and first["print"] == second["print"] and first["echoed"] == 0.5
    assert first["tokens"][0][3:5] == [1, 1] and sum(first["tokens"][1]) == 4


def test_a_model_that_knows_half_of_the_tokens_says_another_for_the_rest():
    model = MemoryProbe(known=5)(10)
    with torch.no_grad():
        model.last.fill_(1.0)
    said = model(torch.arange(10).view(10, 1))[0][:, -1].argmax(dim=-1)
    assert said.tolist() == [0, 1, 2, 3, 4, 0, 1, 2, 3, 4]
