"""Clipping and the update of the weights are held to the same in NumPy."""

import math

import numpy as np
import torch

from unrolled.checking.parity import relative
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..reference import PARAMETERS, drawn_weights, loaded
from ..shared import in_parts, leaves_alone, not_a_dictionary


@question("clip_and_update", name="VanillaRNN", marks={"value": 2, "norm": 3, "untouched": 1, "update": 4})
def clip_and_update(rnn_class, draw):
    """Against NumPy's own words for it. Limits below and above what is there, and a gradient of zeros."""
    by_value, by_norm = (rnn_class.subject.look_up(name) for name in ("clip_by_value", "clip_by_norm"))
    grads = {f"d{name}": np.ones((1, 1)) for name in PARAMETERS}
    update = rnn_class(1, 1, 1).method("update_parameters", grads, 0.0)
    yield from in_parts([by_value(grads, 1.0), by_norm(grads, 1.0), update], _clips(rnn_class, by_value, by_norm, draw))


def _clips(rnn_class, by_value, by_norm, draw):
    for case in draw.cases(dtype=torch.float64, strided=False, I=[3], H=[4], O=[2, 5]):
        grads = {f"d{name}": 3 * case.normal(*array.shape).numpy() for name, array in drawn_weights(case).items()}
        norm = math.sqrt(sum((d**2).sum() for d in grads.values()))
        for limit in (0.7, 2.5, 50.0):
            clipped = {name: torch.from_numpy(np.clip(d, -limit, limit)) for name, d in grads.items()}
            yield from _all(by_value(grads, limit), clipped, case, "value", f"limit {limit}")
        for limit in (0.05 * norm, 0.6 * norm, 1.5 * norm):
            share = min(1.0, limit / norm)
            scaled = {name: torch.from_numpy(d * share) for name, d in grads.items()}
            yield from _all(by_norm(grads, limit), scaled, case, "norm", f"{limit / norm:g} times the norm")
        zeros = {name: 0 * d for name, d in grads.items()}
        still = {name: torch.from_numpy(d) for name, d in zeros.items()}
        yield from _all(by_norm(zeros, 1.0), still, case, "norm", "gradients of zeros")
        for clip in (by_value, by_norm):
            yield leaves_alone(clip(grads, 0.5), {"grads": grads}, case, "untouched")

        rnn, weights = loaded(rnn_class(case.I, case.H, case.O), case)
        for rate in (0.1, 0.025):
            call = rnn.method("update_parameters", grads, rate)
            yield leaves_alone(call, {"grads": grads}, case, "untouched")
            weights = {name: array - rate * grads[f"d{name}"] for name, array in weights.items()}
            found = dict(zip(PARAMETERS, rnn.subject.values(*[rnn.get(name) for name in PARAMETERS]), strict=True))
            ran = call.value()
            for name in PARAMETERS:
                got = ran if isinstance(ran, Problem) else found[name]
                yield relative(got, torch.from_numpy(weights[name]), case, "update", f"{name}, learning rate {rate}")


def _all(call, expected, case, idea, note):
    """Every array of a dictionary."""
    got = call.value()
    fault = not_a_dictionary(got)
    if not fault and set(got) != set(expected):
        fault = f"the names are {sorted(map(str, got))}; they should be those that went in"
    if fault:
        yield Finding(idea, 0, fault, str(case), observed=got if isinstance(got, Problem) else fault)
        return
    for name, array in expected.items():
        yield relative(got[name], array, case, idea, f"{note}, {name}")
