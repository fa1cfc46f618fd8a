"""Stand-ins for what 03_bptt asks for in NumPy: arrays go in and come out, and torch does the work in between."""

from __future__ import annotations

import contextlib
from collections.abc import Collection

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

PARAMETERS = ("W_xh", "W_hh", "W_hy", "b_h", "b_y")
TO_BACKWARD = ("forward", "softmax", "compute_loss", "backward")


class NumpyRNN:
    """VanillaRNN with all its methods. Its cache: inputs, states (the start first), probs."""

    def __init__(self, input_dim: int, hidden_dim: int, output_dim: int) -> None:
        self.input_dim, self.hidden_dim, self.output_dim = input_dim, hidden_dim, output_dim
        layer = nn.RNN(input_dim, hidden_dim, dtype=torch.float64)
        head = nn.Linear(hidden_dim, output_dim, dtype=torch.float64)
        drawn = (layer.weight_ih_l0, layer.weight_hh_l0, head.weight)
        self.W_xh, self.W_hh, self.W_hy = (w.detach().numpy().copy() for w in drawn)
        self.b_h, self.b_y = np.zeros((hidden_dim, 1)), np.zeros((output_dim, 1))
        self.cache: dict = {}

    def forward(self, inputs, h_prev=None):
        start = np.zeros((self.hidden_dim, 1)) if h_prev is None else np.array(h_prev, dtype=np.float64)
        for name, columns, size in (("h_prev", [start], self.hidden_dim), ("an input", inputs, self.input_dim)):
            if any(np.shape(column) != (size, 1) for column in columns):
                raise ValueError(f"{name} is not a column of {size} numbers")
        outputs, states = _run(_weights(self), inputs, start)
        states = list(states.numpy()[:, :, None])  # T columns (H, 1)
        self.cache = {"inputs": list(inputs), "states": [start, *states]}
        return list(outputs.numpy()[:, :, None]), states

    def softmax(self, x):
        return torch.softmax(_tensor(x), dim=0).numpy()

    def compute_loss(self, outputs, targets):
        rows = torch.stack([_tensor(y).flatten() for y in outputs])  # (T, O)
        self.cache["probs"] = list(torch.softmax(rows, dim=1).numpy()[:, :, None])
        return float(F.cross_entropy(rows, torch.tensor([int(target) for target in targets])))

    def backward(self, targets):
        if "probs" not in self.cache:
            raise RuntimeError("no probabilities for the last forward pass: call compute_loss first")
        w = [weight.requires_grad_() for weight in _weights(self)]
        outputs, _ = _run(w, self.cache["inputs"], self.cache["states"][0])
        loss = F.cross_entropy(outputs, torch.tensor([int(target) for target in targets]))
        grads = torch.autograd.grad(loss, w)
        return {f"d{name}": grad.numpy() for name, grad in zip(PARAMETERS, grads, strict=True)}

    def update_parameters(self, grads, learning_rate):
        for name in PARAMETERS:
            moved = torch.sub(_tensor(getattr(self, name)), _tensor(grads[f"d{name}"]), alpha=float(learning_rate))
            setattr(self, name, moved.numpy())


def clip_by_value(grads, limit):
    return {name: _tensor(d).clamp(-limit, limit).numpy() for name, d in grads.items()}


def clip_by_norm(grads, max_norm):
    norm = torch.linalg.vector_norm(torch.cat([_tensor(d).flatten() for d in grads.values()]))
    share = float((max_norm / norm).clamp(max=1.0)) if norm else 1.0
    return {name: (share * _tensor(d)).numpy() for name, d in grads.items()}


def extended(own, names: Collection[str]) -> type:
    """The notebook's own class with NumpyRNN's methods in the place of these. Raises TypeError if it is no class."""
    if not isinstance(own, type):
        raise TypeError("there is no class to go on from")
    return type(own.__name__, (own,), {"__init__": _guarded(own), **{name: vars(NumpyRNN)[name] for name in names}})


def resting_on(own) -> type:
    """The notebook's own TruncatedRNN, for which super() means a right VanillaRNN: that one stands between it and what
    it was made from."""
    if not isinstance(own, type):
        raise TypeError("there is no class to go on from")
    below = extended(own.__mro__[1], (*TO_BACKWARD, "update_parameters"))
    return type(own.__name__, (own, below), {})


def with_columns(own) -> type:
    """The notebook's own CharRNN, with a right encode_char."""
    if not isinstance(own, type):
        raise TypeError("there is no class to go on from")

    def encode_char(self, char, char_to_idx):
        return torch.eye(self.rnn.W_xh.shape[1], dtype=torch.float64)[:, [char_to_idx[char]]].numpy()

    return type(own.__name__, (own,), {"encode_char": encode_char})


def _guarded(own):
    """An __init__ that ends with the five arrays and a cache, whatever the notebook's own one does."""

    def __init__(self, *sizes):
        right = NumpyRNN(*sizes)
        with contextlib.suppress(Exception):
            own.__init__(self, *sizes)
        for name, value in vars(right).items():
            if not hasattr(self, name):
                setattr(self, name, value)
        self.cache = self.cache if isinstance(self.cache, dict) else {}

    return __init__


def _tensor(array) -> torch.Tensor:
    return torch.tensor(np.asarray(array, dtype=np.float64))


def _weights(rnn) -> list[torch.Tensor]:
    return [_tensor(getattr(rnn, name)) for name in PARAMETERS]


def _run(weights, inputs, start):
    """Outputs (T, O) and states (T, H)."""
    W_xh, W_hh, W_hy, b_h, b_y = weights
    x = _tensor(np.stack([np.asarray(x, dtype=np.float64) for x in inputs])).reshape(len(inputs), 1, -1)
    h0 = _tensor(start).reshape(1, 1, -1)
    biases = [b_h.flatten(), torch.zeros_like(b_h).flatten()]
    states, _ = torch.rnn_tanh(x, h0, [W_xh, W_hh, *biases], True, 1, 0.0, False, False, False)
    return F.linear(states[:, 0], W_hy, b_y.flatten()), states[:, 0]
