"""The training half of CharRNN: the loss, the step, the clipping, the norms that are kept."""

import math

import torch

from unrolled.checking.parity import as_numbers, relative
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..reference import PARAMETERS, truth
from ..shared import LETTERS, one_number
from .numbers import char_weights, in_its_rnn, one_hot

RATE = 0.05


def trains(model_class, ids, case):
    """Two steps whose gradient is small enough to stay as it is, and two whose gradient has to be clipped: it spreads
    over many numbers, or nearly all of it lies in one."""
    model = model_class(case.V, case.H)
    right = True
    for count, draw in enumerate((_small, _small, _large, _in_one_number), start=1):
        weights, read, wanted, loss, grads = draw(case, ids)
        large, norm = draw not in (_small,), _norm(grads.values())
        in_its_rnn(model, weights)
        call = model.method("train_step", read, wanted, ids, RATE)
        got, norms, *arrays = model.subject.values(
            call, model.get("grad_norms"), *[model.get(f"rnn.{name}") for name in PARAMETERS]
        )
        if isinstance(got, Problem):
            for idea in ("step", "norms", "clip"):
                yield Finding(idea, 0, str(got), str(case), observed=got, barred=idea != "step")
            return
        now = dict(zip(PARAMETERS, map(as_numbers, arrays), strict=True))
        moves = {name: _move(now[name], weights[name]) for name in PARAMETERS}
        if large:
            clipped = _clipped(moves, norm, case)
            clipped.barred = clipped.share < 1 and not right and draw is _in_one_number
            yield clipped
        else:
            found = list(_step(got, loss, now, weights, grads, case, count))
            yield from found
            moved = _norm(moves.values()) / RATE
            if any(finding.share < 1 for finding in found):
                right = False
                finding = _norms(norms, norm, count, case)
                # What was kept belongs to the gradient that was used; that it is another one has cost its points.
                if finding.share < 1 and moved > 1e-6:
                    finding = _norms(norms, moved, count, case)
                    finding.barred = finding.share < 1 and moved > 4.99  # it was clipped, and no longer tells
                yield finding
                continue
        kept = _norms(norms, norm, count, case)
        kept.barred = kept.share < 1 and not right and isinstance(kept.observed, torch.Tensor)
        yield kept


def _small(case, ids):
    """Weights, what is read and what comes next, the true loss and gradients: of a norm between 1.5 and 4.5, so that
    clipping leaves it as it is."""
    while True:
        weights = char_weights(case, 0.5 + 3 * float(torch.rand((), generator=case.generator)))
        text = _text(case, case.T + 1)
        found = _with_truth(weights, text[:-1], text[1:], ids, case)
        if 1.5 < _norm(found[-1].values()) < 4.5:
            return found


def _large(case, ids):
    """A gradient whose largest number is above 5, and after scaling to a norm of 5 still above 0.75."""
    while True:
        text = _text(case, case.T + 1)
        found = _with_truth(char_weights(case, 150.0), text[:-1], text[1:], ids, case)
        most = max(float(d.abs().max()) for d in found[-1].values())
        if most > 10 and 0.15 < most / _norm(found[-1].values()) < 0.45:
            return found


def _in_one_number(case, ids):
    """A gradient that lies in one number of db_h, nearly: one unit counts, every letter is read, one letter is asked
    for. Scaled to a norm of 6 instead of 5, it moves that number by more than 5."""
    while True:
        weights = char_weights(case)
        weights = {name: array / 20 for name, array in weights.items()}
        weights["W_hy"][:, 0] *= 2000
        wanted = LETTERS[int(torch.randint(case.V, (), generator=case.generator))]
        found = _with_truth(weights, LETTERS[: case.V], wanted * case.V, ids, case)
        most = max(float(d.abs().max()) for d in found[-1].values())
        if most > 10 and most / _norm(found[-1].values()) > 0.86:
            return found


def _with_truth(weights, read, wanted, ids, case):
    columns, targets = [one_hot(ids[c], case.V) for c in read], [ids[c] for c in wanted]
    _, _, loss, grads = truth(weights, columns, 0 * weights["b_h"], targets)
    return weights, read, wanted, loss, grads


def _norm(arrays):
    return math.sqrt(sum(float((d**2).sum()) for d in arrays))


def _move(now, before):
    before = torch.from_numpy(before)
    fits = isinstance(now, torch.Tensor) and now.shape == before.shape
    return now.double() - before if fits else torch.full(before.shape, math.inf, dtype=torch.float64)


def _step(got, loss, now, weights, grads, case, count):
    note = "" if count == 1 else "a second step, "
    yield relative(one_number(got), torch.tensor(loss, dtype=torch.float64), case, "step", f"{note}the loss")
    for name in PARAMETERS:
        after = torch.from_numpy(weights[name]) - RATE * grads[f"d{name}"]
        yield relative(now[name], after, case, "step", f"{note}{name} after the step")


def _clipped(moves, norm, case):
    """No number moves by more than 5 times the learning rate, whichever way it was clipped."""
    most = max(float(move.abs().max()) for move in moves.values()) / RATE
    if most <= 5 * (1 + 1e-6):
        return Finding("clip", 1, f"a gradient of norm {norm:.0f} was clipped", str(case))
    says = (
        f"with a gradient of norm {norm:.0f} a number moved by {most:.2f} times the learning rate; 5 times at the most"
    )
    return Finding("clip", 0, says, str(case), observed=torch.tensor(most, dtype=torch.float64))


def _norms(norms, norm, count, case):
    kept = norms if isinstance(norms, list | tuple) else list(as_numbers(norms)) if _is_row(norms) else None
    if kept is None or len(kept) != count:
        has = f"{len(kept)} numbers" if kept is not None else str(getattr(norms, "type", None) or norms)
        says = f"grad_norms: {has} after {count} step{'s' if count > 1 else ''}"
        return Finding("norms", 0, says, str(case), observed=says)
    last = one_number(kept[-1])
    if not isinstance(last, torch.Tensor) or last.numel() != 1:
        return Finding("norms", 0, "what was added to grad_norms is no number", str(case), observed="no number")
    return relative(last, torch.tensor(norm, dtype=torch.float64), case, "norms", f"step {count}")


def _is_row(norms):
    return isinstance(as_numbers(norms), torch.Tensor) and as_numbers(norms).dim() == 1


def _text(case, steps):
    return "".join(LETTERS[i] for i in case.tokens(steps, vocabulary=case.V).tolist())
