"""GradientVisualizer is held to torch's autograd, on a layer that keeps its weights as the student's does."""

import torch

from unrolled.checking.parity import close, values
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..placing import FAR, drawn_weights, place_layer, scale_of
from ..shared import as_row, first_problem, graded, pair, zeros_among

LARGE = 200.0  # weights and targets beyond any limit


@question(
    "gradient_visualizer",
    name="GradientVisualizer",
    marks={"weights": 3, "biases": 2, "matrix": 2, "hidden": 2, "gradients": 3, "modes": 1},
    builds_on={
        "RNNLayer": "flow_layer_by_own_names",
        "RecurrentRegressionModel": "regression_model",
        "loss_fn": "step_loss",
    },
)
def gradient_visualizer(visualizer_class, draw):
    """On a right layer with the student's own names for its weights, a right model and a right loss.

    I = 1, I != H and I = H: a matrix of the wrong place is square in one of them only. Every factor differs from
    1 and from the other; the same factors come twice.
    """
    sizes = [
        dict(T=[1, 6], I=[1, 2, 4], H=[4], strided=False),
        dict(T=[4], I=[1, 3], H=[1], strided=False),
        dict(T=[75], I=[2], H=[3], strided=False),
    ]
    told = set()  # ideas that a person has been asked to look at
    for case in (case for size in sizes for case in draw.cases(**size)):
        layer, found, known = _layer(visualizer_class.subject, case)
        weights = found.numbers(drawn_weights(case, case.I, case.H))
        weights = {name: number for name, number in weights.items() if name in found.placement.places}
        x = zeros_among(case.normal(1, case.T, case.I, scale=scale_of(case)))
        y = case.normal(1, case.T, 1, scale=LARGE if case.T == 4 else 1.0)
        subject = visualizer_class.subject
        subject.values(layer.load_state(found.placement.write(**weights)))
        gauge = visualizer_class(layer, False, (x, y))
        yield from _with_flags(_scaled(gauge, found, weights, case), known, told)
        for by in (0.5, -LARGE):
            now = {name: by * number for name, number in weights.items()}
            subject.values(layer.load_state(found.placement.write(**now)))
            yield from _with_flags([_matrix(gauge, found, now, case)], known, told)
        subject.values(layer.load_state(found.placement.write(**weights)))
        for last_only in (False, True):
            yield from _flow(visualizer_class, layer, x, y, last_only, case)


def _layer(subject, case):
    """A layer, where its weights stand, and whether they go by the student's own names.

    As a stand-in it computes rightly with its parameters, whatever the student's forward does. Where there is no class
    that can be made, a layer of torch's is brought along.
    """
    layer_class = subject.look_up("RNNLayer")
    layer, name = layer_class(case.I, case.H), layer_class.get("__qualname__").value()
    found = place_layer(layer, case.I, case.H)
    known = found.placement is not None and name != "FlowLayer"
    if found.placement is None:
        layer = subject.fixture("flow_layer", input_size=case.I, hidden_size=case.H)
        found = place_layer(layer, case.I, case.H)
    if layer.get("stand_in").value() is True:
        there = found.placement.places | found.seen
        missing = {"b": torch.zeros(case.H), "U": torch.zeros(case.H, case.H), "W": torch.zeros(case.H, case.I)}
        layer = layer.method("compute_with", **(missing | there))
    return layer, found, known


def _with_flags(findings, known, told):
    """Without a layer of the student's that can be made, its names cannot be asked for: a person looks instead."""
    for finding in findings:
        fault = finding.observed if isinstance(finding.observed, Problem) else None
        if not known and fault is not None and fault.kind in ("AttributeError", "KeyError"):
            said = "your RNNLayer cannot be made, so its names cannot be tried"
            flag = "" if finding.idea in told else f"{finding.idea}: {said}"
            told.add(finding.idea)
            finding = Finding(finding.idea, 1, said, finding.case, flag=flag)
        yield finding


def _scaled(gauge, found, weights, case):
    """The sliders: each call starts from the layer as it was given."""
    factors = [1 + 0.5 * torch.rand(1, generator=case.generator).item(), -0.7, 0.4, 2.0]
    calls = [(factors[0], factors[1]), (factors[2], factors[3]), (factors[2], factors[3])]
    placement = found.placement
    for by, bias_by in (*calls, (0.0, 3.0), (3.5, 0.0), (LARGE, -2 * LARGE)):
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
        read = placement.read([fetched[name] for name in placement.names])
        note = f"sliders at {by:.4g} and {bias_by:.4g}"
        for idea, names, factor in (("weights", "UW", by), ("biases", "b", bias_by)):
            names = [name for name in names if name in weights]
            if not names:
                yield Finding(idea, 1, "your RNNLayer has none that could be scaled", str(case))
                continue
            got = torch.cat([read[name].flatten() for name in names]).float()
            before = torch.cat([weights[name].float().flatten() for name in names])
            finding = values(got, factor * before, case, idea, note)
            if finding.share < 1:
                finding.says = _in_words(got, before, factor, "weights" if idea == "weights" else "the bias")
            yield finding


