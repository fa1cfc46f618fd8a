"""Stand-ins: the contract's names, torch's numbers, and nothing written by hand where that is the question."""

import inspect

import pytest
import torch
from torch import nn

from unrolled.checking.structure import FUSED_RNN, Cell, read
from unrolled.course.course import Course
from unrolled.desk import stand_ins
from unrolled.desk.stand_ins import STAND_INS

COURSE = Course.find(__file__)
QUESTIONS = [(a, q) for a in COURSE.assignments for q in COURSE.bundle(a).questions.values() if q.builds_on]


@pytest.mark.parametrize(("assignment", "question"), QUESTIONS, ids=[q.id for _, q in QUESTIONS])
def test_every_stand_in_exists_and_stands_for_an_earlier_answer(assignment, question):
    order = list(COURSE.bundle(assignment).questions.values())
    earlier = {other.name for other in order[: order.index(question)]}
    written = "\n".join(COURSE.bundle(assignment).answers.values())
    for name, kind in question.builds_on.items():
        assert kind in STAND_INS
        assert name in earlier or f"def {name}(" in written or f"class {name}(" in written


@pytest.mark.parametrize(("kind", "torch_cell"), [("rnn_cell", nn.RNNCell), ("gru_cell", nn.GRUCell)])
def test_a_cell_computes_what_torchs_does_with_its_own_parameters(kind, torch_cell):
    cell, reference = STAND_INS[kind](None)(3, 4), torch_cell(3, 4)
    with torch.no_grad():
        for name, other in (("W_ih", "weight_ih"), ("b_ih", "bias_ih"), ("W_hh", "weight_hh"), ("b_hh", "bias_hh")):
            getattr(cell, name).copy_(getattr(reference, other))
    x, h = torch.randn(2, 3), torch.randn(2, 4)
    assert torch.equal(cell(x, h), reference(x, h))
    assert sum(p.numel() for p in cell.parameters()) == sum(p.numel() for p in reference.parameters())


def test_a_stack_is_written_through_the_names_of_its_cells():
    stack = STAND_INS["rnn"](None)(3, 4, 2)
    with torch.no_grad():
        stack.cells[1].W_hh.fill_(0.5)
    assert (stack.layers.weight_hh_l1 == 0.5).all() and len(stack.cells) == 2
    output, hidden = stack(torch.randn(2, 5, 3))
    assert output.shape == (2, 5, 4) and torch.equal(hidden[-1], output[:, -1])


@pytest.mark.parametrize("name", ["RNNCell", "GRUCell", "RNN", "BiRNN"])
def test_what_stands_for_an_answer_by_hand_is_not_written_by_hand(name):
    """Whoever copied it into a notebook would be told that the question is to be written without it."""
    source = "import torch\nfrom torch import nn\n" + inspect.getsource(stand_ins)
    assert read([Cell("copied", source)], name, FUSED_RNN).uses
