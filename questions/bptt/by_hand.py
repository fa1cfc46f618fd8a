"""A backward pass by hand: what it does without, and which gradients it is compared with."""

import numpy as np
import torch

from unrolled.checking.parity import as_numbers, relative
from unrolled.checking.structure import FUSED_RNN
from unrolled.checking.subject import Problem

from .reference import textbook, truth
from .shared import pair, run_with_loss

# What a backward pass by hand does without: torch's layers and losses, and every way to make one of its tensors.
TORCH = FUSED_RNN | {
    "Linear", "CrossEntropyLoss", "NLLLoss", "LogSoftmax", "Softmax", "cross_entropy", "nll_loss", "linear",
    "softmax", "log_softmax", "tanh", "tensor", "as_tensor", "asarray", "from_numpy", "Tensor", "DoubleTensor",
    "FloatTensor", "zeros", "ones", "empty", "randn", "rand", "eye", "stack", "cat", "grad", "backward", "jacobian",
    "vjp", "jacrev", "Function", "Parameter", "Module", "Variable",
}  # fmt: skip

IDEAS = {"dW_hh": "recurrent", "dW_xh": "input", "dW_hy": "output", "db_h": "biases", "db_y": "biases"}


def _measured(rnn, weights, inputs, start, targets, step=1e-5):
    """The slope of the student's own forward and loss, by central differences; None if they give no numbers."""
    slopes = {}
    for name, array in weights.items():
        losses = []
        for place in np.ndindex(array.shape):
            for sign in (+1, -1):
                moved = array.copy()
                moved[place] += sign * step
                losses.append(run_with_loss(rnn.load(**{name: moved}), inputs, start, targets)[1])
        rnn.load(**{name: array})
        got = [as_numbers(loss) for loss in rnn.subject.values(*losses)]
        if not all(isinstance(loss, torch.Tensor) and loss.numel() == 1 for loss in got):
            return None
        flat = torch.tensor([float(loss) for loss in got], dtype=torch.float64).view(-1, 2)
        slopes[f"d{name}"] = ((flat[:, 0] - flat[:, 1]) / (2 * step)).view(array.shape)
    return slopes


def same(got, expected):
    """Are two sets of gradients the same, up to the tolerance?"""
    return all(relative(got.get(name), expected[name], None).share == 1 for name in expected)


def cannot_run(fetched, number):
    for value in (fetched, number):
        if isinstance(value, Problem):
            return f"your own forward or compute_loss cannot be run here, mend it first: {value}"
    return ""


def what_counts(rnn, weights, inputs, start, targets, fetched, number, got, k=None):
    """The gradients to compare with: the true ones, or what fits the student's own forward and loss."""
    outputs, states, loss, true = truth(weights, inputs, start, targets, k)
    mine = pair(fetched)
    right = relative(mine[0], outputs, None).share == 1 and relative(mine[1], states, None).share == 1
    one = as_numbers(number)
    right = right and isinstance(one, torch.Tensor) and one.numel() == 1 and abs(float(one) - loss) < 1e-9 * (1 + loss)
    if right or same(got, true):
        return true
    own_outputs, own_states = as_numbers(mine[0]), as_numbers(mine[1])
    if k is None and _fits(own_outputs, outputs) and _fits(own_states, states):
        for begin in (start, np.zeros_like(start)):  # zeros: what a forward that ignores its start has used
            by_formula = textbook(weights, inputs, begin, own_states, own_outputs, targets)
            if same(got, by_formula):
                return by_formula
    slopes = _measured(rnn, weights, inputs, start, targets) if k is None else None
    return slopes if slopes is not None and same(got, slopes) else true


def _fits(mine, expected):
    return isinstance(mine, torch.Tensor) and mine.shape == expected.shape
