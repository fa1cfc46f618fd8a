"""LSTMLayer is held to torch.nn.LSTM with the same weights."""

import torch
from torch import nn

from unrolled.checking.parity import close, precision, same_gradients, values
from unrolled.checking.question import question
from unrolled.checking.structure import FUSED_RNN
from unrolled.checking.verdict import Finding
from unrolled.desk.fixtures import SmallRecurrent

from ..layers import last_state, layer_modes, reached, states_kept
from ..shared import first_problem, pair

LSTM_PARAMETERS = {"W_ih": "weight_ih_l0", "W_hh": "weight_hh_l0", "b": "bias_ih_l0"}


@question(
    "lstm_layer",
    name="LSTMLayer",
    marks={"values": 4, "gradients": 4, "lists": 2, "forget": 1, "last": 1, "modes": 1, "dtype": 1},
    forbids=FUSED_RNN,
)
def lstm_layer(layer_class, draw):
    """One layer equals torch.nn.LSTM, forwards and backwards, the cells at every step included."""
    for case in draw.cases(I=[3], H=[4], strided=False):
        yield _forget_bias(layer_class(case.I, case.H), case)
    for case in draw.cases(B=[1, 3], T=[1, 5], I=[1, 4], H=[5]):
        weights = _lstm_weights(case)
        layer = layer_class(case.I, case.H).load(**weights)
        net, x = SmallRecurrent(**weights), case.normal(case.B, case.T, case.I)
        net(x)  # so that its lists are there
        expected = _as_torch(weights, x, case)
        (all_h, last_h), again = pair(layer(x).value()), pair(layer(x).value())[0]
        yield values(all_h, expected, case)
        yield values(again, expected, case, note="called once more")
        yield from last_state(all_h, last_h, expected, case)
        yield _lstm_gradients(layer, net, x, case)
        yield from states_kept(layer, x, net.h_list, "h_list", case, "lists")
        yield from states_kept(layer, x, net.c_list, "c_list", case, "lists", own=False)
        yield layer_modes(layer, x, case)

    for case in draw.cases(dtype=torch.float64, strided=False, B=[2], T=[3], I=[2], H=[3]):
        weights, x = _lstm_weights(case), case.normal(2, 3, 2)
        layer = layer_class(2, 3).method("double").load(**weights)
        yield precision(layer(x, grad=False)[0], _as_torch(weights, x, case), case)


def _lstm_weights(case):
    drawn = case.like(nn.LSTM(case.I, case.H, dtype=case.dtype))
    return {mine: drawn[name] for mine, name in LSTM_PARAMETERS.items()}


def _as_torch(weights, x, case):
    """What nn.LSTM gives with these weights and a second bias of zero: (B, T, H)."""
    reference = nn.LSTM(case.I, case.H, batch_first=True, dtype=case.dtype)
    with torch.no_grad():
        for mine, name in LSTM_PARAMETERS.items():
            reference.get_parameter(name).copy_(weights[mine])
        reference.bias_hh_l0.zero_()
        return reference(x)[0]


def _forget_bias(layer, case):
    b = layer.get("b").value()
    wanted = torch.zeros(4 * case.H)
    wanted[case.H : 2 * case.H] = 1
    if isinstance(b, torch.Tensor) and b.shape == wanted.shape and not torch.equal(b.detach(), wanted):
        blocks = [block.detach().mean().item() for block in b.chunk(4)]
        says = "the blocks i, f, g, o of b begin with a mean of " + ", ".join(f"{m:.2g}" for m in blocks)
        return Finding("forget", 0, says, str(case), observed=b.detach())
    return values(b, wanted, case, idea="forget")


def _lstm_gradients(layer, net, x, case):
    """Against the formula in torch's own operations; it agrees with nn.LSTM, as a test of this repository shows."""
    subject, put_x = layer.subject, layer.subject.put(x, requires_grad=True)
    along_all, along_last = case.normal(case.B, case.T, case.H), case.normal(case.B, case.H)
    result = layer(put_x)
    wrt = [put_x, *[layer.get(name) for name in LSTM_PARAMETERS]]
    ran, got, *registered = subject.values(
        result,
        subject.grad([result[0], result[1]], [along_all, along_last], wrt),
        *[layer.registered(name) for name in LSTM_PARAMETERS],
    )
    if first_problem(ran, got) is not None:
        return Finding("gradients", 0, str(first_problem(ran, got)), str(case), observed=first_problem(ran, got))
    here = x.clone().requires_grad_()
    all_h, last_h = net(here)
    expected = torch.autograd.grad(
        [all_h, last_h], [here, net.fixed_W_ih, net.fixed_W_hh, net.fixed_b], [along_all, along_last]
    )
    names = ["x", *LSTM_PARAMETERS]
    if not all(known is True for known in registered):
        return Finding("gradients", 0, "not all of W_ih, W_hh and b are parameters", str(case), observed=registered)
    if not close(pair(ran)[0], all_h.detach()):
        missing = [n for n, g, e in zip(names, got, expected, strict=True) if not reached(g, e)]
        says = f"{', '.join(missing)} gets none" if missing else "wrong as the values are, which has cost its points"
        return Finding("gradients", 1 - len(missing) / 4, says, str(case), observed=got if missing else None)
    return same_gradients(names, got, list(expected), case)
