"""CharRNN is held to the student's own VanillaRNN: in its steps of training, and in what it writes."""

import math

import numpy as np
import torch

from unrolled.checking.parity import as_numbers, relative
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..reference import PARAMETERS, drawn_weights
from ..shared import LETTERS, by_name, in_parts, pair, run_with_loss


@question(
    "numpy_char_rnn",
    name="CharRNN",
    marks={"encode": 1, "step": 4, "clip": 1, "norms": 2, "greedy": 3, "sampling": 1},
)
def numpy_char_rnn(model_class, draw):
    """Against the student's own VanillaRNN, called step by step."""
    model, ids = model_class(2, 2), {"a": 0, "b": 1}
    parts = [model.method("encode_char", "a", ids), model.method("train_step", "a", "b", ids, 0.0)]
    parts.append(model.method("generate", "a", ids, {0: "a", 1: "b"}, 1, 1.0))
    yield from in_parts(parts, _characters(model_class, draw))


def _characters(model_class, draw):
    for case in draw.cases(dtype=torch.float64, strided=False, T=[6], V=[7], H=[6, 9]):
        order = torch.randperm(case.V, generator=case.generator).tolist()
        ids = {LETTERS[i]: place for place, i in enumerate(order)}
        model = model_class(case.V, case.H)
        for letter in "ag":
            column = torch.zeros(case.V, 1, dtype=torch.float64)
            column[ids[letter]] = 1
            yield relative(model.method("encode_char", letter, ids), column, case, "encode", repr(letter))
        yield from _steps(model, ids, case)
        yield from _writes(model_class, ids, case)


def _char_weights(case, output=1.0):
    case.sizes |= {"I": case.V, "O": case.V}
    weights = drawn_weights(case)
    return weights | {"W_hy": output * weights["W_hy"]}


def _in_its_rnn(model, weights):
    return model.load(**{f"rnn__{name}": array for name, array in weights.items()})


def _text(case, steps):
    return "".join(LETTERS[i] for i in case.tokens(steps, vocabulary=case.V).tolist())


def _steps(model, ids, case):
    """Two steps of training, the second with a gradient that has to be clipped."""
    own = model.subject.look_up("VanillaRNN")(case.V, case.H, case.V)
    for count, (output, clipped) in enumerate(((1.0, False), (150.0, True)), start=1):
        weights, rate, text = _char_weights(case, output), 0.05, _text(case, case.T + 1)
        columns, targets = [_one_hot(ids[c], case.V) for c in text[:-1]], [ids[c] for c in text[1:]]
        own = own.load(**weights)
        ran, own_loss = run_with_loss(own, columns, None, targets)
        grads = own.method("backward", targets)
        own_update = own.method("update_parameters", grads, rate)
        theirs = own.subject.values(ran, own_loss, grads, own_update, *[own.get(name) for name in PARAMETERS])
        _in_its_rnn(model, weights)
        call = model.method("train_step", text[:-1], text[1:], ids, rate)
        loss, norms, *mine = model.subject.values(
            call, model.get("grad_norms"), *[model.get(f"rnn.{name}") for name in PARAMETERS]
        )
        fault = next((str(v) for v in theirs if isinstance(v, Problem)), "")
        fault = f"your own VanillaRNN cannot be run here, mend it first: {fault}" if fault else ""
        fault = fault or (str(loss) if isinstance(loss, Problem) else "")
        if fault:
            seen = loss if isinstance(loss, Problem) else fault
            yield from (Finding(idea, 0, fault, str(case), observed=seen) for idea in ("step", "norms", "clip"))
            return
        grads = {name: as_numbers(d) for name, d in by_name(theirs[2]).items()}
        norm = math.sqrt(sum(float((d**2).sum()) for d in grads.values() if isinstance(d, torch.Tensor)))
        yield _norms(norms, norm, count, case)
        if not clipped:
            if norm <= 5:  # what an own backward that is far off gives may have to be clipped here too
                yield from _same_step(loss, theirs[1], mine, theirs[4:], case)
            continue
        yield _clipped(mine, weights, grads, norm, rate, case)


def _clipped(mine, weights, grads, norm, rate, case):
    """The step is that of the gradient scaled to a norm of 5, or of the gradient cut to [-5, 5] number by number."""
    now = dict(zip(PARAMETERS, map(as_numbers, mine), strict=True))
    for clip in (lambda d: d * min(1.0, 5 / norm), lambda d: d.clamp(-5, 5)):
        after = {name: torch.from_numpy(weights[name]) - rate * clip(grads[f"d{name}"]) for name in PARAMETERS}
        if all(relative(now[name], after[name], None).share == 1 for name in PARAMETERS):
            return Finding("clip", 1, f"a gradient of norm {norm:.0f} was clipped", str(case))
    moved = math.sqrt(sum(float(((now[n] - torch.from_numpy(weights[n])) ** 2).sum()) for n in PARAMETERS)) / rate
    says = f"a gradient of norm {norm:.0f} made a step of {moved:.2f} times the learning rate"
    return Finding("clip", 0, says, str(case), observed=torch.tensor(moved, dtype=torch.float64))


def _same_step(loss, own_loss, mine, theirs, case):
    wanted = as_numbers(own_loss)
    if isinstance(wanted, torch.Tensor) and wanted.numel() == 1:
        got = as_numbers(loss)
        got = got.reshape(()) if isinstance(got, torch.Tensor) and got.numel() == 1 else got
        yield relative(got, wanted.reshape(()), case, "step", "the loss")
    for name, got, expected in zip(PARAMETERS, mine, theirs, strict=True):
        yield relative(got, as_numbers(expected), case, "step", f"{name} after the step")


def _norms(norms, norm, count, case):
    if not isinstance(norms, list) or len(norms) != count:
        has = f"{len(norms)} numbers" if isinstance(norms, list) else str(getattr(norms, "type", None) or norms)
        says = f"grad_norms: {has} after {count} step{'s' if count > 1 else ''}"
        return Finding("norms", 0, says, str(case), observed=says)
    last = as_numbers(norms[-1])
    if not isinstance(last, torch.Tensor) or last.numel() != 1:
        return Finding("norms", 0, "what was added to grad_norms is no number", str(case), observed="no number")
    return relative(last.reshape(()), torch.tensor(norm, dtype=torch.float64), case, "norms", f"step {count}")


def _one_hot(place, size):
    column = np.zeros((size, 1))
    column[place] = 1
    return column


def _writes(model_class, ids, case, steps=12):
    """Greedy text against the student's own forward; shares of what is drawn against softmax(y / temperature)."""
    letters = {place: letter for letter, place in ids.items()}
    weights, seed_char = _decided(case, ids, steps)
    model = _in_its_rnn(model_class(case.V, case.H), weights)
    own = model.subject.look_up("VanillaRNN")(case.V, case.H, case.V).load(**weights)
    expected, state = seed_char, None
    for _ in range(steps):
        fetched = pair(own.method("forward", [_one_hot(ids[expected[-1]], case.V)], state).value())
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
    _in_its_rnn(model, weights)
    for temperature in (1.0, 0.5):
        yield _shares(model, weights["b_y"], seed_char, ids, letters, temperature, case)


def _decided(case, ids, steps):
    """Weights and a first letter for which the likeliest letter stands clear of the next at each step, in which more
    than one letter occurs, and in which the state makes a difference."""
    while True:
        weights = _char_weights(case, output=3.0)
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
