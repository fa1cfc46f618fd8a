"""The writing half of CharRNN: greedy text, and the frequencies of what is drawn."""

import numpy as np
import torch

from unrolled.checking.parity import as_numbers
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import LETTERS, pair
from .numbers import char_weights, in_its_rnn, one_hot


def writes(model_class, ids, case, steps=12):
    """Greedy text against the student's own forward; shares of what is drawn against softmax(y / temperature)."""
    letters = {place: letter for letter, place in ids.items()}
    weights, seed_char = _decided(case, ids, steps)
    model = in_its_rnn(model_class(case.V, case.H), weights)
    own = model.subject.look_up("VanillaRNN")(case.V, case.H, case.V).load(**weights)
    expected, state = seed_char, None
    for _ in range(steps):
        fetched = pair(own.method("forward", [one_hot(ids[expected[-1]], case.V)], state).value())
        outputs, states = as_numbers(fetched[0]), as_numbers(fetched[1])
        if not isinstance(outputs, torch.Tensor) or not isinstance(states, torch.Tensor):
            break
        expected, state = expected + letters[int(outputs.flatten().argmax())], states[-1].numpy()
    got = model.method("generate", seed_char, ids, letters, steps, 0.01).value()
    if len(expected) <= steps:
        yield Finding("greedy", 0, "your own forward cannot be run here, mend it first", str(case))
    else:
        yield _said(got, expected, seed_char, steps, case)

    weights["W_hy"] = 0 * weights["W_hy"]
    weights["b_y"] = np.linspace(-1.5, 1.5, case.V)[torch.randperm(case.V, generator=case.generator), None]
    in_its_rnn(model, weights)
    for temperature in (1.0, 0.5):
        yield _shares(model, weights["b_y"], seed_char, ids, letters, temperature, case)


def _decided(case, ids, steps):
    """Weights and a first letter for which the likeliest letter stands clear of the next at each step, in which more
    than one letter occurs, and in which the state makes a difference."""
    while True:
        weights = char_weights(case, output=3.0)
        seed_char = LETTERS[int(torch.randint(case.V, (), generator=case.generator))]
        carried, clear = _likeliest(weights, ids[seed_char], steps, keeps=True)
        if clear and len(set(carried)) > 2 and carried != _likeliest(weights, ids[seed_char], steps, keeps=False)[0]:
            return weights, seed_char


def _likeliest(w, place, steps, keeps):
    """(the likeliest letters one after the other, whether each stands 0.2 above the next: e**-20 at 0.01)."""
    state, said = np.zeros((len(w["b_h"]), 1)), []
    for _ in range(steps):
        h = np.tanh(w["W_xh"][:, [place]] + w["W_hh"] @ state + w["b_h"])
        state = h if keeps else state
        y = (w["W_hy"] @ h + w["b_y"]).ravel()
        second, best = np.sort(y)[-2:]
        if best - second < 0.2:
            return said, False
        place = int(y.argmax())
        said.append(place)
    return said, True


def _said(got, expected, seed_char, steps, case):
    if isinstance(got, Problem):
        return Finding("greedy", 0, str(got), str(case), observed=got)
    if not isinstance(got, str):
        says = f"a {getattr(got, 'type', None) or type(got).__name__} came back; it should be the text"
        return Finding("greedy", 0, says, str(case), observed=says)
    if got == expected:
        return Finding("greedy", 1, f"{steps} characters as your own forward has them", str(case))
    if len(got) != steps + 1 or not got.startswith(seed_char):
        says = f"{got!r} came back for the seed {seed_char!r} and {steps} characters after it"
        return Finding("greedy", 0, says, str(case), observed=got)
    at = next(i for i, (a, b) in enumerate(zip(got, expected, strict=True)) if a != b)
    says = f"{got!r}: character {at} is not the one that your own forward finds most likely"
    return Finding("greedy", 0, says, str(case), observed=got)


DRAWN = 800


def _shares(model, logits, seed_char, ids, letters, temperature, case):
    got = model.method("generate", seed_char, ids, letters, DRAWN, temperature).value()
    if not isinstance(got, str) or len(got) < DRAWN:
        says = str(got) if isinstance(got, Problem) else "no text of the length asked for came back"
        return Finding("sampling", 0, says, str(case), observed=got if isinstance(got, Problem) else says)
    p = torch.softmax(torch.from_numpy(logits).flatten() / temperature, dim=0)
    text = got[1:]
    shares = torch.tensor([text.count(letters[i]) / len(text) for i in range(case.V)], dtype=torch.float64)
    # The spread of a share of 800 draws is 0.018 at the most: 0.08 is 4.5 of them.
    off = float((shares - p).abs().max())
    if off <= 0.08:
        return Finding("sampling", 1, f"frequencies right to {off:.3f} at temperature {temperature:g}", str(case))
    says = f"at temperature {temperature:g} a frequency is off by {off:.2f}"
    return Finding("sampling", 0, says, str(case), observed="frequencies")
