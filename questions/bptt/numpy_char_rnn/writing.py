"""The writing half of CharRNN: greedy text, and the frequencies of what is drawn."""

import numpy as np
import torch

from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import LETTERS
from .numbers import char_weights, in_its_rnn, latched

FAR, NEAR = 100, 12  # characters
DRAWN, TEXTS = 800, 4


def writes(model_class, ids, case):
    """Greedy text against the likeliest letters; shares of what is drawn against softmax(y / temperature).

    What is greedy is asked twice: at a temperature of 1, of a network that is sure, whose first letter decides the
    hundredth; and at 0.01. A temperature that goes elsewhere than it should is told by the sampling.
    """
    letters = {place: letter for letter, place in ids.items()}
    sampled = list(_shares(model_class, ids, letters, case))
    seed = int(torch.randint(case.V, (), generator=case.generator))
    weights = latched(case, seed)
    sure, _ = _likeliest(weights, seed, FAR, keeps=True)
    model = in_its_rnn(model_class(case.V, 2 * case.V + 1), weights)
    got = model.method("generate", letters[seed], ids, letters, FAR, 1.0).value()
    far = _said(got, letters[seed] + "".join(letters[i] for i in sure), FAR, case, "a network that is sure")

    weights, seed_char = _decided(case, ids, NEAR)
    said, _ = _likeliest(weights, ids[seed_char], NEAR, keeps=True)
    model = in_its_rnn(model_class(case.V, case.H), weights)
    got = model.method("generate", seed_char, ids, letters, NEAR, 0.01).value()
    near = _said(got, seed_char + "".join(letters[i] for i in said), NEAR, case, "temperature 0.01")
    if any(finding.share < 1 for finding in sampled) and far.share + near.share == 1:
        far.barred, near.barred = far.share < 1, near.share < 1
    yield far
    yield near
    failed = isinstance(got, Problem) and near.share + far.share == 0
    for finding in sampled:
        finding.barred = failed and finding.share < 1
        yield finding


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
    """(the likeliest letters one after the other, whether each stands 0.2 above the next: e**-20 at 0.01).

    So far apart as probabilities: then a temperature that divides those leaves no choice either, and only sampling
    can tell.
    """
    state, said = np.zeros((len(w["b_h"]), 1)), []
    for _ in range(steps):
        h = np.tanh(w["W_xh"][:, [place]] + w["W_hh"] @ state + w["b_h"])
        state = h if keeps else state
        y = (w["W_hy"] @ h + w["b_y"]).ravel()
        p = np.exp(y - y.max())
        second, best = np.sort(p / p.sum())[-2:]
        if best - second < 0.2:
            return said, False
        place = int(y.argmax())
        said.append(place)
    return said, True


def _said(got, expected, steps, case, note):
    where, seed_char = f"{case}, {note}", expected[0]
    if isinstance(got, Problem):
        return Finding("greedy", 0, str(got), where, observed=got)
    if not isinstance(got, str):
        says = f"a {getattr(got, 'type', None) or type(got).__name__} came back; it should be the text"
        return Finding("greedy", 0, says, where, observed=says)
    if got == expected:
        return Finding("greedy", 1, f"{steps} characters, each the likeliest", where)
    if len(got) != steps + 1 or not got.startswith(seed_char):
        begins = f"{got[:20]!r}{'…' if len(got) > 20 else ''}"
        says = f"{len(got)} characters came back, {begins}, for the seed {seed_char!r} and {steps} after it"
        return Finding("greedy", 0, says, where, observed=got)
    at = next(i for i, (a, b) in enumerate(zip(got, expected, strict=True)) if a != b)
    says = f"character {at} of {got[: at + 1]!r} is not the likeliest after those before it"
    return Finding("greedy", 0, says, where, observed=got)


def _shares(model_class, ids, letters, case):
    """The outputs do not depend on what is fed here, so that only the drawing counts."""
    weights = char_weights(case)
    weights["W_hy"] = 0 * weights["W_hy"]
    weights["b_y"] = np.linspace(-1.5, 1.5, case.V)[torch.randperm(case.V, generator=case.generator), None]
    model = in_its_rnn(model_class(case.V, case.H), weights)
    for temperature in (1.0, 0.5) if case.H < 9 else (2.5,):
        calls = [model.method("generate", "a", ids, letters, DRAWN // TEXTS, temperature) for _ in range(TEXTS)]
        yield _frequencies(model.subject.values(*calls), weights["b_y"], letters, temperature, case)


def _frequencies(texts, logits, letters, temperature, case):
    where = f"{case}, temperature {temperature:g}"
    problem = next((text for text in texts if isinstance(text, Problem)), None)
    if problem is not None:
        return Finding("sampling", 0, str(problem), where, observed=problem)
    texts = ["".join(map(str, text)) if isinstance(text, list | tuple) else text for text in texts]
    if not all(isinstance(text, str) and len(text) >= DRAWN // TEXTS // 2 for text in texts):
        says = "no text of the length asked for came back"
        return Finding("sampling", 0, says, where, observed=says)
    p = torch.softmax(torch.from_numpy(logits).flatten() / temperature, dim=0)
    text = "".join(text[1:] for text in texts)
    shares = torch.tensor([text.count(letters[i]) / len(text) for i in range(case.V)], dtype=torch.float64)
    # The spread of a share of 800 draws is 0.018 at the most: 0.08 is 4.5 of them.
    off = float((shares - p).abs().max())
    if off <= 0.08:
        return Finding("sampling", 1, f"frequencies right to {off:.3f}", where)
    says = f"a letter came {float(shares[(shares - p).abs().argmax()]):.2f} of the time, which is off by {off:.2f}"
    return Finding("sampling", 0, says, where, observed=shares)
