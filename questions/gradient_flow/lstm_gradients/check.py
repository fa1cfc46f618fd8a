"""gradient_norms is held to torch's autograd, on layers that the check brings along."""

import torch
from torch import nn

from unrolled.checking.parity import close, values
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding
from unrolled.desk.fixtures import SmallRecurrent

from ..placing import FAR, scale_of
from ..shared import as_row, graded, zeros_among


@question("lstm_gradients", name="gradient_norms", marks={"rnn": 3, "hidden": 2, "cell": 3, "modes": 2})
def lstm_gradients(function, draw):
    """On layers that the check brings along: B > 1 and H > 1, so that a norm of the wrong axis is another number; ones,
    many steps, and gradients that grow."""
    sizes = [
        dict(B=[1, 3], T=[1, 7], I=[2], H=[4], strided=False),
        dict(B=[2], T=[4], I=[1], H=[1], strided=False),
        dict(B=[70], T=[4], I=[65], H=[66], strided=False),
        dict(B=[2], T=[120], I=[2], H=[4], strided=False),
    ]
    for case in (case for size in sizes for case in draw.cases(**size)):
        for kind in ("rnn", "lstm"):
            yield from _on_a_layer(function, kind, case)


def _on_a_layer(function, kind, case):
    x = zeros_among(case.normal(case.B, case.T, case.I, scale=scale_of(case)))
    made = _numbers(kind, case)
    layer, net = function.subject.fixture("small_recurrent", **made), SmallRecurrent(**made)
    loss = net(x)[1].sum()
    wanted = {"h": torch.autograd.grad(loss, net.h_list, retain_graph=True)}
    if kind == "lstm":
        wanted["c"] = torch.autograd.grad(loss, net.c_list)
    rows = {name: torch.stack([g.norm() for g in gs]) for name, gs in wanted.items()}
    got = function(layer, x).value()
    yield from _told_norms(got, rows, kind, case)
    if case.T <= FAR:
        yield _norm_modes(function, layer, x, got, case)


def _numbers(kind, case):
    """Over many steps such that the gradient of the first state is still there, and grows on the way back in an RNN."""
    cell = nn.RNNCell(case.I, case.H) if kind == "rnn" else nn.LSTMCell(case.I, case.H)
    rows = case.remembering(cell) if case.T > FAR else case.like(cell)
    made = {"W_ih": rows["weight_ih"], "W_hh": rows["weight_hh"], "b": rows["bias_hh"]}
    if case.T > FAR and kind == "rnn":
        made = {"W_ih": made["W_ih"] / 1000, "W_hh": made["W_hh"] * 1.05, "b": made["b"] / 1000}
    if case.T > FAR and kind == "lstm":
        made["W_hh"], made["b"] = made["W_hh"] / 4, made["b"].clone()
        made["b"][case.H : 2 * case.H] += 6
    return made


def _told_norms(got, wanted, kind, case):
    ideas = {"h": "rnn"} if kind == "rnn" else {"h": "hidden", "c": "cell"}
    for name, idea in ideas.items():
        if not isinstance(got, dict):
            says = str(got) if isinstance(got, Problem) else "that is no dict with the rows 'h' and 'c'"
            yield Finding(idea, 0, says, str(case), observed=got if isinstance(got, Problem) else says)
        elif name not in got:
            yield Finding(idea, 0, f"the dict has no {name!r}", str(case), observed=sorted(map(str, got)))
        elif kind == "rnn" and set(got) != {"h"}:
            says = f"for a layer without cells the dict has {sorted(map(str, got))}"
            yield Finding(idea, 0, says, str(case), observed=says)
        else:
            yield _row(as_row(got[name]), wanted[name], case, idea)


def _row(mine, wanted, case, idea):
    """The norms, as shares of the right ones: neither small ones nor large ones are looked at less closely."""
    finding = values(mine, wanted, case, idea=idea)
    if isinstance(mine, torch.Tensor) and mine.shape == wanted.shape:
        told = finding.says if finding.share < 1 else ""
        finding = values(mine / wanted / 10, torch.full_like(wanted, 0.1), case, idea=idea)
        finding.observed = mine
        if finding.share < 1:
            of = [f"{norm:.3g}" for norm in mine[:4].tolist()]
            finding.says = f"{told or finding.says}; the norms are {', '.join(of)}{' …' if len(mine) > 4 else ''}"
    return finding


def _norm_modes(function, layer, x, usual, case):
    if isinstance(usual, Problem):
        return Finding("modes", 0, str(usual), str(case), barred=True)
    without = function(layer, x, grad=False)
    layer.method("requires_grad_", False)
    frozen = function(layer, x)
    without, frozen = layer.subject.values(without, frozen)
    layer.method("requires_grad_", True)
    layer.method("zero_grad")
    layer.subject.values(function(layer, x))
    for way, got in (("under torch.no_grad()", without), ("with frozen parameters", frozen)):
        if isinstance(got, Problem):
            return Finding("modes", 0, f"{way}: {got}", str(case), observed=got)
        if not _alike(got, usual):
            return Finding("modes", 0, f"{way} the numbers are others", str(case), observed=str(type(got)))
    if graded(layer):
        return Finding("modes", 0, "the layer's parameters have a .grad afterwards", str(case), observed="left a .grad")
    return Finding("modes", 1, "the same without gradients and frozen, and nothing left behind", str(case))


def _alike(one, other):
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return close(as_row(one), as_row(other))
    return set(one) == set(other) and all(close(as_row(one[name]), as_row(other[name])) for name in one)
