"""A backward pass by hand: what it does without, and which gradients it is compared with."""

import numpy as np
import torch

from unrolled.checking.parity import as_numbers, relative
from unrolled.checking.structure import FUSED_RNN
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from .reference import textbook, truth
from .shared import alike, one_number, pair, read, run_with_loss

# What a backward pass by hand does without: torch's layers and losses, and every way to make one of its tensors.
TORCH = FUSED_RNN | {
    "Linear", "CrossEntropyLoss", "NLLLoss", "LogSoftmax", "Softmax", "cross_entropy", "nll_loss", "linear",
    "softmax", "log_softmax", "tanh", "tensor", "as_tensor", "asarray", "from_numpy", "Tensor", "DoubleTensor",
    "FloatTensor", "zeros", "ones", "empty", "randn", "rand", "eye", "stack", "cat", "grad", "backward", "jacobian",
    "vjp", "jacrev", "Function", "Parameter", "Module", "Variable",
}  # fmt: skip

IDEAS = {"dW_hh": "recurrent", "dW_xh": "input", "dW_hy": "output", "db_h": "biases", "db_y": "biases"}
IN_ORDER = ("dW_xh", "dW_hh", "dW_hy", "db_h", "db_y")


def _measured(rnn, weights, inputs, start, targets, step=1e-5):
    """The slope of the student's own forward and loss, by central differences; None if they give no numbers."""
    slopes = {}
    for name, array in weights.items():
        losses = []
        for place in np.ndindex(array.shape):
            for sign in (+1, -1):
                moved = array.copy()
                moved[place] += sign * step
                losses.append(run_with_loss(rnn.load(**{name: moved}), inputs, start, targets)[1])
        rnn.load(**{name: array})
        got = [as_numbers(loss) for loss in rnn.subject.values(*losses)]
        if not all(isinstance(loss, torch.Tensor) and loss.numel() == 1 for loss in got):
            return None
        flat = torch.tensor([float(loss) for loss in got], dtype=torch.float64).view(-1, 2)
        slopes[f"d{name}"] = ((flat[:, 0] - flat[:, 1]) / (2 * step)).view(array.shape)
    return slopes


def same(got, expected):
    """Are two sets of gradients the same, up to the tolerance?"""
    return all(
        relative(read(got.get(name), expected[name].shape)[0], expected[name], None).share == 1 for name in expected
    )


def cannot_run(fetched, number):
    for value in (fetched, number):
        if isinstance(value, Problem):
            return f"your own forward or compute_loss cannot be run here: {value}"
    return ""


def what_counts(rnn, weights, inputs, start, targets, fetched, number, got, k=None):
    """The gradients to compare with: the true ones, or what fits the student's own forward and loss.

    What makes no difference to a loss has gradients of zeros, and zeros are no way back: such a loss is no measure.
    """
    outputs, states, loss, true = truth(weights, inputs, start, targets, k)
    mine = pair(fetched)
    right = alike(mine[0], outputs) and alike(mine[1], states)
    one = one_number(number)
    right = right and isinstance(one, torch.Tensor) and one.numel() == 1 and abs(float(one) - loss) < 1e-7 * (1 + loss)
    if right or same(got, true):
        return true
    own_outputs, own_states = read(mine[0], outputs.shape)[0], read(mine[1], states.shape)[0]
    if k is None and _fits(own_outputs, outputs) and _fits(own_states, states):
        for begin in (start, np.zeros_like(start)):  # zeros: what a forward that ignores its start has used
            by_formula = textbook(weights, inputs, begin, own_states, own_outputs, targets)
            if telling(by_formula) and same(got, by_formula):
                return by_formula
    slopes = _measured(rnn, weights, inputs, start, targets) if k is None else None
    return slopes if slopes is not None and telling(slopes) and same(got, slopes) else true


def telling(grads):
    """Has each of the five more numbers than zeros in it?"""
    return all(float((d.abs() > 1e-9).double().mean()) > 0.5 for d in grads.values())


def _fits(mine, expected):
    return isinstance(mine, torch.Tensor) and mine.shape == expected.shape


