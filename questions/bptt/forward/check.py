"""VanillaRNN.forward is held to torch with the same weights."""

import numpy as np
import torch

from unrolled.checking.parity import relative
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..reference import drawn_columns, drawn_start, drawn_weights, truth
from ..shared import leaves_alone, pair


@question(
    "forward",
    name="VanillaRNN",
    marks={"outputs": 5, "states": 3, "start": 2, "inputs": 1, "parameters": 1},
)
def forward(rnn_class, draw):
    """Outputs and states against torch, in float64.

    Without a given start, so that one that is ignored costs its own idea only; twice, because a state kept inside
    shows at the second call. I = H and I != H, T = 1 and T = 9.
    """
    for case in draw.cases(dtype=torch.float64, strided=False, T=[1, 9], I=[1, 5], H=[5], O=[3]):
        fresh = rnn_class(case.I, case.H, case.O)
        yield _sizes(fresh, case)
        weights = drawn_weights(case)
        rnn, inputs, start = fresh.load(**weights), drawn_columns(case, case.I, case.T), drawn_start(case)
        outputs, states, *_ = truth(weights, inputs, np.zeros((case.H, 1)))
        for note in ("", "called once more"):
            got = pair(rnn.method("forward", inputs).value())
            yield relative(got[0], outputs, case, "outputs", note)
            yield relative(got[1], states, case, "states", note)
        yield leaves_alone(rnn.method("forward", inputs, start), {"inputs": inputs, "h_prev": start}, case)

        outputs, states, *_ = truth(weights, inputs, start)
        got = pair(rnn.method("forward", inputs, start).value())
        yield _start_counts(got, outputs, states, case)
        if case.T > 1:
            cut = case.T // 2
            rnn.method("forward", inputs[:cut], start)
            second = pair(rnn.method("forward", inputs[cut:], states[cut - 1].numpy()).value())
            yield _start_counts(second, outputs[cut:], states[cut:], case, "the second of two pieces")


def _start_counts(got, outputs, states, case, note="with a given state"):
    first = relative(got[0], outputs, case, "start", note)
    return first if first.share < 1 else relative(got[1], states, case, "start", note)


def _sizes(rnn, case):
    """The five parameters of a new network."""
    sizes = {"W_xh": (case.H, case.I), "W_hh": (case.H, case.H), "W_hy": (case.O, case.H)}
    sizes |= {"b_h": (case.H, 1), "b_y": (case.O, 1)}
    found = rnn.subject.values(*[rnn.get(name) for name in sizes])
    for (name, size), array in zip(sizes.items(), found, strict=True):
        if isinstance(array, Problem):
            return Finding("parameters", 0, str(array), str(case), observed=array)
        if not isinstance(array, np.ndarray) or array.shape != size:
            is_now = array.shape if isinstance(array, np.ndarray) else type(array).__name__
            says = f"{name} is {is_now}; it should be an array {size}"
            return Finding("parameters", 0, says, str(case), observed=says)
    return Finding("parameters", 1, "five arrays of the right shapes", str(case))
