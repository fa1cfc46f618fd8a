"""RecurrentRegressionModel is held to a linear function of each state of a net that the check brings along."""

import torch
from torch import nn

from unrolled.checking.parity import same_gradients, values
from unrolled.checking.probing import Parameters, recurrence
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding
from unrolled.desk.fixtures import SmallRecurrent

from ..layers import present, right_count
from ..placing import PROBE_STEPS, PROBES, parameter_handles, probe_input
from ..shared import first_problem, pair


@question(
    "regression_model",
    name="RecurrentRegressionModel",
    marks={"values": 3, "gradients": 2, "states": 1, "parameters": 2},
)
def regression_model(model_class, draw):
    """A linear function of each state, of nets that the check brings along. B != T != H != O tell axes apart."""
    for case in draw.cases(B=[1, 3], T=[1, 5], I=[2], H=[4], O=[1, 3], strided=False):
        net, inner = _small_net(model_class.subject, case)
        model = model_class(net, case.O) if case.O > 1 else model_class(net)
        parameters = right_count(model, sum(p.numel() for p in inner.parameters()) + case.O * case.H + case.O, case)
        if parameters.share == 1:
            parameters = _same_net(model, net, case)
        yield parameters

        placement, problem = _place_head(model, inner, case)
        if placement is None:
            said = problem or "the linear layer's numbers are not among the model's parameters, or it is not linear"
            for idea in ("values", "gradients", "states"):
                yield Finding(idea, 0, str(said), str(case), observed=said)
            continue
        drawn = {"V": case.normal(case.O, case.H, scale=0.5).double(), "c": case.bias(case.O).double()}
        model = model.load_state(placement.write(**drawn))
        x = case.normal(case.B, case.T, case.I)
        states = inner(x)[0].detach()
        out, all_h = pair(model(x).value())
        yield values(out, states @ drawn["V"].float().T + drawn["c"].float(), case)
        yield values(all_h, states, case, idea="states")
        yield _head_gradients(model, net, inner, x, drawn, placement, case)


def _small_net(subject, case):
    """A recurrent net over there, and the same one here."""
    rows = case.like(nn.RNNCell(case.I, case.H))
    made = {"W_ih": rows["weight_ih"], "W_hh": rows["weight_hh"], "b": rows["bias_hh"]}
    return subject.fixture("small_recurrent", **made), SmallRecurrent(**made)


NET = ("fixed_W_ih", "fixed_W_hh", "fixed_b")  # the small net's own parameters


def _same_net(model, net, case):
    """The net that was given is trained, not a copy: setting one of its weights sets the model's."""
    names = model.method("named_parameters").items().value()
    name = next((name for name, _ in names if name.endswith(NET[2])), None)
    if name is None:
        return Finding("parameters", 0, "the given net is not among the model's parts", str(case), observed="not there")
    before = net.get(NET[2]).method("clone").value()
    net.load(fixed_b=torch.full((case.H,), 0.25))
    seen = model.method("get_parameter", name).value()
    model.subject.values(net.load(fixed_b=before))
    if not (isinstance(seen, torch.Tensor) and bool((seen == 0.25).all())):
        return Finding("parameters", 0, "a copy of the given net is trained, not the net itself", str(case))
    return Finding("parameters", 1, "the linear layer and the given net, and nothing else", str(case))


def _place_head(model, inner, case):
    """Where the linear layer's V and c stand, read from its predictions while all their numbers are different."""
    state = model.state().value()
    if isinstance(state, Problem):
        return None, state
    parameters, x = Parameters(state, keep=NET), probe_input(case.I)
    result = model.load_state(parameters.distinct())(x, grad=False).value()
    if isinstance(result, Problem):
        return None, result
    out, states = pair(result)[0], inner(x)[0].detach()
    placement = None
    if isinstance(out, torch.Tensor) and tuple(out.shape) == (PROBES, PROBE_STEPS, case.O):
        for fit in recurrence(states.flatten(0, 1), torch.zeros(PROBES * PROBE_STEPS, 0), out.flatten(0, 1)):
            placement = placement or parameters.find({"V": fit["U"], "c": fit["b"]})
    return placement or parameters.by_shape(V=(case.O, case.H), c=(case.O,)), None


def _head_gradients(model, net, inner, x, drawn, placement, case):
    subject, put_x = model.subject, model.subject.put(x, requires_grad=True)
    along_out, along_h = case.normal(*x.shape[:2], case.O), case.normal(*x.shape[:2], case.H)
    result = model(put_x)
    wrt = [put_x, *[net.get(name) for name in NET], *parameter_handles(model, placement.names)]
    ran, got = subject.values(result, subject.grad([result[0], result[1]], [along_out, along_h], wrt))
    if first_problem(ran, got) is not None:
        return Finding("gradients", 0, str(first_problem(ran, got)), str(case), observed=first_problem(ran, got))

    here_x, V, c = x.clone().requires_grad_(), *(w.float().requires_grad_() for w in drawn.values())
    states = inner(here_x)[0]
    expected = torch.autograd.grad(
        [states @ V.T + c, states], [here_x, *(getattr(inner, n) for n in NET), V, c], [along_out, along_h]
    )
    found = placement.read(got[4:])
    names = ["x", *(f"the net's {name.removeprefix('fixed_')}" for name in NET), "V", "c"]
    return same_gradients(names, [*got[:4], present(found.get("V")), present(found.get("c"))], list(expected), case)
