"""The training half of CharRNN: the loss, the step, the clipping, the norms that are kept."""

import math

import torch

from unrolled.checking.parity import as_numbers, relative
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..reference import PARAMETERS
from ..shared import LETTERS, by_name, run_with_loss
from .numbers import char_weights, in_its_rnn, one_hot


def trains(model, ids, case):
    """Two steps of training, the second with a gradient that has to be clipped."""
    own = model.subject.look_up("VanillaRNN")(case.V, case.H, case.V)
    for count, (output, clipped) in enumerate(((1.0, False), (150.0, True)), start=1):
        weights, rate, text = char_weights(case, output), 0.05, _text(case, case.T + 1)
        columns, targets = [one_hot(ids[c], case.V) for c in text[:-1]], [ids[c] for c in text[1:]]
        own = own.load(**weights)
        ran, own_loss = run_with_loss(own, columns, None, targets)
        grads = own.method("backward", targets)
        own_update = own.method("update_parameters", grads, rate)
        theirs = own.subject.values(ran, own_loss, grads, own_update, *[own.get(name) for name in PARAMETERS])
        in_its_rnn(model, weights)
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


def _text(case, steps):
    return "".join(LETTERS[i] for i in case.tokens(steps, vocabulary=case.V).tolist())
