"""GradientVisualizer is held to the student's own RNNLayer, model and loss."""

import torch

from unrolled.checking.parity import close, values
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..placing import NOT_FOUND, drawn_weights, place_layer
from ..shared import as_row, first_problem, graded, pair


@question(
    "gradient_visualizer",
    name="GradientVisualizer",
    marks={"weights": 4, "biases": 2, "matrix": 3, "hidden": 2, "gradients": 3, "modes": 2},
)
def gradient_visualizer(visualizer_class, draw):
    """On the student's own RNNLayer, model and loss: what they give is taken as given.

    I = 1, I != H and I = H: a matrix of the wrong place is square in one of them only. Every factor differs from
    1 and from the other; the same factors come twice.
    """
    subject = visualizer_class.subject
    layer_class = subject.look_up("RNNLayer")
    for case in draw.cases(T=[1, 6], I=[1, 2, 4], H=[4], strided=False):
        placement, problem = place_layer(layer_class(case.I, case.H), case.I, case.H)
        if placement is None or set(placement.places) != set("UWb"):
            said = f"your own RNNLayer cannot be tried here, mend it first: {problem or NOT_FOUND}"
            for idea in ("weights", "biases", "matrix", "hidden", "gradients", "modes"):
                yield Finding(idea, 0, said, str(case))
            continue
        weights = drawn_weights(case, case.I, case.H)
        layer = layer_class(case.I, case.H).load_state(placement.write(**weights))
        x, y = case.normal(1, case.T, case.I), case.normal(1, case.T, 1)
        gauge = visualizer_class(layer, False, (x, y))
        yield from _scaled(gauge, placement, weights, case)
        halved = {name: 0.5 * weight for name, weight in weights.items()}
        subject.values(layer.load_state(placement.write(**halved)))
        yield _matrix(gauge, halved, case)
        subject.values(layer.load_state(placement.write(**weights)))
        for last_only in (False, True):
            yield from _flow(visualizer_class, layer, x, y, last_only, case)


def _scaled(gauge, placement, weights, case):
    """The sliders: each call starts from the layer as it was given."""
    factors = [1 + 0.5 * torch.rand(1, generator=case.generator).item(), -0.7, 0.4, 2.0]
    for by, bias_by in ((factors[0], factors[1]), (factors[2], factors[3]), (factors[2], factors[3])):
        state = gauge.method("scaled_weights", by, bias_by)
        fetched = state.value()
        if not isinstance(fetched, dict) or set(fetched) != set(placement.names):
            if isinstance(fetched, Problem):
                says = str(fetched)
            elif isinstance(fetched, dict):
                says = "the dict has other names than the layer's state_dict"
            else:
                says = "that is no state_dict"
            for idea in ("weights", "biases"):
                yield Finding(idea, 0, says, str(case), observed=fetched if isinstance(fetched, Problem) else says)
            return
        found = placement.read([fetched[name] for name in placement.names])
        note = f"sliders at {by:.2f} and {bias_by:.2f}"
        for idea, names, factor in (("weights", "UW", by), ("biases", "b", bias_by)):
            got = torch.cat([found[name].flatten() for name in names]).float()
            yield values(got, torch.cat([(factor * weights[n].float()).flatten() for n in names]), case, idea, note)


def _matrix(gauge, weights, case):
    """U, or its transpose, whose eigenvalues are the same."""
    got = gauge.method("recurrent_matrix").value()
    U = weights["U"].float()
    if isinstance(got, torch.Tensor) and got.shape == U.shape and close(got.detach(), U.T):
        got = got.T
    return values(got, U, case, idea="matrix")


def _flow(visualizer_class, layer, x, y, last_only, case):
    """Norms, against those of the student's own model and loss; then the same without gradients, and frozen."""
    subject = visualizer_class.subject
    gauge = visualizer_class(layer, last_only, (x, y))
    note = "loss of the last step" if last_only else "loss of all steps"
    result = gauge.method("flow")
    pred = gauge.get("model")(x)
    loss = subject.look_up("loss_fn")(pred[0], y, last_only)
    kept = layer.get("h_list")
    states = [kept[t] for t in range(case.T)]
    got, own_states, own = subject.values(result, kept.items(), subject.grad([loss], [torch.ones(())], states))
    hidden, gradient = (as_row(part) for part in pair(got))
    if first_problem(own_states, own) is not None or any(g is None for g in own):
        fault = first_problem(own_states, own) or "no gradient reaches the states in h_list"
        for idea in ("hidden", "gradients", "modes"):
            yield Finding(idea, 0, f"your own layer, model or loss cannot be tried here: {fault}", str(case))
        return
    norms = torch.stack([state.detach().norm() for state in own_states])
    flows = torch.stack([gradient.norm() for gradient in own])
    yield values(hidden, norms, case, idea="hidden", note=note)
    yield values(gradient, flows, case, idea="gradients", note=note)
    yield _flow_modes(gauge, layer, got, case)


def _flow_modes(gauge, layer, usual, case):
    subject = layer.subject
    without = gauge.get("flow")(grad=False)
    layer.method("requires_grad_", False)
    frozen = gauge.method("flow")
    without, frozen = subject.values(without, frozen)
    layer.method("requires_grad_", True)
    layer.method("zero_grad")
    subject.values(gauge.method("flow"))
    for way, got in (("under torch.no_grad()", without), ("with frozen parameters", frozen)):
        if isinstance(got, Problem):
            return Finding("modes", 0, f"{way}: {got}", str(case), observed=got)
        same = all(close(as_row(a), as_row(b)) for a, b in zip(pair(got), pair(usual), strict=True))
        if not same and not isinstance(usual, Problem):
            return Finding("modes", 0, f"{way} the numbers are others", str(case), observed=got)
    if graded(layer):
        return Finding("modes", 0, "the layer's parameters have a .grad afterwards", str(case), observed="left a .grad")
    if isinstance(usual, Problem):
        return Finding("modes", 0, str(usual), str(case), observed=usual)
    return Finding("modes", 1, "the same without gradients and frozen, and nothing left behind", str(case))
