"""bi_model and uni_model are held to the distances in text that was held out."""

import hashlib
import re

import torch

from unrolled.checking.budget import within
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import Unreadable, distances, predictions

# Mean squared errors on held-out windows of 256. On tiny Shakespeare and on the stand-in: always saying the mean 7.1
# and 4.8; one direction 2.2 to 2.7; both directions, one layer, 1.0 to 1.3; the reference (two layers) 0.02 to 0.25.
BI, UNI, RATIO = 1.1, 3.8, 0.65
BESIDE = 2.2  # what one direction reaches: to compare with where the student's own was not trained
WINDOWS, STEPS = 256, 256
NOT_YET = "counts once bi_model is below its limit"

# SHA-256 of the last tenth of tiny Shakespeare.
SHAKESPEARE = "c54f3753a4e6e3c3d1759212815a7caf826e68a33021b25312984400bed40a1f"


@question(
    "train_bi_rnn",
    name="bi_model",
    marks={"bi": 6, "ratio": 4, "uni": 3, "network": 2, "budget": 3},
    budget=160_000,
    builds_on={"CharRegressionBiRNN": "char_regressor"},
)
def train_bi_rnn(bi_model, draw):
    """Both networks on the same held-out windows, which only this side draws, with distances of its own."""
    subject = bi_model.subject
    cost = subject.spent(bi_model).value()
    uni_model = subject.look_up("uni_model")
    (case,) = draw.cases(strided=False)
    ids, chars = subject.values(subject.look_up("val_ids"), subject.look_up("chars"))
    if not (isinstance(ids, torch.Tensor) and isinstance(chars, list) and " " in chars and len(ids) > 10 * STEPS):
        says = "the notebook's val_ids or chars are gone: run the cells that make them"
        yield from (Finding(idea, 0, says) for idea in ("bi", "ratio", "uni", "network", "budget"))
        return
    starts = torch.randint(len(ids) - STEPS + 1, (WINDOWS, 1), generator=case.generator)
    x = ids.long()[starts + torch.arange(STEPS)]
    y = distances(x, chars.index(" ")).float()
    flag = "" if _known_text(ids, chars) else "val_ids is not the held-out text that the notebook's cells make"

    both, one = _judged(bi_model, x, y), _judged(uni_model, x, y)
    loss, uni_loss = both["loss"], one["loss"]
    good, trained = loss < BI, uni_loss < UNI
    network = _by_its_weights(bi_model, x, y, case)
    if good and network.share < 1:  # then it is not the network that knows the distances
        good, both["says"], both["observed"] = False, network.says, network.observed
    yield Finding(
        "bi", float(good), both["says"], observed=both["observed"], margin=loss / BI if good else None, flag=flag
    )
    if network.share < 1:
        yield Finding("ratio", 0, network.says, observed=both["observed"])
    else:
        share, of = loss / (uni_loss if trained else BESIDE), "uni_model's" if trained else f"{BESIDE}"
        says = f"bi_model's loss is {share:.2f} of {of}" + ", which one direction reaches" * (not trained)
        reached = float(share < RATIO)
        yield Finding("ratio", reached, says, observed=both["observed"], margin=min(1, share / RATIO))
    margin = uni_loss / UNI if trained else None
    yield Finding("uni", float(trained), one["says"], observed=one["observed"], margin=margin)
    yield network
    yield within(cost, draw.budget) if good else Finding("budget", 0, NOT_YET)


def _known_text(ids, chars):
    """Is this the held-out tenth of one of the two texts that the notebook may have?"""
    try:
        text = "".join(chars[i] for i in ids.tolist())
    except (IndexError, TypeError):
        return False
    return hashlib.sha256(text.encode()).hexdigest() == SHAKESPEARE or text == _stand_in_held_out()


def _stand_in_held_out():
    """The last tenth of Python's own help pages, cleaned as the notebook does it."""
    from pydoc_data.topics import topics

    lines = (
        " ".join(w for w in line.split() if len(w) <= 20) for n in sorted(topics) for line in topics[n].splitlines()
    )
    text = "\n".join(line for line in lines if re.search("[A-Za-z]", line))
    return text[int(0.9 * len(text)) :]


