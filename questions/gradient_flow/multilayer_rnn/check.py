"""RNN is held to the recurrence written out, layer by layer, with the same numbers for its weights."""

import torch

from unrolled.checking.parity import close, differs, gradients, readable, values
from unrolled.checking.probing import Parameters, Placement, recurrence
from unrolled.checking.question import question
from unrolled.checking.structure import FUSED_RNN
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..hints import AS_MANY, FROM_BELOW, HIDDEN, SAME_LAYER
from ..layers import both_results, layer_gradients, right_count, unrolled
from ..placing import (
    FAR,
    PROBE_STEPS,
    PROBES,
    Found,
    drawn_weights,
    gathered,
    place_layer,
    placed_parameters,
    probe_input,
    scale_of,
)
from ..shared import first_problem, named, zeros_among

MISSING = "it has not a layer with numbers of its own for each of num_layers"


@question(
    "multilayer_rnn",
    name="RNN",
    marks={"values": 4, "last_step": 3, "gradients": 3, "parameters": 2},
    forbids=FUSED_RNN,
    builds_on={"RNNLayer": "flow_layer"},
)
def multilayer_rnn(net_class, draw):
    """Of right RNNLayers in the place of the student's, or with a recurrence of its own.

    Three layers tell "only two" and "upper layers shared" from right, four "three at the most", sixty-four whatever
    else has an end; a first layer of I != H inputs tells which layer is which; eighty steps tell what ends on the way.
    """
    sizes = [
        dict(B=[1, 3], T=[1, 5], L=[1, 3], I=[2], H=[4], strided=False),
        dict(B=[2], T=[4], L=[2], I=[6], H=[4]),
        dict(B=[2], T=[4], L=[4], I=[3], H=[4], strided=False),
        dict(B=[1, 2], T=[3], L=[1, 4], I=[2], H=[1], strided=False),
        dict(B=[2], T=[3], L=[2], I=[1], H=[2], strided=False),
        dict(B=[2], T=[130], L=[2], I=[3], H=[4], strided=False),
        dict(B=[2], T=[2], L=[64], I=[2], H=[1], strided=False),
    ]
    places, drawn = {}, set()  # cases in which two calls with the same input have given different numbers
    for case in (case for size in sizes for case in draw.cases(**size)):
        net = net_class(case.I, case.H, case.L)
        state = net.state().value()
        if isinstance(state, Problem):
            for idea in ("values", "last_step", "gradients", "parameters"):
                yield Finding(idea, 0, str(state), str(case), observed=state)
            continue
        layers = _Layers(net, state, case, places)
        if not layers.paths:
            yield right_count(net, sum(_numbers(case)), case, missing=_what_is_missing(net, None, case))
            found = _of_its_own(net, case) if case.L < FAR else None
        else:
            wanted = layers.count if len(layers.paths) == case.L else sum(_numbers(case))
            yield right_count(net, wanted, case, missing=_what_is_missing(net, layers.paths, case))
            found = layers.found() if len(layers.paths) == case.L else None
        if found is not None:
            yield from _runs(net, found, layers.paths, case, drawn)
        elif layers.paths:
            for idea in ("values", "last_step", "gradients"):
                yield Finding(idea, 0, MISSING, str(case), barred=True)


def _numbers(case):
    """How many numbers the layers have, one after the other."""
    return [case.H * (case.I if layer == 0 else case.H) + case.H**2 + case.H for layer in range(case.L)]


def _what_is_missing(net, paths, case):
    """Why there are fewer numbers than layers need, if that can be told. paths: of its layers, or None."""
    known = named(net)
    if paths is None:
        return "" if known else f"none of its layers is known. {HIDDEN}"
    if len(paths) < case.L:
        return f"{len(paths)} layers for num_layers={case.L}. {AS_MANY}"
    own = [path for path in paths if any(name.startswith(f"{path}.") for name in known)]
    return f"{len(paths)} places, but {len(own)} layers. {SAME_LAYER}" if len(own) < len(paths) else ""


