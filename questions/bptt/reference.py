"""Drawn numbers for a VanillaRNN, and the truth about them: by torch's autograd, and by the notebook's formulas."""

import numpy as np
import torch
import torch.nn.functional as F

PARAMETERS = ("W_xh", "W_hh", "W_hy", "b_h", "b_y")


def drawn_weights(case):
    """Every weight between 0.2 and 0.8 in size, of both signs: name -> array."""
    sizes = {"W_xh": (case.H, case.I), "W_hh": (case.H, case.H), "W_hy": (case.O, case.H)}
    sizes |= {"b_h": (case.H, 1), "b_y": (case.O, 1)}
    return {name: case.bias(*size).numpy() for name, size in sizes.items()}


FAR = 20  # steps; longer sequences are drawn so that the first of them still counts at the last


def lasting_weights(case):
    """Weights for a hundred steps: what the first step brought still counts at the last one, forwards and backwards.

    W_hh is orthogonal, and sums stay small, so that no tanh flattens: name -> array.
    """
    weights = drawn_weights(case)
    weights["W_hh"] = np.linalg.qr(case.normal(case.H, case.H).numpy())[0]
    return weights | {name: weights[name] / 20 for name in ("W_xh", "b_h")}


def weights_for(case, steps):
    return (lasting_weights if steps > FAR else drawn_weights)(case)


def drawn_columns(case, size, steps):
    """T columns, the second and the fifth of zeros."""
    columns = [case.normal(size, 1).numpy() for _ in range(steps)]
    return [0 * x if t in (1, 4) else x for t, x in enumerate(columns)]


def drawn_start(case):
    return case.bias(case.H, 1).numpy()


def drawn_targets(case):
    return case.tokens(case.T, vocabulary=case.O).tolist()


def truth(weights, inputs, start, targets=None, k=None):
    """(outputs (T, O, 1), states (T, H, 1), loss, name -> gradient) by torch's autograd, in float64.

    k: the gradient stops before every k-th step; None lets it through.
    """
    w = {name: torch.tensor(array, requires_grad=True) for name, array in weights.items()}
    h, outputs, states = torch.tensor(start), [], []
    for t, x in enumerate(inputs):
        h = h.detach() if k and t % k == 0 else h
        h = torch.tanh(w["W_xh"] @ torch.tensor(x) + w["W_hh"] @ h + w["b_h"])
        states.append(h)
        outputs.append(w["W_hy"] @ h + w["b_y"])
    outputs, states = torch.stack(outputs), torch.stack(states)
    if targets is None:
        return outputs.detach(), states.detach(), None, None
    loss = F.cross_entropy(outputs[:, :, 0], torch.tensor(targets))
    grads = torch.autograd.grad(loss, list(w.values()))
    return outputs.detach(), states.detach(), loss.item(), {f"d{n}": g for n, g in zip(w, grads, strict=True)}


def textbook(weights, inputs, start, states, outputs, targets, k=None):
    """The gradients by the formulas of the notebook, from given states and outputs (the student's own), with nothing
    passed on to the step before at every k-th step."""
    w, T = weights, len(targets)
    probs = torch.softmax(outputs, dim=1).numpy()
    h = [start, *states.numpy()]
    grads = {f"d{name}": np.zeros_like(array) for name, array in w.items()}
    later = np.zeros_like(start)
    for t in reversed(range(T)):
        dy = probs[t].copy()
        dy[targets[t]] -= 1
        dy /= T
        dz = (w["W_hy"].T @ dy + later) * (1 - h[t + 1] ** 2)
        for name, d in zip(PARAMETERS, (dz @ inputs[t].T, dz @ h[t].T, dy @ h[t + 1].T, dz, dy), strict=True):
            grads[f"d{name}"] += d
        later = 0 * dz if k and t % k == 0 else w["W_hh"].T @ dz
    return {name: torch.from_numpy(d) for name, d in grads.items()}


def loaded(rnn, case, steps=0):
    weights = weights_for(case, steps)
    return rnn.load(**weights), weights
