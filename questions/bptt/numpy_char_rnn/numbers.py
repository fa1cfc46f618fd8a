"""What training and writing both draw, and put into the student's model."""

import numpy as np
import torch

from ..reference import drawn_weights


def char_weights(case, output=1.0):
    case.sizes |= {"I": case.V, "O": case.V}
    weights = drawn_weights(case)
    return weights | {"W_hy": output * weights["W_hy"]}


def in_its_rnn(model, weights):
    return model.load(**{f"rnn__{name}": array for name, array in weights.items()})


def one_hot(place, size):
    column = np.zeros((size, 1))
    column[place] = 1
    return column


def latched(case, seed_place):
    """Weights with which the seed is remembered for ever, and decides what follows what: while it is remembered, one
    round through the other letters, from a state that has forgotten it, another one.

    One unit holds the seed, V name the letter that is read, and V name it as long as the first one is on; 2 V + 1 in
    all. The likeliest letter stands 25 above the next at each step.
    """
    V = case.V
    others = [place for place in range(V) if place != seed_place]
    order = [others[i] for i in torch.randperm(V - 1, generator=case.generator).tolist()]
    after = dict(zip(order, order[1:] + order[:1], strict=True))  # while the seed is remembered
    forgotten = dict(zip(order, order[2:] + order[:2], strict=True)) | {seed_place: order[0]}
    W_xh, W_hh, W_hy = np.zeros((2 * V + 1, V)), np.zeros((2 * V + 1, 2 * V + 1)), np.zeros((V, 2 * V + 1))
    b_h, b_y = np.full((2 * V + 1, 1), -3.0), np.zeros((V, 1))
    W_xh[0, seed_place], W_hh[0, 0], b_h[0] = 6, 3, 0
    b_h[V + 1 :], W_hh[V + 1 :, 0] = -9, 6
    for place in range(V):
        W_xh[1 + place, place] = W_xh[V + 1 + place, place] = 6
        W_hy[forgotten[place], 1 + place] = 25
        if place in after:
            W_hy[after[place], V + 1 + place] = 50
    b_y[seed_place] = -75
    shuffled = torch.randperm(2 * V + 1, generator=case.generator).numpy()
    W_xh, b_h, W_hy, W_hh = W_xh[shuffled], b_h[shuffled], W_hy[:, shuffled], W_hh[shuffled][:, shuffled]
    return {"W_xh": W_xh, "W_hh": W_hh, "W_hy": W_hy, "b_h": b_h, "b_y": b_y}
