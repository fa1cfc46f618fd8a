"""RNNLayer is held to the recurrence written out, with the same numbers for its weights."""

import itertools

import torch

from unrolled.checking.parity import precision, values
from unrolled.checking.question import question
from unrolled.checking.structure import FUSED_RNN
from unrolled.checking.verdict import Finding

from ..layers import compared_gradients, last_state, layer_modes, right_count, states_kept, unrolled
from ..placing import NOT_FOUND, drawn_weights, parameter_handles, place_layer
from ..shared import first_problem, pair

ACTIVATIONS = {"identity": lambda a: a, "relu": torch.relu, "tanh": torch.tanh}


@question(
    "rnn_layer",
    name="RNNLayer",
    marks={"values": 5, "gradients": 4, "h_list": 2, "parameters": 2, "last": 1, "modes": 1, "dtype": 1},
    forbids=FUSED_RNN,
)
def rnn_layer(layer_class, draw):
    """Against the recurrence written out, with the weights put where the student keeps theirs.

    The activation is an argument, and one of them is in no library: a fused kernel has nothing to answer with.
    I = 1, I < H and I = H are drawn, biases are never zero. Gradients see a state that was detached.
    """
    subject = layer_class.subject
    for case in draw.cases(I=[2], H=[3], strided=False):
        yield right_count(layer_class(2, 3), 2 * 3 + 3 * 3 + 3, case)
    sizes = [
        dict(B=[1, 3], T=[1, 6], I=[1, 4], H=[4], strided=False),
        dict(B=[3], T=[5], I=[4], H=[3]),
    ]
    kinds = itertools.cycle(["default", "bent", "relu", "identity", "tanh"])
    for case, kind in zip((case for size in sizes for case in draw.cases(**size)), kinds, strict=False):
        placement, problem = place_layer(layer_class(case.I, case.H), case.I, case.H)
        if placement is None:
            said = problem or NOT_FOUND
            for idea in ("values", "gradients", "h_list", "last", "modes"):
                yield Finding(idea, 0, str(said), str(case), observed=said)
            continue
        activation, arguments = _activation(subject, kind, case)
        weights = drawn_weights(case, case.I, case.H)
        layer = layer_class(case.I, case.H, *arguments).load_state(placement.write(**weights))
        note = "" if kind == "default" else f"activation {kind}"
        x = case.normal(case.B, case.T, case.I)
        yield from _layer_runs(layer, x, activation, weights, case, note)
        yield _layer_gradients(layer, x, activation, weights, placement, case)
        yield from _layer_list(layer, x, activation, weights, case)
        yield layer_modes(layer, x, case)

    for case in draw.cases(dtype=torch.float64, strided=False, B=[2], T=[3], I=[2], H=[3]):
        placement, problem = place_layer(layer_class(2, 3), 2, 3)
        if placement is None:
            yield Finding("dtype", 0, str(problem or NOT_FOUND), str(case))
            continue
        weights, x = drawn_weights(case, 2, 3), case.normal(2, 3, 2)
        layer = layer_class(2, 3).method("double").load_state(placement.write(**weights))
        exact = {name: weight.float().double() for name, weight in weights.items()}  # as `write` rounds them
        expected = torch.stack(unrolled(x, torch.tanh, **exact), dim=1)
        yield precision(layer(x, grad=False)[0], expected, case)


def _activation(subject, kind, case):
    """(the activation on this side, the arguments that give it to the student's class)."""
    if kind == "default":
        return torch.tanh, ()
    if kind == "bent":
        slope, bend = 0.5 + 0.2 * torch.rand(2, generator=case.generator).double()
        made = {"slope": slope.item(), "bend": bend.item()}
        return (lambda a: made["slope"] * a + made["bend"] * torch.sin(a)), (subject.fixture("bent", **made),)
    return ACTIVATIONS[kind], (subject.fixture(kind),)


def _layer_runs(layer, x, activation, weights, case, note, lists=()):
    states = unrolled(x.double(), activation, **weights)
    expected = torch.stack(states, dim=1).float()
    first, again = layer.subject.values(layer(x), layer(x))
    all_h, last_h = pair(first)
    yield values(all_h, expected, case, note=note)
    yield values(pair(again)[0], expected, case, note="called once more")
    yield from last_state(all_h, last_h, expected, case)


def _layer_gradients(layer, x, activation, weights, placement, case):
    """With respect to x and all weights, for random cotangents on both results."""
    subject, put_x = layer.subject, layer.subject.put(x, requires_grad=True)
    along_all, along_last = case.normal(*x.shape[:2], case.H), case.normal(len(x), case.H)
    result = layer(put_x)
    wrt = [put_x, *parameter_handles(layer, placement.names)]
    ran, got = subject.values(result, subject.grad([result[0], result[1]], [along_all, along_last], wrt))

    here = {"x": x.double().requires_grad_(), **{n: w.clone().requires_grad_() for n, w in weights.items()}}
    states = unrolled(here["x"], activation, *(here[n] for n in ("U", "W", "b")))
    expected = torch.autograd.grad(
        [torch.stack(states, dim=1), states[-1]],
        list(here.values()),
        [along_all.double(), along_last.double()],
        allow_unused=True,  # U plays no part in a single step
    )
    if first_problem(ran, got) is not None or not isinstance(got, list):
        return Finding("gradients", 0, str(first_problem(ran, got)), str(case), observed=first_problem(ran, got))
    return compared_gradients(["x", "U", "W", "b"], got, expected, placement, ran, states, case)


def _layer_list(layer, x, activation, weights, case):
    """h_1 … h_T, and each on the way of the gradient."""
    yield from states_kept(layer, x, unrolled(x.double(), activation, **weights), "h_list", case, "h_list")
