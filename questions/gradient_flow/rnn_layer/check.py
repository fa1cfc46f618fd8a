"""RNNLayer is held to the recurrence written out, with the same numbers for its weights."""

import itertools

import torch

from unrolled.checking.parity import differs, values
from unrolled.checking.question import question
from unrolled.checking.structure import FUSED_RNN
from unrolled.checking.verdict import Finding

from ..hints import NO_PARAMETER
from ..layers import (
    both_results,
    in_float64,
    last_state,
    layer_gradients,
    layer_modes,
    right_count,
    states_kept,
    unrolled,
    what_is_extra,
)
from ..placing import FAR, drawn_weights, gathered, place_layer, placed_parameters, scale_of
from ..shared import named, zeros_among

ACTIVATIONS = {"identity": lambda a: a, "relu": torch.relu, "tanh": torch.tanh}
LARGE = 20.0  # inputs of a layer without an activation: states then go far beyond what tanh could give


@question(
    "rnn_layer",
    name="RNNLayer",
    marks={"values": 4, "gradients": 3, "h_list": 2, "parameters": 2, "last": 1, "modes": 1, "dtype": 1},
    forbids=FUSED_RNN,
)
def rnn_layer(layer_class, draw):
    """Against the recurrence written out, with the weights put where the student keeps theirs.

    The activation is an argument, and one of them is in no library: a fused kernel has nothing to answer with.
    I = 1, I < H, I = H, B = H and ones are drawn, biases are never zero. Gradients see a state that was detached; more
    steps than the notebook ever takes see what ends on the way.
    """
    for case in draw.cases(B=[2], T=[4], I=[2, 3], H=[3], strided=False):
        yield _parameters(layer_class, case)
    sizes = [
        dict(B=[1, 3], T=[1, 6], I=[1, 4], H=[4], strided=False),
        dict(B=[3], T=[5], I=[4], H=[3]),
        dict(B=[1, 5], T=[4], I=[5], H=[5], strided=False),
        dict(B=[1, 2], T=[5], I=[1, 3], H=[1], strided=False),
        dict(B=[2], T=[130], I=[3], H=[4], strided=False),
    ]
    drawn = set()  # cases in which two calls with the same input have given different numbers
    kinds = itertools.cycle(["default", "bent", "relu", "identity", "tanh"])
    for case, kind in zip((case for size in sizes for case in draw.cases(**size)), kinds, strict=False):
        yield from _as_written(layer_class, case, "default" if case.T > FAR else kind, drawn)

    for case in draw.cases(dtype=torch.float64, strided=False, B=[2, 3], T=[3], I=[2, 3], H=[3]):
        yield from _dtype(layer_class, case)


def _as_written(layer_class, case, kind, drawn):
    probed = layer_class(case.I, case.H)
    found = place_layer(probed, case.I, case.H)
    if found.placement is None:
        for idea in ("values", "gradients", "h_list", "last", "modes"):
            yield Finding(idea, 0, found.says, str(case), observed=found.problem, barred=idea != "values")
        return
    kind = "default" if found.seen else kind  # what was seen in this layer is not in another one
    activation, arguments = _activation(layer_class.subject, kind, case)
    weights = found.numbers(drawn_weights(case, case.I, case.H))
    layer = probed if found.seen else layer_class(case.I, case.H, *arguments)
    state, parameters = placed_parameters(found.placement, weights, named(layer))
    layer = layer.load_state(state)
    note = "" if kind == "default" else f"activation {kind}"
    scale = LARGE if kind == "identity" and case.H == 1 else scale_of(case)  # sums of many would lose digits
    x = case.normal(case.B, case.T, case.I, scale=scale)
    x = x if kind == "relu" else zeros_among(x)  # without a bias, zeros would lie on the bend of a ReLU
    expected = torch.stack(unrolled(x.double(), activation, *(weights[n] for n in "UWb")), dim=1).float()

    result, all_h, last_h = both_results(layer, x)
    ran, first, last, again = layer.subject.values(result, all_h, last_h, both_results(layer, x)[1])
    runs = [
        values(first, expected, case, note=note, again=again),
        values(again, expected, case, note="called once more", again=first),
        last_state(ran, first, last, expected, case),
    ]
    reference = _reference(found, state, parameters, activation, weights)
    smooth = case.normal(case.B, case.T, case.I, scale=scale_of(case))  # a fault that meets zeros has no slope there
    if differs(first, again):
        drawn.add(str(case))
    slopes = layer_gradients(layer, reference, smooth, parameters, case, runs, bool(drawn))
    unknown = case.T > FAR and bool(found.seen)  # numbers read from what it gave are not sharp enough for so many steps
    for finding in [*runs, slopes]:
        finding.barred |= unknown
        yield finding
    yield states_kept(layer, x, expected, "h_list", case, "h_list", cut=slopes.share < 1)
    yield layer_modes(layer, x, case)


def _reference(found, state, parameters, activation, weights):
    """The recurrence as a function of x and of our copies of the layer's parameters."""

    def run(x):
        parts = [gathered(found.placement, state, parameters, name, weights) for name in "UWb"]
        states = unrolled(x, activation, *parts)
        return torch.stack(states, dim=1), states[-1]

    return run


def _parameters(layer_class, case):
    """As many as the formula has; what too many are for is found by trying."""
    layer, wanted = layer_class(case.I, case.H), case.H * (case.I + case.H + 1)
    finding = right_count(layer, wanted, case)
    if finding.share == 1 or not isinstance(finding.observed, int):
        return finding
    found = place_layer(layer, case.I, case.H)
    if found.seen:
        missing = f"{', '.join(found.seen)} is none of them. {NO_PARAMETER}"
        return right_count(layer, wanted, case, missing=missing)
    if finding.observed < wanted:
        return finding
    if found.placement is None or not set("UWb") <= set(found.placement.places):
        return finding
    x = case.normal(case.B, case.T, case.I)
    extra = what_is_extra(layer, found.placement, drawn_weights(case, case.I, case.H), x)
    return right_count(layer, wanted, case, extra=extra)


def _dtype(layer_class, case):
    found = place_layer(layer_class(case.I, case.H), case.I, case.H)
    if found.placement is None:
        yield Finding("dtype", 0, found.says, str(case), barred=True)
    elif found.seen:
        says = f"not tried: {', '.join(found.seen)} is no parameter, which has cost its points"
        yield Finding("dtype", 1, says, str(case))
    else:
        weights = found.numbers(drawn_weights(case, case.I, case.H))
        layer, plain = (layer_class(case.I, case.H) for _ in range(2))
        state, parameters = placed_parameters(found.placement, weights, named(layer), torch.float64)
        layer, plain = layer.method("double").load_state(state), plain.load_state(state)
        reference = _reference(found, state, parameters, torch.tanh, weights)
        yield from in_float64(layer, plain, reference, case.normal(case.B, case.T, case.I), parameters, case)


def _activation(subject, kind, case):
    """(the activation on this side, the arguments that give it to the student's class)."""
    if kind == "default":
        return torch.tanh, ()
    if kind == "bent":
        slope, bend = 0.5 + 0.2 * torch.rand(2, generator=case.generator).double()
        made = {"slope": slope.item(), "bend": bend.item()}
        return (lambda a: made["slope"] * a + made["bend"] * torch.sin(a)), (subject.fixture("bent", **made),)
    return ACTIVATIONS[kind], (subject.fixture(kind),)
