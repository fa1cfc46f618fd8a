"""Clipping and the update of the weights are held to the same in NumPy."""

import math

import numpy as np
import torch

from unrolled.checking.parity import as_numbers, relative
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..reference import PARAMETERS, drawn_weights, loaded
from ..shared import better, in_parts, in_place_of, leaves_alone, not_a_dictionary, read

MARKS = {"value": 2, "norm": 3, "untouched": 1, "update": 4}


@question("clip_and_update", name="VanillaRNN", marks={"value": 2, "norm": 3, "untouched": 1, "update": 4})
def clip_and_update(rnn_class, draw):
    """Against NumPy's own words for it. Limits below and above what is there, large gradients and those of zeros."""
    by_value, by_norm = (rnn_class.subject.look_up(name) for name in ("clip_by_value", "clip_by_norm"))
    standing = in_place_of(rnn_class, "numpy_rnn_backward")  # its __init__ ends well, whatever the own one does
    grads = {f"d{name}": np.ones((1, 1)) for name in PARAMETERS}
    update = standing(1, 1, 1).method("update_parameters", grads, 0.0)
    ways = [lambda again, start=start: _clips(start, by_value, by_norm, again) for start in (standing, rnn_class)]
    yield from in_parts([by_value(grads, 1.0), by_norm(grads, 1.0), update], better(MARKS, draw, *ways))


def _clips(rnn_class, by_value, by_norm, draw):
    sizes = [dict(I=[3], H=[4], O=[2, 5], size=[3]), dict(I=[1], H=[1], O=[1], size=[3]),
             dict(I=[3], H=[4], O=[2], size=[500])]  # fmt: skip
    for case in (c for s in sizes for c in draw.cases(dtype=torch.float64, strided=False, **s)):
        drawn = drawn_weights(case).items()
        grads = {f"d{name}": case.size * case.normal(*array.shape).numpy() for name, array in drawn}
        two = {"dW_hh": grads["dW_hh"], "other": case.size * case.normal(2, 3).numpy()}
        for given in (grads, two):
            yield from _clipped(by_value, by_norm, given, case)
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


def _clipped(by_value, by_norm, grads, case):
    norm, most = math.sqrt(sum((d**2).sum() for d in grads.values())), max(abs(d).max() for d in grads.values())
    for limit in (0.2 * most, 0.7 * most, 5 * most):
        clipped = {name: torch.from_numpy(np.clip(d, -limit, limit)) for name, d in grads.items()}
        yield from _all(by_value(grads, limit), clipped, case, "value", f"limit {limit:.3g}")
    for limit in (0.05 * norm, 0.6 * norm, 1.5 * norm):
        share = min(1.0, limit / norm)
        scaled = {name: torch.from_numpy(d * share) for name, d in grads.items()}
        note = f"{limit / norm:g} times the norm"
        each = {name: d * min(1.0, limit / np.linalg.norm(d)) for name, d in grads.items()}
        yield from _all(by_norm(grads, limit), scaled, case, "norm", note, each)


def _all(call, expected, case, idea, note, each=None):
    """Every array of a dictionary. each: what a norm of its own for each array would give."""
    got = call.value()
    fault = not_a_dictionary(got)
    if not fault and set(got) != set(expected):
        fault = f"the names are {sorted(map(str, got))}; they should be those that went in"
    if fault:
        yield Finding(idea, 0, fault, str(case), observed=got if isinstance(got, Problem) else fault)
        return
    own = each is not None and all(relative(got[n], torch.from_numpy(d), None).share == 1 for n, d in each.items())
    for name, array in expected.items():
        numbers, fault = read(got[name], array.shape)
        finding = relative(numbers, array, case, idea, f"{note}, {name}")
        if fault:
            finding = Finding(idea, 0, f"{name}: {fault}", str(case), observed=as_numbers(got[name]))
        elif finding.share < 1 and own:
            finding.says = f"each array was scaled by its own norm; it is one norm for all ({finding.says})"
        yield finding
