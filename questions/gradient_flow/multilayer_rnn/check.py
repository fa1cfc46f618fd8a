"""RNN is held to the student's own RNNLayers, one on the other, or to the recurrence written out."""

import torch

from unrolled.checking.parity import close, same_gradients, values
from unrolled.checking.probing import Parameters, recurrence
from unrolled.checking.question import question
from unrolled.checking.structure import FUSED_RNN
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..layers import compared_gradients, reached, right_count, unrolled
from ..placing import NOT_FOUND, PROBE_STEPS, PROBES, drawn_weights, parameter_handles, place_layer, probe_input
from ..shared import first_problem, pair


@question(
    "multilayer_rnn",
    name="RNN",
    marks={"values": 4, "last_step": 3, "gradients": 3, "parameters": 2},
    forbids=FUSED_RNN,
)
def multilayer_rnn(net_class, draw):
    """Against the student's own RNNLayers, one on the other, if it is made of them; else against the formula.

    Three layers tell "only two" and "upper layers shared" from right, and a first layer of I != H inputs.
    """
    sizes = [
        dict(B=[1, 3], T=[1, 5], L=[1, 2, 3], I=[2], H=[4], strided=False),
        dict(B=[2], T=[4], L=[2], I=[6], H=[4]),
    ]
    for case in (case for size in sizes for case in draw.cases(**size)):
        net = net_class(case.I, case.H, case.L)
        kinds = net.kinds().value()
        if isinstance(kinds, Problem):
            for idea in ("values", "last_step", "gradients", "parameters"):
                yield Finding(idea, 0, str(kinds), str(case), observed=kinds)
            continue
        own = [path for path, names in kinds.items() if any(n.split(".")[-1] == "RNNLayer" for n in names)]
        weights = {}
        for layer in range(case.L):
            weights |= drawn_weights(case, case.I if layer == 0 else case.H, case.H, f"{layer}.")
        x = case.normal(case.B, case.T, case.I)
        if len(own) == case.L:
            yield from _of_own_layers(net, own, weights, x, case)
        else:
            yield from _of_the_formula(net, weights, x, case)


def _numbers(case):
    """How many numbers the layers have, one after the other."""
    return [case.H * (case.I if layer == 0 else case.H) + case.H**2 + case.H for layer in range(case.L)]


def _of_own_layers(net, paths, weights, x, case):
    """Against layers of the student's own class, made as the contract says, with the same numbers in them."""
    subject, layer_class = net.subject, net.subject.look_up("RNNLayer")
    stack, state, names = [], {}, []
    for layer, path in enumerate(_in_order(net, paths, case)):
        inputs = case.I if layer == 0 else case.H
        placement, problem = place_layer(layer_class(inputs, case.H), inputs, case.H)
        if placement is None:
            for idea in ("values", "last_step", "gradients", "parameters"):
                yield Finding(idea, 0, f"your own RNNLayer cannot be tried here: {problem or NOT_FOUND}", str(case))
            return
        part = placement.write(**{name: weights[f"{layer}.{name}"] for name in "UWb"})
        stack.append((layer_class(inputs, case.H).load_state(part), placement))
        state |= {f"{path}.{name}": tensor for name, tensor in part.items()}
        names += [f"layer {layer + 1}'s {name}" for name in placement.names]
    yield right_count(net, sum(placement.parameters.count for _, placement in stack), case)

    net, put_x = net.load_state(state), subject.put(x, requires_grad=True)
    result, below, lasts = net(put_x), put_x, []
    for layer, _ in stack:
        both = layer(below)
        below, lasts = both[0], [*lasts, both[1]]
    along = case.normal(case.B, case.T, case.H), case.normal(case.L, case.B, case.H)
    theirs = [handle for layer, placement in stack for handle in parameter_handles(layer, placement.names)]
    ran, second, top, got, expected, *last = subject.values(
        result,
        net(x),
        below,
        subject.grad([result[0], result[1]], list(along), [put_x, *parameter_handles(net, state)]),
        subject.grad([below, *lasts], [along[0], *along[1].unbind(0)], [put_x, *theirs]),
        *lasts,
    )
    if first_problem(top, expected, *last) is not None:
        said = f"your own RNNLayers cannot be run one after the other: {first_problem(top, expected, *last)}"
        for idea in ("values", "last_step", "gradients"):
            yield Finding(idea, 0, said, str(case))
        return
    mine_top, mine_last = pair(ran)
    yield values(mine_top, top.detach(), case)
    yield values(pair(second)[0], top.detach(), case, note="called once more")
    yield values(mine_last, torch.stack([h.detach() for h in last]), case, idea="last_step")
    if first_problem(ran, got) is not None:
        yield Finding("gradients", 0, str(first_problem(ran, got)), str(case), observed=first_problem(ran, got))
    elif close(mine_top, top.detach()):
        yield same_gradients(["x", *names], got, expected, case)
    else:  # wrong values have wrong gradients; what is asked for then is that there are some
        missing = [n for n, g, e in zip(["x", *names], got, expected, strict=True) if not reached(g, e)]
        says = (
            f"{', '.join(missing[:3])} gets none" if missing else "wrong as the values are, which has cost its points"
        )
        yield Finding("gradients", 1 - len(missing) / len(got), says, str(case), observed=got if missing else None)