class _Layers:
    """The RNNLayers that a net is made of, the first one first. paths: where they are; empty if there are none.

    places: (inputs, units) -> what is known of a layer of such sizes, to be looked up again.
    """

    def __init__(self, net, state, case, places):
        self.net, self.state, self.case = net, state, case
        self.layer_class = net.subject.look_up("RNNLayer")
        kinds, name = net.subject.values(net.kinds(), self.layer_class.get("__qualname__"))
        known = [path for path, names in kinds.items() if any(n.endswith(f".{name}") for n in names)]
        for inputs in self._sizes:
            if (inputs, case.H) not in places:
                places[inputs, case.H] = place_layer(self.layer_class(inputs, case.H), inputs, case.H)
        self.places = {inputs: places[inputs, case.H] for inputs in self._sizes}
        placement = self.places[case.H if case.L > 1 else case.I].placement
        inside = placement.names if placement and known else []
        # A layer that stands at two places has its numbers twice in the state_dict, and once among the modules.
        paths = [key.removesuffix(f".{inside[0]}") for key in state if inside and key.endswith(f".{inside[0]}")]
        paths = [path for path in paths if all(f"{path}.{name}" in state for name in inside)]
        self.paths = self._in_order(paths)

    @property
    def _sizes(self):
        return {self.case.I, self.case.H} if self.case.L > 1 else {self.case.I}

    @property
    def count(self):
        """Of the numbers in so many layers of this class."""
        above = self.places[self.case.H].placement.parameters.count if self.case.L > 1 else 0
        return self.places[self.case.I].placement.parameters.count + (self.case.L - 1) * above

    def _in_order(self, paths):
        """The first layer is told by its number of inputs; the others stand as they were registered."""
        handles = [self.net.get(path).get("input_size") for path in paths]
        sizes = self.net.subject.values(*handles) if handles else []
        first = [path for path, size in zip(paths, sizes, strict=True) if size == self.case.I]
        return [*first, *(path for path in paths if path not in first)] if len(first) == 1 else paths

    def found(self):
        """Where all weights stand, "0.U" for the first layer's; None where a layer of this class has not got them."""
        parameters, places = Parameters(self.state), {}
        starts, at = {}, 0
        for name, shape in parameters.shapes.items():
            starts[name], at = at, at + torch.Size(shape).numel()
        for layer, path in enumerate(self.paths):
            part = self.places[self.case.I if layer == 0 else self.case.H]
            if part.placement is None or part.seen:  # a matrix that is no parameter is another one in each layer
                return None
            own = part.placement.parameters
            if any(parameters.shapes.get(f"{path}.{name}") != shape for name, shape in own.shapes.items()):
                return None
            inside = [
                starts[f"{path}.{name}"] + torch.arange(torch.Size(shape).numel()) for name, shape in own.shapes.items()
            ]
            row = torch.cat(inside)
            places |= {f"{layer}.{name}": row[place] for name, place in part.placement.places.items()}
        return Found(Placement(parameters, places), {})


def _runs(net, found, paths, case, drawn):
    if found.placement is None and not found.seen:
        for idea in ("values", "last_step", "gradients"):
            yield Finding(idea, 0, found.says, str(case), observed=found.problem, barred=idea != "values")
        return
    weights = found.numbers(_weights(case))
    state, parameters = {}, {}
    if found.placement is not None:
        state, parameters = placed_parameters(found.placement, weights, named(net))
        net = net.load_state(state)
        held = net.state().value()
        if isinstance(held, dict) and any(not torch.equal(held[name], number) for name, number in state.items()):
            for idea in ("values", "last_step", "gradients"):
                yield Finding(idea, 0, MISSING, str(case), barred=True)
            return
    x = zeros_among(case.normal(case.B, case.T, case.I, scale=scale_of(case)))

    def reference(x):
        lasts = []
        for layer in range(case.L):
            names = [f"{layer}.{name}" for name in "UWb"]
            parts = weights if found.placement is None else None
            parts = [
                parts[name].float() if parts else gathered(found.placement, state, parameters, name, weights)
                for name in names
            ]
            x = torch.stack(unrolled(x, torch.tanh, *parts), dim=1)
            lasts.append(x[:, -1])
        return x, torch.stack(lasts)

    expected, expected_last = (part.detach() for part in reference(x))
    _, top, last = both_results(net, x)
    written = [net.get(path).get("h_list")[-1] for path in paths]
    top, last, again, *written = net.subject.values(top, last, both_results(net, x)[1], *written)
    runs = [
        values(top, expected, case, again=again),
        values(again, expected, case, note="called once more", again=top),
        _last_step(top, last, expected, expected_last, written, case),
    ]
    if isinstance(top, Problem) and case.L > 1 and case.I != case.H:
        runs[0].says += f". {FROM_BELOW}"
    smooth = case.normal(case.B, case.T, case.I, scale=scale_of(case))
    if differs(top, again):
        drawn.add(str(case))
    if case.L <= FAR:
        runs.append(layer_gradients(net, reference, smooth, parameters, case, runs[:2], bool(drawn)))
    elif runs[0].share == 1:
        runs.append(gradients(net, reference, {"x": x}, dict(list(parameters.items())[:3]), case, registered=False))
    unknown = case.T > FAR and bool(found.seen)  # what was read from states is not sharp enough for so many steps
    for finding in runs:
        finding.barred |= unknown
        yield finding


