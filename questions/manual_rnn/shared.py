"""The cell's parameters by torch's names, and torch modules with drawn numbers for the student's to hold as well."""

import torch
from torch import nn

CELL_PARAMETERS = {"W_ih": "weight_ih", "b_ih": "bias_ih", "W_hh": "weight_hh", "b_hh": "bias_hh"}
FAR = 20  # steps; longer sequences are drawn so that the first of them still counts at the last


def stacked(layers, before=""):
    """The paths of a stack's parameters -> torch.nn.RNN's names for them. before: the path to the stack, "rnn."."""
    return {
        f"{before}cells.{layer}.{path}": f"{before}{name}_l{layer}"
        for layer in range(layers)
        for path, name in CELL_PARAMETERS.items()
    }


def torch_rnn(case, inputs):
    """A torch.nn.RNN of the case's sizes, with drawn numbers in it. inputs: how many numbers it reads at a step."""
    reference = nn.RNN(inputs, case.H, case.L, batch_first=True, dtype=case.dtype)
    (case.remembering if case.T > FAR else case.like)(reference)
    return reference


def scale_of(case):
    """Of what is fed to it: small over many steps, where sums must not leave the middle of tanh."""
    return 0.1 if case.T > FAR else 1.0


def zeros_among(x):
    """The same input with two steps of zeros, one for every row and one for the first row alone."""
    x = x.clone()
    if x.shape[1] > 2:
        x[:, 1], x[0, 2] = 0, 0
    return x


def given(x, h0):
    """What a call is given; without an initial state, the input alone."""
    return (x,) if h0 is None else (x, h0)


def without(h0: torch.Tensor | None):
    return "without an initial state" if h0 is None else ""
