"""RecurrentRegressionModel is held to a linear function of each state of a net that the check brings along."""

import torch
from torch import nn

from unrolled.checking.parity import differs, readable, values
from unrolled.checking.probing import Parameters, recurrence
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding
from unrolled.desk.fixtures import SmallRecurrent

from ..layers import both_results, layer_gradients, right_count
from ..placing import FAR, PROBE_STEPS, PROBES, Found, gathered, placed_parameters, probe_input, scale_of
from ..shared import named, zeros_among

LARGE = 100.0  # of an offset that no activation would let pass


@question(
    "regression_model",
    name="RecurrentRegressionModel",
    marks={"values": 3, "gradients": 2, "states": 1, "parameters": 2},
)
def regression_model(model_class, draw):
    """A linear function of each state, of nets that the check brings along. B != T != H != O tell axes apart; nets of
    one and of sixteen units, and a long sequence, what is the size of one example only."""
    sizes = [
        dict(B=[1, 3], T=[1, 5], I=[2], H=[4], O=[1, 3], strided=False),
        dict(B=[2], T=[3], I=[1], H=[1, 16], O=[1, 2], strided=False),
        dict(B=[2], T=[130], I=[3], H=[5], O=[2], strided=False),
    ]
    drawn = set()  # cases in which two calls with the same input have given different numbers
    for case in (case for size in sizes for case in draw.cases(**size)):
        net, inner = _small_net(model_class.subject, case)
        model = model_class(net, case.O) if case.O > 1 else model_class(net)
        found = _place_head(model, inner, case)
        parameters = right_count(model, sum(p.numel() for p in inner.parameters()) + case.O * case.H + case.O, case)
        if parameters.share == 1:
            parameters = _same_net(model, net, case)
        if found.placement is None:
            yield parameters
            for idea in ("values", "gradients", "states"):
                yield Finding(idea, 0, found.says, str(case), observed=found.problem, barred=idea != "values")
            continue
        runs = list(_runs(model, inner, found, case, drawn))
        # A head of the wrong size has cost its points where it shows.
        parameters.barred |= isinstance(runs[0].observed, Problem) or "shape" in runs[0].says
        yield parameters
        yield from runs


def _runs(model, inner, found, case, drawn):
    numbers = {"V": case.normal(case.O, case.H, scale=0.5).double(), "c": case.bias(case.O).double() * LARGE}
    if case.T <= FAR:
        numbers["c"] = numbers["c"] / LARGE
    weights = found.numbers(numbers)
    state, head = placed_parameters(found.placement, weights, named(model))
    model = model.load_state(state)
    x = zeros_among(case.normal(case.B, case.T, case.I, scale=scale_of(case)))

    def reference(x):
        states = inner(x)[0]
        V, c = (gathered(found.placement, state, head, name, weights) for name in "Vc")
        return states @ V.T + c, states

    expected, states = (part.detach() for part in reference(x))
    out, all_h = model.subject.values(*both_results(model, x)[1:])
    again = both_results(model, x)[1].value()
    runs = [
        values(out, expected, case, again=again),
        values(again, expected, case, note="called once more", again=out),
    ]
    yield from runs
    yield values(all_h, states, case, idea="states", told="values")
    inside = {f"recurrent_net.{name}": inner.get_parameter(name) for name in NET}
    if differs(out, again):
        drawn.add(str(case))
    smooth = case.normal(case.B, case.T, case.I, scale=scale_of(case))
    yield layer_gradients(model, reference, smooth, inside | head, case, runs, bool(drawn))


def _small_net(subject, case):
    """A recurrent net over there, and the same one here."""
    cell = nn.RNNCell(case.I, case.H)
    rows = case.remembering(cell) if case.T > FAR else case.like(cell)
    made = {"W_ih": rows["weight_ih"], "W_hh": rows["weight_hh"], "b": rows["bias_hh"]}
    return subject.fixture("small_recurrent", **made), SmallRecurrent(**made)


NET = ("fixed_W_ih", "fixed_W_hh", "fixed_b")  # the small net's own parameters


def _same_net(model, net, case):
    """The net that was given is trained, not a copy: setting one of its weights sets the model's."""
    name = next((name for name in named(model) if name.endswith(NET[2])), None)
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
        return Found(None, {}, problem=state)
    parameters = Parameters(state, keep=NET)
    model = model.load_state(parameters.distinct())
    for probes, steps in ((PROBES, PROBE_STEPS), (1, 160)):
        x = probe_input(case.I, probes, steps)
        out, states = results_of(model, x, (probes, steps, case.O)), inner(x)[0].detach()
        for fit in recurrence(states.flatten(0, 1), x.new_zeros(probes * steps, 0), out) if out is not None else ():
            placement = parameters.find({"V": fit["U"], "c": fit["b"]})
            if placement is not None:
                return Found(placement, {})
    guess = parameters.by_shape(V=(case.O, case.H), c=(case.O,))
    said = "the linear layer's numbers are not among the model's parameters, or it is not linear"
    return Found(guess, {}, sure=False, problem=None if guess else said)


def results_of(model, x, shape):
    """The predictions, as rows; None where they cannot be read."""
    out = readable(both_results(model, x)[1].value(), shape)
    return out.flatten(0, 1) if isinstance(out, torch.Tensor) and tuple(out.shape) == shape else None