def _weights(case):
    """All layers' drawn weights. Of very many layers every one hands on what it reads."""
    weights = {}
    for layer in range(case.L):
        weights |= drawn_weights(case, case.I if layer == 0 else case.H, case.H, f"{layer}.")
    if case.L > FAR:
        for name, weight in weights.items():
            weights[name] = weight / 40 if name.endswith("b") else weight.sign() * (0.3 if name.endswith("U") else 1)
    return weights


def _last_step(top, last, expected, expected_last, written, case):
    """Where the states are wrong, that has cost points: the last ones are then held to what the student's own layers
    have written, or to its own top layer."""
    own = readable(top, expected.shape)
    readable_ = isinstance(own, torch.Tensor) and own.shape == expected.shape
    if readable_ and close(own.detach(), expected):
        return values(last, expected_last, case, idea="last_step", told="values")
    if written and all(isinstance(h, torch.Tensor) and h.shape == expected_last.shape[1:] for h in written):
        return values(last, torch.stack(written).detach(), case, idea="last_step", told="values")
    there = readable(last, expected_last.shape)
    whole = isinstance(there, torch.Tensor) and readable_ and there.shape == expected_last.shape
    if whole and close(there[-1].detach(), own[:, -1].detach()):
        return Finding("last_step", 1, "the top layer's last state is its own", str(case))
    finding = values(last, expected_last, case, idea="last_step", told="values")
    finding.barred |= isinstance(there, torch.Tensor) and close(there.detach(), expected_last[: len(there)])
    return finding


def _of_its_own(net, case):
    """Where the weights of a recurrence of its own stand: prefixes of a sequence give every layer's state at every
    step. Those that are no parameters are known by what was seen."""
    state = net.state().value()
    parameters, x = Parameters(state), probe_input(case.I)
    shapes = {}
    for layer in range(case.L):
        inputs = case.I if layer == 0 else case.H
        shapes |= {f"{layer}.W": (case.H, inputs), f"{layer}.U": (case.H, case.H), f"{layer}.b": (case.H,)}
    net = net.load_state(parameters.distinct())
    runs = net.subject.values(*[both_results(net, x[:, : t + 1])[2] for t in range(PROBE_STEPS)])
    if first_problem(*runs) is None:
        found = _fitted(runs, x, case)
        if len(found) == 3 * case.L:
            placement = parameters.find(found)
            if placement is not None:
                return Found(placement, {})
            if not parameters.count:
                return Found(None, found)
    guess = parameters.by_shape(**shapes)
    return Found(guess, {}, sure=False, problem=first_problem(*runs))


def _fitted(lasts, x, case):
    """ "0.U" … -> the numbers with which every layer's states follow from the one below; as far as they do."""
    lasts = [readable(last, (case.L, PROBES, case.H)) for last in lasts]
    if not all(isinstance(h, torch.Tensor) and tuple(h.shape) == (case.L, PROBES, case.H) for h in lasts):
        return {}
    steps, found = torch.stack(lasts, dim=2), {}  # (L, B, T, H)
    for layer in range(case.L):
        below = x if layer == 0 else steps[layer - 1]
        before, read, after = steps[layer][:, :-1], below[:, 1:], steps[layer][:, 1:]
        fits = recurrence(*(part.flatten(0, 1) for part in (before, read, after)))
        if not fits:
            break
        found |= {f"{layer}.{name}": weight for name, weight in fits[0].items()}
    return found
