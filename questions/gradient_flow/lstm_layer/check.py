"""LSTMLayer is held to torch.nn.LSTM with the same weights."""

import torch
from torch import nn

from unrolled.checking.parity import differs, same_numbers, values
from unrolled.checking.question import question
from unrolled.checking.structure import FUSED_RNN
from unrolled.checking.verdict import Finding

from ..hints import FORGET
from ..layers import both_results, in_float64, last_state, layer_gradients, layer_modes, states_kept
from ..placing import FAR, scale_of
from ..shared import zeros_among

LSTM_PARAMETERS = {"W_ih": "weight_ih_l0", "W_hh": "weight_hh_l0", "b": "bias_ih_l0"}


@question(
    "lstm_layer",
    name="LSTMLayer",
    marks={"values": 4, "gradients": 4, "lists": 2, "forget": 1, "last": 1, "modes": 1, "dtype": 1},
    forbids=FUSED_RNN,
)
def lstm_layer(layer_class, draw):
    """One layer equals torch.nn.LSTM, forwards and backwards, the cells at every step included.

    Ones and B = H are drawn, and more steps than the notebook ever takes, with gates that let the first one through.
    """
    for case in draw.cases(I=[1, 3], H=[1, 4], strided=False):
        yield _forget_bias(layer_class(case.I, case.H), case)
    sizes = [
        dict(B=[1, 3], T=[1, 5], I=[4], H=[5]),
        dict(B=[3], T=[5], I=[1], H=[5], strided=False),
        dict(B=[1, 2], T=[4], I=[1, 3], H=[1], strided=False),
        dict(B=[5], T=[4], I=[5], H=[5], strided=False),
        dict(B=[2], T=[130], I=[3], H=[4], strided=False),
    ]
    drawn = set()  # cases in which two calls with the same input have given different numbers
    for case in (case for size in sizes for case in draw.cases(**size)):
        yield from _as_torch(layer_class, case, drawn)

    for case in draw.cases(dtype=torch.float64, strided=False, B=[2, 3], T=[3], I=[2, 3], H=[3]):
        reference = _lstm(case)
        layer, names, _ = same_numbers(layer_class(case.I, case.H).method("double"), reference, LSTM_PARAMETERS)
        parameters = {path: reference.get_parameter(name) for path, name in names.items()}
        x, plain = case.normal(case.B, case.T, case.I), layer_class(case.I, case.H)
        yield from in_float64(layer, plain, _both_of(reference), x, parameters, case)


def _as_torch(layer_class, case, drawn):
    reference = _lstm(case)
    layer, names, _ = same_numbers(layer_class(case.I, case.H), reference, LSTM_PARAMETERS)
    x = zeros_among(case.normal(case.B, case.T, case.I, scale=scale_of(case)))
    expected, cells = _steps(reference, x)
    ran, first, last, again = layer.subject.values(*both_results(layer, x), both_results(layer, x)[1])
    runs = [
        values(first, expected, case, again=again),
        values(again, expected, case, note="called once more", again=first),
        last_state(ran, first, last, expected, case),
    ]

    parameters = {path: reference.get_parameter(name) for path, name in names.items()}
    smooth = case.normal(case.B, case.T, case.I, scale=scale_of(case))
    if differs(first, again):
        drawn.add(str(case))
    run = _both_of(reference)
    slopes = [layer_gradients(layer, run, smooth, parameters, case, runs, bool(drawn), registered=True)]
    lost = [path for path in LSTM_PARAMETERS if path not in names]
    if lost:
        slopes.append(Finding("gradients", 0, f"{', '.join(lost)} is missing, or of another shape", str(case)))
    yield from runs
    yield from slopes
    cut = any(finding.share < 1 for finding in slopes)
    yield states_kept(layer, x, expected, "h_list", case, "lists", cut=cut)
    yield states_kept(layer, x, cells, "c_list", case, "lists", cut=cut, cells=True)
    yield layer_modes(layer, x, case)


def _both_of(reference):
    """All states and the last one, as a function of x."""

    def both(x):
        states = reference(x)[0]
        return states, states[:, -1]

    return both


def _lstm(case):
    """nn.LSTM with drawn numbers and a second bias of zero. Over many steps its forget gates are nearly open, so that
    the first step still counts at the last."""
    reference = nn.LSTM(case.I, case.H, batch_first=True, dtype=case.dtype)
    far = case.sizes["T"] > FAR
    (case.remembering if far else case.like)(reference)
    with torch.no_grad():
        if far:
            reference.bias_ih_l0[case.H : 2 * case.H] += 5
            reference.weight_hh_l0 /= 4
        reference.bias_hh_l0.zero_()
    return reference


def _steps(reference, x):
    """All states and all cell states, (B, T, H) each."""
    h = c = None
    states, cells = [], []
    for t in range(x.shape[1]):
        _, (h, c) = reference(x[:, t : t + 1]) if h is None else reference(x[:, t : t + 1], (h, c))
        states.append(h[0].detach())
        cells.append(c[0].detach())
    return torch.stack(states, dim=1), torch.stack(cells, dim=1)


def _forget_bias(layer, case):
    b = layer.get("b").value()
    wanted = torch.zeros(4 * case.H)
    wanted[case.H : 2 * case.H] = 1
    if isinstance(b, torch.Tensor) and b.shape == wanted.shape and not torch.equal(b.detach(), wanted):
        blocks = [block.detach().mean().item() for block in b.chunk(4)]
        says = (
            "the blocks i, f, g, o of b begin with a mean of " + ", ".join(f"{m:.2g}" for m in blocks) + f". {FORGET}"
        )
        return Finding("forget", 0, says, str(case), observed=b.detach())
    return values(b, wanted, case, idea="forget")
