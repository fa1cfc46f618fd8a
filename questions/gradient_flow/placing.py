"""Where a student's layer keeps its weights, and the drawn ones that are put there."""

import torch
from torch import nn

from unrolled.checking.draw import seed_of
from unrolled.checking.probing import Parameters, recurrence
from unrolled.checking.subject import Problem

from .shared import first_problem, pair

PROBES, PROBE_STEPS = 64, 6  # sequences and steps from which weights are read

NOT_FOUND = "its parameters do not hold the weights that it computes with; they cannot be set from outside"


def probe_input(inputs):
    generator = torch.Generator().manual_seed(seed_of("probe", inputs))
    return torch.randn(PROBES, PROBE_STEPS, inputs, generator=generator)


def place_layer(layer, inputs, hidden):
    """(where U, W and b stand in an RNNLayer, or None; a Problem, or None). The layer has tanh."""
    state = layer.state().value()
    if isinstance(state, Problem):
        return None, state
    parameters, x = Parameters(state), probe_input(inputs)
    result = layer.load_state(parameters.distinct())(x, grad=False).value()
    fault = first_problem(result)
    if fault is not None:
        return None, fault
    h, placement = pair(result)[0], None
    if isinstance(h, torch.Tensor) and tuple(h.shape) == (PROBES, PROBE_STEPS, hidden):
        before, after = h[:, :-1].flatten(0, 1), h[:, 1:].flatten(0, 1)  # not the first step: h_0 may be wrong
        fits = recurrence(before, x[:, 1:].flatten(0, 1), after)
        placement = next(filter(None, map(parameters.find, fits)), None)
    return placement or parameters.by_shape(W=(hidden, inputs), U=(hidden, hidden), b=(hidden,)), None


def drawn_weights(case, inputs, hidden, prefix=""):
    """Drawn U, W and b for a layer of these sizes."""
    drawn = case.like(nn.RNNCell(inputs, hidden, dtype=torch.float64))
    return {
        f"{prefix}U": drawn["weight_hh"].double(),
        f"{prefix}W": drawn["weight_ih"].double(),
        f"{prefix}b": drawn["bias_hh"].double(),
    }


def parameter_handles(module, names):
    return [module.method("get_parameter", name) for name in names]