def _judged(model, x, y):
    """The loss of a network, and what it does, in words: the same words for the same mistake, whatever its weights."""
    subject, was = model.subject, model.get("training").value()
    model.method("eval")
    try:
        out = _called(model, x)
    except Unreadable as fault:
        return dict(loss=float("inf"), says=str(fault), observed=fault.observed)
    finally:
        model.method("train" if was is True else "eval")
        subject.values()
    loss = ((out - y) ** 2).mean().item()
    behaviour = _behaviour(model, x, out, y)
    return dict(loss=loss, says=f"mean squared error {loss:.2f} on held-out text. {behaviour}", observed=behaviour)


def _called(model, x):
    return predictions(model(model.beside(x), grad=False).value(), *x.shape).float()


def _behaviour(model, x, out, y):
    mean = ((y - y.mean()) ** 2).mean().item()
    loss = ((out - y) ** 2).mean().item()
    if loss > 100 * mean:
        return "Its numbers are far from any distance"
    if out.std() < 0.15:
        return "It says about the same everywhere"
    by_shift = {s: _alike(out[:, 8:-8], y[:, 8 + s : y.shape[1] - 8 + s]) for s in range(-4, 5)}
    best = max(by_shift, key=by_shift.get)
    if best and by_shift[best] > by_shift[0] + 0.1 and by_shift[best] > 0.6:
        steps = f"{abs(best)} step{'s' * (abs(best) > 1)}"
        return f"It says the distance of the place {steps} {'later' if best > 0 else 'before'}"
    slope = (((out - out.mean()) * (y - y.mean())).mean() / y.var()).item()
    if by_shift[0] > 0.8 and (abs(slope - 1) > 0.35 or abs(out.mean() - y.mean()) > 0.7):
        return "Its numbers rise and fall with the distances, and are another quantity"
    if by_shift[0] < -0.3:
        return "It says little where the distance is large, and much where it is small"
    other = x.clone()
    other[:, x.shape[1] // 2 :] = x.flip(0)[:, x.shape[1] // 2 :]
    ahead = (_called(model, other) - out)[:, : x.shape[1] // 2].abs().max()
    if ahead < 1e-6:
        return "What comes after a character has no effect on its prediction" if loss < mean else "It only looks back"
    if loss > 0.9 * mean:
        return "That is no better than always saying the mean"
    return "It follows the distances" if loss < BI else "It follows the distances from afar"


def _alike(a, b):
    """Correlation."""
    a, b = a - a.mean(), b - b.mean()
    return ((a * b).mean() / (a.std() * b.std() + 1e-9)).item()


def _by_its_weights(model, x, y, case):
    """With other numbers in the place of the weights, the distances must be gone: a filter against code that counts.

    Only parameters are drawn anew: a running variance would be no variance any more.
    """
    state = model.state().value()
    if isinstance(state, Problem) or not isinstance(state, dict) or not state:
        return Finding("network", 0, "the model has no weights that could have learned this", observed="no weights")
    learned = model.subject.values(*[model.registered(name) for name in state])
    drawn = {
        name: case.normal(t.numel(), scale=0.3).view(t.shape).to(t.dtype) if yes is True else t
        for (name, t), yes in zip(state.items(), learned, strict=True)
    }
    try:
        model.load_state(drawn).value()
        loss = ((_called(model, x[:32]) - y[:32]) ** 2).mean().item()
    except Unreadable as fault:
        if not isinstance(fault.observed, Problem):  # numbers that overflow are no distances either
            return Finding("network", 1, "with other weights the distances are gone")
        return Finding("network", 0, str(fault), observed=fault.observed)
    finally:
        model.load_state(state).value()
    if loss < BI:
        says = (
            f"with other weights its loss is still {loss:.2f}: the distances come from code, not from what was learned"
        )
        return Finding("network", 0, says, observed="code")
    return Finding("network", 1, f"with other weights its loss is {loss:.1f}")
