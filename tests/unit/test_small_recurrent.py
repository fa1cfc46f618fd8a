"""The recurrent net that checks bring along is torch's."""

import pytest
import torch
from torch import nn

from unrolled.desk.fixtures import FIXTURES, SmallRecurrent


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM])
def test_it_gives_what_torch_gives(kind):
    reference, x = kind(2, 4, batch_first=True), torch.randn(3, 6, 2)
    with torch.no_grad():
        reference.bias_hh_l0.zero_()
    net = SmallRecurrent(reference.weight_ih_l0, reference.weight_hh_l0, reference.bias_ih_l0)
    all_h, last_h = net(x)
    assert torch.allclose(all_h, reference(x)[0], atol=1e-6) and torch.equal(last_h, all_h[:, -1])
    assert len(net.h_list) == 6 and hasattr(net, "c_list") == (kind is nn.LSTM)
    if kind is nn.LSTM:
        assert torch.allclose(net.c_list[-1], reference(x)[1][1][0], atol=1e-6)
    for g in torch.autograd.grad(last_h.sum(), net.h_list, retain_graph=True):
        assert g.abs().max() > 0


def test_activations_are_what_their_names_say():
    a = torch.linspace(-2, 2, 9)
    assert torch.equal(FIXTURES["identity"]()(a), a) and torch.equal(FIXTURES["relu"]()(a), a.clamp(min=0))
    assert torch.equal(FIXTURES["tanh"]()(a), a.tanh())
    bent = FIXTURES["bent"](slope=0.7, bend=0.5)
    assert torch.allclose(bent(a), 0.7 * a + 0.5 * a.sin()) and (bent(a).diff() > 0).all()