def _in_words(got, before, factor, what):
    """By what they were multiplied, if it is one number; and what power of ten or of e that is."""
    shares = (got.double() / before.double()).tolist()
    seen = sorted(shares)[len(shares) // 2]
    if max(shares) - min(shares) > 1e-3 * (1 + abs(seen)):
        low, high = min(shares), max(shares)
        return f"not all of {what} are multiplied by {factor:.4g}: the factors lie between {low:.4g} and {high:.4g}"
    says = f"{what} {'is' if what == 'the bias' else 'are'} multiplied by {seen:.4g}, not by {factor:.4g}"
    if factor and abs(factor) < 10:
        for base, word in ((10.0, "10"), (2.718281828459045, "e"), (2.0, "2")):
            if abs(seen - base**factor) < 1e-3 * abs(seen):
                return f"{says}; {seen:.4g} is {word} to the power of {factor:.4g}"
    return says


def _matrix(gauge, found, weights, case):
    """U, or its transpose, whose eigenvalues are the same."""
    got = gauge.method("recurrent_matrix").value()
    U = weights["U"].float() if "U" in weights else found.seen.get("U", torch.zeros(case.H, case.H)).float()
    if "U" not in weights:  # it is no parameter, and known from what the layer gave
        right = isinstance(got, torch.Tensor) and got.shape == U.shape
        right = right and min((got.detach() - V).abs().max() for V in (U, U.T)) < 1e-3
        says = "the layer's U" if right else "not the matrix that the layer computes with"
        return Finding("matrix", float(right), says, str(case), observed=got)
    if isinstance(got, torch.Tensor) and got.shape == U.shape and close(got.detach(), U.T):
        got = got.T
    if not found.sure and isinstance(got, torch.Tensor) and got.shape == U.shape:
        for block in _square_blocks(found.placement.write(**weights).values(), case.H):
            if close(got.detach(), block):
                return Finding("matrix", 1, "a matrix of the layer's; which one it uses could not be seen", str(case))
    return values(got, U, case, idea="matrix")


def _square_blocks(parameters, H):
    """What could be U in a layer that cannot be run: the (H, H) blocks at either end of its matrices."""
    for matrix in parameters:
        for m in (matrix, matrix.T) if matrix.dim() == 2 else ():
            if len(m) == H and m.shape[1] >= H:
                yield from (m[:, :H], m[:, -H:], m[:, :H].T, m[:, -H:].T)


def _flow(visualizer_class, layer, x, y, last_only, case):
    """Norms, against those of the model and the loss that are there; then the same without gradients, and frozen."""
    subject = visualizer_class.subject
    gauge = visualizer_class(layer, last_only, (x, y))
    note = "loss of the last step" if last_only else "loss of all steps"
    result = gauge.method("flow")
    got, model = result.value(), gauge.get("model")
    if isinstance(model.get("training").value(), Problem):  # by another name: the last one that was made
        model = subject.look_up("RecurrentRegressionModel").get("made")[-1]
    pred = model(x)
    loss = subject.look_up("loss_fn")(pred[0], y, last_only)
    kept = layer.get("h_list")
    states = [kept[t] for t in range(case.T)]
    own_states, own = subject.values(kept.items(), subject.grad([loss], [torch.ones(())], states))
    hidden, gradient = (as_row(part) for part in pair(got))
    if first_problem(own_states, own) is not None or any(g is None for g in own):
        fault = got if isinstance(got, Problem) else first_problem(own_states, own)
        for idea in ("hidden", "gradients", "modes"):
            yield Finding(idea, 0, str(fault or "no gradient reaches the states in h_list"), str(case), observed=fault)
        return
    norms = torch.stack([state.detach().norm() for state in own_states])
    flows = torch.stack([g.norm() for g in own])
    yield values(hidden, norms, case, idea="hidden", note=note, told="gradients")
    yield values(gradient, flows, case, idea="gradients", note=note)
    if case.T <= FAR:
        yield _flow_modes(gauge, layer, model, got, case)


def _flow_modes(gauge, layer, model, usual, case):
    if isinstance(usual, Problem):
        return Finding("modes", 0, str(usual), str(case), barred=True)
    subject = layer.subject
    without = gauge.get("flow")(grad=False)
    layer.method("requires_grad_", False)
    frozen = gauge.method("flow")
    without, frozen = subject.values(without, frozen)
    layer.method("requires_grad_", True)
    model.method("zero_grad")
    layer.method("zero_grad")
    subject.values(gauge.method("flow"))
    for way, got in (("under torch.no_grad()", without), ("with frozen parameters", frozen)):
        if isinstance(got, Problem):
            return Finding("modes", 0, f"{way}: {got}", str(case), observed=got)
        same = all(close(as_row(a), as_row(b)) for a, b in zip(pair(got), pair(usual), strict=True))
        if not same:
            return Finding("modes", 0, f"{way} the numbers are others", str(case), observed=got)
    if graded(layer) or graded(model):
        return Finding("modes", 0, "the layer's parameters have a .grad afterwards", str(case), observed="left a .grad")
    return Finding("modes", 1, "the same without gradients and frozen, and nothing left behind", str(case))
