"""gradient_norms is held to torch's autograd, on layers that the check brings along."""

import torch
from torch import nn

from unrolled.checking.parity import close, values
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding
from unrolled.desk.fixtures import SmallRecurrent

from ..shared import as_row, graded


@question("lstm_gradients", name="gradient_norms", marks={"rnn": 3, "hidden": 2, "cell": 3, "modes": 2})
def lstm_gradients(function, draw):
    """On layers that the check brings along: B > 1 and H > 1, so that a norm of the wrong axis is another number."""
    subject = function.subject
    for case in draw.cases(B=[1, 3], T=[1, 7], I=[2], H=[4], strided=False):
        x = case.normal(case.B, case.T, case.I)
        for kind, torch_class in (("rnn", nn.RNNCell), ("lstm", nn.LSTMCell)):
            rows = case.like(torch_class(case.I, case.H))
            made = {"W_ih": rows["weight_ih"], "W_hh": rows["weight_hh"], "b": rows["bias_hh"]}
            layer, net = subject.fixture("small_recurrent", **made), SmallRecurrent(**made)
            loss = net(x)[1].sum()
            wanted = {"h": torch.autograd.grad(loss, net.h_list, retain_graph=True)}
            if kind == "lstm":
                wanted["c"] = torch.autograd.grad(loss, net.c_list)
            wanted = {name: torch.stack([g.norm() for g in gs]) for name, gs in wanted.items()}
            got = function(layer, x).value()
            yield from _told_norms(got, wanted, kind, case)
            yield _norm_modes(function, layer, x, got, case)


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
            yield values(as_row(got[name]), wanted[name], case, idea=idea)


def _norm_modes(function, layer, x, usual, case):
    without = function(layer, x, grad=False)
    layer.method("requires_grad_", False)
    frozen = function(layer, x)
    without, frozen = layer.subject.values(without, frozen)
    layer.method("requires_grad_", True)
    layer.method("zero_grad")
    layer.subject.values(function(layer, x))
    if isinstance(usual, Problem):
        return Finding("modes", 0, str(usual), str(case), observed=usual)
    for way, got in (("under torch.no_grad()", without), ("with frozen parameters", frozen)):
        if isinstance(got, Problem):
            return Finding("modes", 0, f"{way}: {got}", str(case), observed=got)
        rows = (got, usual) if isinstance(got, dict) and isinstance(usual, dict) else ({}, {"h": None})
        if set(rows[0]) != set(rows[1]) or not all(close(as_row(rows[0][n]), as_row(rows[1][n])) for n in rows[0]):
            return Finding("modes", 0, f"{way} the numbers are others", str(case), observed=str(type(got)))
    if graded(layer):
        return Finding("modes", 0, "the layer's parameters have a .grad afterwards", str(case), observed="left a .grad")
    return Finding("modes", 1, "the same without gradients and frozen, and nothing left behind", str(case))
