"""Where a student's layer keeps its weights, and the drawn ones that are put there."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from unrolled.checking.draw import seed_of
from unrolled.checking.parity import readable, results
from unrolled.checking.probing import Parameters, Placement, recurrence
from unrolled.checking.subject import Handle, Problem

PROBES, PROBE_STEPS = 64, 6  # sequences and steps from which weights are read
FAR = 20  # steps; longer sequences are drawn so that the first of them still counts at the last

NOT_FOUND = "its parameters do not hold the weights that it computes with; they cannot be set from outside"


@dataclass
class Found:
    """What is known of a layer's weights. placement: where they stand among its parameters, or None. seen: the numbers
    of those that stand nowhere. sure: read from what the layer gave; otherwise guessed by their shapes. problem: what
    came instead of a state_dict."""

    placement: Placement | None
    seen: dict[str, torch.Tensor]
    sure: bool = True
    problem: Any = None

    @property
    def says(self) -> str:
        return str(self.problem or NOT_FOUND)

    def numbers(self, weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """What the layer computes with once `write` has put the weights there: in float64, rounded as they are put."""
        kept = {name: weight.float().double() for name, weight in weights.items()}
        return kept | {name: weight.double() for name, weight in self.seen.items()}


def probe_input(inputs: int, probes: int = PROBES, steps: int = PROBE_STEPS) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed_of("probe", inputs))
    return torch.randn(probes, steps, inputs, generator=generator)


def place_layer(layer: Handle, inputs: int, hidden: int) -> Found:
    """Where U, W and b stand in an RNNLayer with tanh. The layer is left with distinct numbers in it.

    A layer that fails for many sequences at once is asked with as many as it has units, and with a single one.
    """
    state = layer.state().value()
    if not isinstance(state, dict):
        return Found(None, {}, problem=state if isinstance(state, Problem) else "it has no state_dict")
    parameters = Parameters(state)
    layer = layer.load_state(parameters.distinct())
    shapes = {"W": (hidden, inputs), "U": (hidden, hidden), "b": (hidden,)}
    for probes, steps in ((PROBES, PROBE_STEPS), (hidden, 40), (1, 160)):
        x = probe_input(inputs, probes, steps)
        h = readable(results(layer(x), 2)[0].value(), (probes, steps, hidden))
        if not isinstance(h, torch.Tensor) or tuple(h.shape) != (probes, steps, hidden):
            continue
        fits = recurrence(*_rows(x, h))
        whole = next(filter(None, map(parameters.find, fits)), None)
        if whole is not None:
            return Found(whole, {})
        for fit in fits:
            found = _in_parts(parameters, fit, hidden, hidden * (inputs + hidden + 1))
            if found is not None:
                return found
        break
    return Found(parameters.by_shape(**shapes), {}, sure=False)


def _rows(x, h):
    """(state before, input, state after) of all steps but the first, since h_0 may be wrong; without those in which
    large numbers, such as of a matrix that cannot be set, have flattened a unit, if there are others."""
    before, read, after = (part.flatten(0, 1) for part in (h[:, :-1], x[:, 1:], h[:, 1:]))
    sharp = after.abs().amax(dim=1) < 0.99
    enough = int(sharp.sum()) > 4 * (before.shape[1] + read.shape[1] + 1)
    return (before[sharp], read[sharp], after[sharp]) if enough else (before, read, after)


def _in_parts(parameters, fit, hidden, wanted):
    """Where those of the weights stand that do, if the others are known too: a matrix may be no parameter (there are
    fewer numbers then than wanted), and a bias the sum of two, of which one will do."""
    places = {name: parameters.find({name: weight}) for name, weight in fit.items()}
    there = parameters.find({name: fit[name] for name, place in places.items() if place is not None})
    if there is None:
        return None
    if places["b"] is None and (bias := parameters.by_shape(b=(hidden,))):
        there = Placement(parameters, there.places | bias.places)
    seen = {name: fit[name] for name in "UW" if places[name] is None}
    return Found(there, seen) if not seen or parameters.count < wanted else None


def drawn_weights(case, inputs, hidden, prefix=""):
    """Drawn U, W and b for a layer of these sizes; over many steps such that the first still counts at the last."""
    cell = nn.RNNCell(inputs, hidden, dtype=torch.float64)
    far = case.sizes.get("T", 0) > FAR
    drawn = case.remembering(cell) if far else case.like(cell)
    return {
        f"{prefix}U": drawn["weight_hh"].double(),
        f"{prefix}W": drawn["weight_ih"].double(),
        f"{prefix}b": drawn["bias_hh"].double(),
    }


def scale_of(case):
    """Of what is fed to a layer: small over many steps, where sums must not leave the middle of tanh."""
    return 0.1 if case.T > FAR else 1.0


def placed_parameters(placement, weights, known, dtype=torch.float32):
    """The layer's parameters after `placement.write(**weights)`, those that hold nothing but weights: name ->
    parameter of ours, to differentiate with respect to. known: the names that named_parameters gave."""
    state = placement.write(**{name: weights[name] for name in placement.places})
    marks = torch.zeros_like(placement.parameters.flat)
    marks[torch.cat([place.flatten() for place in placement.places.values()])] = 1
    full = {name: bool(mark.all()) for name, mark in placement.parameters.cut(marks).items() if name in state}
    names = [name for name in placement.names if full[name] and name in known]
    return state, {name: nn.Parameter(state[name].to(dtype, copy=True)) for name in names}


def gathered(placement, state, parameters, name, weights):
    """One weight out of the parameters, on the way of the gradient; `weights` has it where none holds it."""
    dtype = next((parameter.dtype for parameter in parameters.values()), torch.float32)
    if name not in placement.places:
        return weights[name].to(dtype)
    row = torch.cat([parameters.get(n, state[n]).flatten().to(dtype) for n in placement.names])
    return row[placement.places[name]]


def parameter_handles(module, names):
    return [module.method("get_parameter", name) for name in names]