def in_a_dictionary(got, shapes):
    """(name -> array, what is wrong with the form or ""): five arrays in a row, or by names without a letter of what
    was asked for, are one fault of form, and are read all the same. shapes: name -> shape."""
    if isinstance(got, dict):
        missing = [name for name in IN_ORDER if name not in got]
        plain = {"".join(c for c in str(name).lower() if c.isalpha()).removeprefix("d"): d for name, d in got.items()}
        found = {name: plain[key] for name in IN_ORDER if (key := name[1:].replace("_", "").lower()) in plain}
        if missing and len(found) == len(IN_ORDER):
            return found, f"the names are {sorted(map(str, got))}; {missing[0]} and the others are asked for"
        return got, ""
    if isinstance(got, list | tuple) and len(got) == len(IN_ORDER):
        rows = dict(zip(IN_ORDER, got, strict=True))
        if all(_fits(as_numbers(rows[name]), torch.zeros(shapes[name])) for name in IN_ORDER):
            return rows, f"a {type(got).__name__} came back; it should be a dictionary of arrays"
    return {}, ""


def five(got, expected, case, ideas, large=False):
    """A finding for each gradient. ideas: name -> idea. What all five have in common costs the first idea alone.

    large: gradients that whoever clips too early has cut; that is asked of the first idea alone, too.
    """
    first = next(iter(ideas.values()))
    shapes = {name: expected[name].shape for name in ideas}
    grads, form = in_a_dictionary(got, shapes)
    if not grads or not set(grads) & set(ideas):
        fault = _not_gradients(got)
        for idea in dict.fromkeys(ideas.values()):
            yield Finding(idea, 0, fault, str(case), observed=got if isinstance(got, Problem) else fault,
                          barred=idea != first)  # fmt: skip
        return
    factor, in_common = _in_common(grads, expected, case)
    form = form or in_common or (_cut_off(grads, expected) if large else "")
    if form:
        seen = {name: as_numbers(grads.get(name)) for name in ideas}
        yield Finding(first, 0, form, str(case), observed=list(seen.values()))
    bare = [name for name in ideas if read(grads.get(name), shapes[name])[1]]
    for name, idea in ideas.items():
        if name not in grads:
            yield Finding(idea, 0, f"there is no {name} in the dictionary", str(case), observed=f"no {name}")
            continue
        numbers, fault = read(grads[name], shapes[name])
        if in_common:
            numbers = numbers / factor
        finding = relative(numbers, expected[name], case, idea, name)
        if fault and name == bare[-1] and finding.share == 1:  # one squeeze() too many is one fault
            finding = Finding(idea, 0, f"{name}: {fault}", str(case), observed=numbers.flatten())
        finding.barred = bool(finding.share < 1 and ((large and form) or (large and idea != first)))
        yield finding


def _not_gradients(got):
    if isinstance(got, Problem):
        return str(got)
    if got is None:
        return "nothing came back (None): the function has to end with return"
    if isinstance(got, dict):
        return f"the names are {sorted(map(str, got))}; {', '.join(IN_ORDER)} are asked for"
    return f"a {getattr(got, 'type', None) or type(got).__name__} came back; it should be a dictionary of arrays"


def _in_common(grads, expected, case):
    """(the number by which all five are off, in words); (1.0, "") where there is none."""
    numbers = {name: read(grads.get(name), wanted.shape)[0] for name, wanted in expected.items()}
    if not all(_fits(numbers[name], wanted) for name, wanted in expected.items()):
        return 1.0, ""
    mine = torch.cat([numbers[name].double().flatten() for name in expected])
    wanted = torch.cat([d.double().flatten() for d in expected.values()])
    factor = float(mine @ wanted / (wanted @ wanted))
    if not abs(factor) > 1e-9 or abs(factor - 1) < 1e-6:
        return 1.0, ""
    if not all(relative(numbers[name], factor * d, None).share == 1 for name, d in expected.items()):
        return 1.0, ""
    if abs(factor - case.T) < 1e-6:
        return (
            factor,
            f"all five are {case.T} times too large, as often as there are steps: the loss is a mean over T steps",
        )
    if abs(factor + 1) < 1e-6:
        return factor, "all five have the wrong sign"
    return factor, f"all five are {factor:.4g} times what they should be"


def _cut_off(grads, expected):
    """The right gradients, cut off number by number, or scaled down to a norm."""
    if not all(_fits(as_numbers(grads.get(name)), wanted) for name, wanted in expected.items()):
        return ""
    numbers = {name: as_numbers(grads[name]).double() for name in expected}
    most = max(float(d.abs().max()) for d in numbers.values())
    if all(alike(numbers[name], d.clamp(-most, most)) for name, d in expected.items()) and not same(grads, expected):
        return (
            f"numbers larger than {most:.3g} are cut off: backward gives the gradient itself, clipping comes after it"
        )
    return ""