def _in_order(net, paths, case):
    """The first layer is told by its number of inputs where that differs from H; the others stand as registered."""
    sizes = net.subject.values(*[net.get(path).get("input_size") for path in paths])
    first = [path for path, size in zip(paths, sizes, strict=True) if size == case.I]
    if case.I != case.H and len(first) == 1:
        return [*first, *(path for path in paths if path not in first)]
    return paths


def _of_the_formula(net, weights, x, case):
    """A net with a recurrence of its own: where its weights stand is read from its last states, layer by layer."""
    yield right_count(net, sum(_numbers(case)), case)
    placement, problem = _place_layers(net, case)
    if placement is None:
        for idea in ("values", "last_step", "gradients"):
            yield Finding(idea, 0, str(problem or NOT_FOUND), str(case), observed=problem or NOT_FOUND)
        return
    net = net.load_state(placement.write(**weights))
    here = {"x": x.double().requires_grad_(), **{n: w.clone().requires_grad_() for n, w in weights.items()}}
    below, last = here["x"], []
    for layer in range(case.L):
        states = unrolled(below, torch.tanh, *(here[f"{layer}.{name}"] for name in "UWb"))
        below, last = torch.stack(states, dim=1), [*last, states[-1]]
    expected_last = torch.stack(last)
    put_x = net.subject.put(x, requires_grad=True)
    result = net(put_x)
    along = case.normal(case.B, case.T, case.H), case.normal(case.L, case.B, case.H)
    wrt = [put_x, *parameter_handles(net, placement.names)]
    ran, again, got = net.subject.values(result, net(x), net.subject.grad([result[0], result[1]], list(along), wrt))
    top, last_step = pair(ran)
    yield values(top, below.detach().float(), case)
    yield values(pair(again)[0], below.detach().float(), case, note="called once more")
    yield values(last_step, expected_last.detach().float(), case, idea="last_step")
    if first_problem(ran, got) is not None or not isinstance(got, list):
        yield Finding("gradients", 0, str(first_problem(ran, got)), str(case), observed=first_problem(ran, got))
        return
    expected = torch.autograd.grad(
        [below, expected_last], list(here.values()), [along[0].double(), along[1].double()], allow_unused=True
    )
    yield compared_gradients(list(here), got, expected, placement, ran, list(below.unbind(1)), case)


def _place_layers(net, case):
    """Where each layer's U, W and b stand: prefixes of a sequence give every layer's state at every step."""
    state = net.state().value()
    if isinstance(state, Problem):
        return None, state
    parameters, x = Parameters(state), probe_input(case.I)
    net = net.load_state(parameters.distinct())
    runs = net.subject.values(*[net(x[:, : t + 1], grad=False) for t in range(PROBE_STEPS)])
    if first_problem(*runs) is not None:
        return None, first_problem(*runs)
    lasts = [pair(run)[1] for run in runs]
    shapes = {}
    for layer in range(case.L):
        inputs = case.I if layer == 0 else case.H
        shapes |= {f"{layer}.W": (case.H, inputs), f"{layer}.U": (case.H, case.H), f"{layer}.b": (case.H,)}
    placement = None
    if all(isinstance(h, torch.Tensor) and tuple(h.shape) == (case.L, PROBES, case.H) for h in lasts):
        steps, found = torch.stack(lasts, dim=2), {}  # (L, B, T, H)
        for layer in range(case.L):
            below = x if layer == 0 else steps[layer - 1]
            before, read, after = steps[layer][:, :-1], below[:, 1:], steps[layer][:, 1:]
            fits = recurrence(*(part.flatten(0, 1) for part in (before, read, after)))
            if not fits:
                break
            found |= {f"{layer}.{name}": weight for name, weight in fits[0].items()}
        placement = parameters.find(found) if len(found) == 3 * case.L else None
    return placement or parameters.by_shape(**shapes), None
