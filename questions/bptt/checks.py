"""The hidden checks of 03_bptt. The contracts stand in docs/contract.md and in the notebook.

The first eight questions are NumPy. Numbers are float64, drawn near 1/2 in size where they are weights, with a start
other than zero and nine steps or more: much that is wrong is right for tiny weights or one step.
"""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from unrolled.checking.parity import as_numbers, gradients, relative, shape, values
from unrolled.checking.question import question
from unrolled.checking.structure import FUSED_RNN
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

PARAMETERS = ("W_xh", "W_hh", "W_hy", "b_h", "b_y")

# What a backward pass by hand does without: torch's layers and losses, and every way to make one of its tensors.
TORCH = FUSED_RNN | {
    "Linear", "CrossEntropyLoss", "NLLLoss", "LogSoftmax", "Softmax", "cross_entropy", "nll_loss", "linear",
    "softmax", "log_softmax", "tanh", "tensor", "as_tensor", "asarray", "from_numpy", "Tensor", "DoubleTensor",
    "FloatTensor", "zeros", "ones", "empty", "randn", "rand", "eye", "stack", "cat", "grad", "backward", "jacobian",
    "vjp", "jacrev", "Function", "Parameter", "Module", "Variable",
}  # fmt: skip


# --- numbers, and the truth about them ----------------------------------------------------------------------


def _weights(case):
    """Every weight between 0.2 and 0.8 in size, of both signs: name -> array."""
    sizes = {"W_xh": (case.H, case.I), "W_hh": (case.H, case.H), "W_hy": (case.O, case.H)}
    sizes |= {"b_h": (case.H, 1), "b_y": (case.O, 1)}
    return {name: case.bias(*size).numpy() for name, size in sizes.items()}


def _columns(case, size, steps):
    return [case.normal(size, 1).numpy() for _ in range(steps)]


def _start(case):
    return case.bias(case.H, 1).numpy()


def _targets(case):
    return case.tokens(case.T, vocabulary=case.O).tolist()


def _truth(weights, inputs, start, targets=None, k=None):
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


def _textbook(weights, inputs, start, states, outputs, targets):
    """The gradients by the formulas of the notebook, from given states and outputs (the student's own)."""
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
        later = w["W_hh"].T @ dz
    return {name: torch.from_numpy(d) for name, d in grads.items()}


def _run(rnn, inputs, start, targets):
    """Handles on what the student's own forward and loss give, in the order of use."""
    ran = rnn.method("forward", inputs, start)
    return ran, rnn.method("compute_loss", ran[0], targets)


def _measured(rnn, weights, inputs, start, targets, step=1e-5):
    """The slope of the student's own forward and loss, by central differences; None if they give no numbers."""
    slopes = {}
    for name, array in weights.items():
        losses = []
        for place in np.ndindex(array.shape):
            for sign in (+1, -1):
                moved = array.copy()
                moved[place] += sign * step
                losses.append(_run(rnn.load(**{name: moved}), inputs, start, targets)[1])
        rnn.load(**{name: array})
        got = [as_numbers(loss) for loss in rnn.subject.values(*losses)]
        if not all(isinstance(loss, torch.Tensor) and loss.numel() == 1 for loss in got):
            return None
        flat = torch.tensor([float(loss) for loss in got], dtype=torch.float64).view(-1, 2)
        slopes[f"d{name}"] = ((flat[:, 0] - flat[:, 1]) / (2 * step)).view(array.shape)
    return slopes


def _same(got, expected):
    """Are two sets of gradients the same, up to the tolerance?"""
    return all(relative(got.get(name), expected[name], None).share == 1 for name in expected)


def _named(got):
    """name -> fetched array of a fetched result; {} if it is no dictionary."""
    return got if isinstance(got, dict) else {}


def _not_a_dictionary(got):
    if isinstance(got, dict):
        return ""
    if isinstance(got, Problem):
        return str(got)
    if got is None:
        return "nothing came back (None): the function has to end with return"
    return f"a {getattr(got, 'type', None) or type(got).__name__} came back; it should be a dictionary of arrays"


def _pair(fetched):
    """The two parts of a fetched result; what came instead stands in for both."""
    return fetched if isinstance(fetched, tuple | list) and len(fetched) == 2 else (fetched, fetched)


def _in_parts(calls, findings):
    """Findings of a question with several parts: one that is not written yet costs its own ideas, not the others'.

    calls: one of each part, tried first. Where all are unwritten the question is: Question.mark tells that by the
    NotImplementedErrors that were observed, which are taken for words here otherwise.
    """
    some = any(not _unwritten(value) for value in calls[0].subject.values(*calls))
    for finding in findings:
        if some and _unwritten(finding.observed):
            finding.says = "not answered yet: this part still raises NotImplementedError"
            finding.observed = finding.says
        yield finding


def _unwritten(value):
    return isinstance(value, Problem) and value.kind == "NotImplementedError"


# --- forward ----------------------------------------------------------------------------------------------


@question(
    "forward",
    name="VanillaRNN",
    marks={"outputs": 5, "states": 3, "start": 2, "inputs": 1, "parameters": 1},
)
def forward(rnn_class, draw):
    """Outputs and states against torch, in float64.

    Without a given start, so that one that is ignored costs its own idea only; twice, because a state kept inside
    shows at the second call. I = H and I != H, T = 1 and T = 9.
    """
    for case in draw.cases(dtype=torch.float64, strided=False, T=[1, 9], I=[1, 5], H=[5], O=[3]):
        fresh = rnn_class(case.I, case.H, case.O)
        yield _sizes(fresh, case)
        weights = _weights(case)
        rnn, inputs, start = fresh.load(**weights), _columns(case, case.I, case.T), _start(case)
        outputs, states, *_ = _truth(weights, inputs, np.zeros((case.H, 1)))
        for note in ("", "called once more"):
            got = _pair(rnn.method("forward", inputs).value())
            yield relative(got[0], outputs, case, "outputs", note)
            yield relative(got[1], states, case, "states", note)
        yield _leaves(rnn.method("forward", inputs, start), {"inputs": inputs, "h_prev": start}, case)

        outputs, states, *_ = _truth(weights, inputs, start)
        got = _pair(rnn.method("forward", inputs, start).value())
        yield _start_counts(got, outputs, states, case)
        if case.T > 1:
            cut = case.T // 2
            rnn.method("forward", inputs[:cut], start)
            second = _pair(rnn.method("forward", inputs[cut:], states[cut - 1].numpy()).value())
            yield _start_counts(second, outputs[cut:], states[cut:], case, "the second of two pieces")


def _start_counts(got, outputs, states, case, note="with a given state"):
    first = relative(got[0], outputs, case, "start", note)
    return first if first.share < 1 else relative(got[1], states, case, "start", note)


def _sizes(rnn, case):
    """The five parameters of a new network."""
    sizes = {"W_xh": (case.H, case.I), "W_hh": (case.H, case.H), "W_hy": (case.O, case.H)}
    sizes |= {"b_h": (case.H, 1), "b_y": (case.O, 1)}
    found = rnn.subject.values(*[rnn.get(name) for name in sizes])
    for (name, size), array in zip(sizes.items(), found, strict=True):
        if isinstance(array, Problem):
            return Finding("parameters", 0, str(array), str(case), observed=array)
        if not isinstance(array, np.ndarray) or array.shape != size:
            is_now = array.shape if isinstance(array, np.ndarray) else type(array).__name__
            says = f"{name} is {is_now}; it should be an array {size}"
            return Finding("parameters", 0, says, str(case), observed=says)
    return Finding("parameters", 1, "five arrays of the right shapes", str(case))


def _leaves(call, given, case, idea="inputs"):
    """The call left its arguments as they were. given: name -> what was passed, in the call's order."""
    result, *after = call.subject.values(call, *call.arguments)
    if isinstance(result, Problem):
        return Finding(idea, 0, str(result), str(case), observed=result)
    for (name, before), now in zip(given.items(), after, strict=False):
        if not _equal(now, before):
            says = f"the call changed {name} in place; whoever passed it in still needs the old one"
            return Finding(idea, 0, says, str(case), observed=as_numbers(now))
    return Finding(idea, 1, "left as they were", str(case))


def _equal(a, b):
    if isinstance(b, list | tuple):
        return isinstance(a, list | tuple) and len(a) == len(b) and all(map(_equal, a, b))
    if isinstance(b, dict):
        return isinstance(a, dict) and a.keys() == b.keys() and all(_equal(a[key], b[key]) for key in b)
    if isinstance(b, np.ndarray):
        return isinstance(a, np.ndarray) and np.array_equal(a, b)
    return a == b


# --- the loss ---------------------------------------------------------------------------------------------


@question("loss", name="VanillaRNN", marks={"values": 4, "softmax": 2, "size": 2})
def loss(rnn_class, draw):
    """Two parts: the mean cross-entropy of drawn outputs, and the softmax of a column.

    forward is run first, as in use, and its result is not looked at. A log(p + 1e-10) passes: the right class is
    never that unlikely here.
    """
    rnn, column = rnn_class(1, 1, 2), np.zeros((2, 1))
    parts = [rnn.method("softmax", column), rnn.method("compute_loss", [column], [0])]
    yield from _in_parts(parts, _losses(rnn_class, draw))


def _losses(rnn_class, draw):
    for case in draw.cases(dtype=torch.float64, strided=False, T=[1, 7], I=[2], H=[3], O=[3, 6]):
        rnn = rnn_class(case.I, case.H, case.O)
        rnn.method("forward", _columns(case, case.I, case.T)).value()
        outputs, targets = torch.stack([2 * case.normal(case.O, 1) for _ in range(case.T)]), _targets(case)
        yield _loss(rnn, outputs, targets, case, "values")
        yield relative(rnn.method("softmax", outputs[0].numpy()), torch.softmax(outputs[0], dim=0), case, "softmax")
        far = outputs.clone()
        for t, target in enumerate(targets):
            far[t, (target + 1) % case.O] -= 9000
        for shift, note in ((1000.0, "logits near 1000"), (-1000.0, "logits near -1000")):
            yield _loss(rnn, far + shift, targets, case, "size", note)
            column = far[0] + shift
            yield relative(rnn.method("softmax", column.numpy()), torch.softmax(column, dim=0), case, "size", note)


def _loss(rnn, outputs, targets, case, idea, note=""):
    expected = F.cross_entropy(outputs[:, :, 0], torch.tensor(targets))
    got = as_numbers(rnn.method("compute_loss", [y.numpy() for y in outputs], targets).value())
    if isinstance(got, torch.Tensor) and got.numel() == 1:
        got = got.reshape(())
    return relative(got, expected, case, idea, note)


# --- the way back -----------------------------------------------------------------------------------------

IDEAS = {"dW_hh": "recurrent", "dW_xh": "input", "dW_hy": "output", "db_h": "biases", "db_y": "biases"}


@question(
    "backward",
    name="VanillaRNN",
    marks={"recurrent": 6, "input": 3, "output": 3, "biases": 3, "stale": 2, "again": 1},
    forbids=TORCH,
)
def backward(rnn_class, draw):
    """The five gradients against autograd, in float64.

    Where the student's own forward or loss is wrong, what counts is the slope of that loss, or the formulas applied
    to their own states: either shows that the way back is right.
    """
    for case in draw.cases(dtype=torch.float64, strided=False, T=[1, 9, 14], I=[1, 4], H=[5], O=[4]):
        rnn, weights = _loaded(rnn_class(case.I, case.H, case.O), case)
        inputs, start, targets = _columns(case, case.I, case.T), _start(case), _targets(case)
        ran, own_loss = _run(rnn, inputs, start, targets)
        fetched, number, got, again = rnn.subject.values(
            ran, own_loss, rnn.method("backward", targets), rnn.method("backward", targets)
        )
        fault = _cannot_run(fetched, number)
        if fault:
            yield from (Finding(idea, 0, fault, str(case), observed=fault) for idea in dict.fromkeys(IDEAS.values()))
        else:
            expected = _what_counts(rnn, weights, inputs, start, targets, fetched, number, _named(got))
            yield from _five(got, expected, case)
            yield _once_more(got, again, case)
        if case.T > 1:
            yield _stale(rnn, weights, inputs, start, targets, case)


def _loaded(rnn, case):
    weights = _weights(case)
    return rnn.load(**weights), weights


def _cannot_run(fetched, number):
    for value in (fetched, number):
        if isinstance(value, Problem):
            return f"your own forward or compute_loss cannot be run here, mend it first: {value}"
    return ""


def _what_counts(rnn, weights, inputs, start, targets, fetched, number, got, k=None):
    """The gradients to compare with: the true ones, or what fits the student's own forward and loss."""
    outputs, states, loss, true = _truth(weights, inputs, start, targets, k)
    mine = _pair(fetched)
    right = relative(mine[0], outputs, None).share == 1 and relative(mine[1], states, None).share == 1
    one = as_numbers(number)
    right = right and isinstance(one, torch.Tensor) and one.numel() == 1 and abs(float(one) - loss) < 1e-9 * (1 + loss)
    if right or _same(got, true):
        return true
    own_outputs, own_states = as_numbers(mine[0]), as_numbers(mine[1])
    if k is None and _fits(own_outputs, outputs) and _fits(own_states, states):
        for begin in (start, np.zeros_like(start)):  # zeros: what a forward that ignores its start has used
            by_formula = _textbook(weights, inputs, begin, own_states, own_outputs, targets)
            if _same(got, by_formula):
                return by_formula
    slopes = _measured(rnn, weights, inputs, start, targets) if k is None else None
    return slopes if slopes is not None and _same(got, slopes) else true


def _fits(mine, expected):
    return isinstance(mine, torch.Tensor) and mine.shape == expected.shape


def _five(got, expected, case):
    fault = _not_a_dictionary(got)
    for name, idea in IDEAS.items():
        if fault:
            yield Finding(idea, 0, fault, str(case), observed=fault)
        elif name not in got:
            yield Finding(idea, 0, f"there is no {name} in the dictionary", str(case), observed=f"no {name}")
        else:
            yield relative(got[name], expected[name], case, idea, name)


def _once_more(got, again, case):
    first, second = _named(got), _named(again)
    names = [name for name in IDEAS if name in first]
    if names and all(
        isinstance(as_numbers(first[name]), torch.Tensor)
        and relative(second.get(name), as_numbers(first[name]), case).share == 1
        for name in names
    ):
        return Finding("again", 1, "a second call gives the same", str(case))
    says = str(again) if isinstance(again, Problem) else "a second call gives something else than the first"
    return Finding("again", 0, says, str(case), observed=again if isinstance(again, Problem) else "differs")


def _stale(rnn, weights, inputs, start, targets, case):
    """forward again, no loss: backward refuses, or works from the new outputs. Mixing old and new is the fault."""
    others = [-x for x in inputs]
    _run(rnn, inputs, start, targets)
    fetched, got = rnn.subject.values(rnn.method("forward", others, start), rnn.method("backward", targets))
    if isinstance(got, Problem):
        if got.kind == "NotImplementedError":
            return Finding("stale", 0, str(got), str(case), observed=got)
        if not got.message.strip():
            says = f"a {got.kind} without a word: say in it what is missing"
            return Finding("stale", 0, says, str(case), observed=says)
        named = any(word in got.message.lower() for word in ("loss", "prob", "forward"))
        if got.kind in UNINTENDED and (not named or len(got.message.split()) < 3):
            says = f"it ends in a {got.kind} that does not say what is missing: {got.message}"
            return Finding("stale", 0, says, str(case), observed=got.kind)
        return Finding("stale", 1, f"refused: {got.message}", str(case))
    if not isinstance(got, dict):
        says = "no refusal came, and no gradients: whoever goes on with this does not learn what is missing"
        return Finding("stale", 0, says, str(case), observed="no refusal")
    loss = rnn.method("compute_loss", rnn.method("forward", others, start)[0], targets).value()
    expected = _what_counts(rnn, weights, others, start, targets, fetched, loss, _named(got))
    if _same(got, expected):
        return Finding("stale", 1, "it works from the last forward pass, whatever was called in between", str(case))
    says = "forward was called again and the loss was not: it gave gradients of new states and old probabilities"
    return Finding("stale", 0, says, str(case), observed="stale")


UNINTENDED = {"TypeError", "AttributeError", "KeyError", "IndexError", "NameError", "UnboundLocalError"}


# --- clip, and step -----------------------------------------------------------------------------------------


@question("clip_and_update", name="VanillaRNN", marks={"value": 2, "norm": 3, "untouched": 1, "update": 4})
def clip_and_update(rnn_class, draw):
    """Against NumPy's own words for it. Limits below and above what is there, and a gradient of zeros."""
    by_value, by_norm = (rnn_class.subject.look_up(name) for name in ("clip_by_value", "clip_by_norm"))
    grads = {f"d{name}": np.ones((1, 1)) for name in PARAMETERS}
    update = rnn_class(1, 1, 1).method("update_parameters", grads, 0.0)
    yield from _in_parts(
        [by_value(grads, 1.0), by_norm(grads, 1.0), update], _clips(rnn_class, by_value, by_norm, draw)
    )


def _clips(rnn_class, by_value, by_norm, draw):
    for case in draw.cases(dtype=torch.float64, strided=False, I=[3], H=[4], O=[2, 5]):
        grads = {f"d{name}": 3 * case.normal(*array.shape).numpy() for name, array in _weights(case).items()}
        norm = math.sqrt(sum((d**2).sum() for d in grads.values()))
        for limit in (0.7, 2.5, 50.0):
            clipped = {name: torch.from_numpy(np.clip(d, -limit, limit)) for name, d in grads.items()}
            yield from _all(by_value(grads, limit), clipped, case, "value", f"limit {limit}")
        for limit in (0.05 * norm, 0.6 * norm, 1.5 * norm):
            share = min(1.0, limit / norm)
            scaled = {name: torch.from_numpy(d * share) for name, d in grads.items()}
            yield from _all(by_norm(grads, limit), scaled, case, "norm", f"{limit / norm:g} times the norm")
        zeros = {name: 0 * d for name, d in grads.items()}
        still = {name: torch.from_numpy(d) for name, d in zeros.items()}
        yield from _all(by_norm(zeros, 1.0), still, case, "norm", "gradients of zeros")
        for clip in (by_value, by_norm):
            yield _leaves(clip(grads, 0.5), {"grads": grads}, case, "untouched")

        rnn, weights = _loaded(rnn_class(case.I, case.H, case.O), case)
        for rate in (0.1, 0.025):
            call = rnn.method("update_parameters", grads, rate)
            yield _leaves(call, {"grads": grads}, case, "untouched")
            weights = {name: array - rate * grads[f"d{name}"] for name, array in weights.items()}
            found = dict(zip(PARAMETERS, rnn.subject.values(*[rnn.get(name) for name in PARAMETERS]), strict=True))
            ran = call.value()
            for name in PARAMETERS:
                got = ran if isinstance(ran, Problem) else found[name]
                yield relative(got, torch.from_numpy(weights[name]), case, "update", f"{name}, learning rate {rate}")


def _all(call, expected, case, idea, note):
    """Every array of a dictionary."""
    got = call.value()
    fault = _not_a_dictionary(got)
    if not fault and set(got) != set(expected):
        fault = f"the names are {sorted(map(str, got))}; they should be those that went in"
    if fault:
        yield Finding(idea, 0, fault, str(case), observed=got if isinstance(got, Problem) else fault)
        return
    for name, array in expected.items():
        yield relative(got[name], array, case, idea, f"{note}, {name}")


# --- truncated ----------------------------------------------------------------------------------------------


@question(
    "truncated_bptt", name="TruncatedRNN", marks={"pieces": 6, "whole": 2, "carried": 2}, forbids=TORCH
)  # fmt: skip
def truncated_bptt(rnn_class, draw):
    """Against autograd with the state detached before every k-th step, or the student's own backward on the pieces."""
    own_class = rnn_class.subject.look_up("VanillaRNN")
    for case in draw.cases(dtype=torch.float64, strided=False, T=[9], k=[1, 3, 4, 9, 12], I=[3], H=[5], O=[4]):
        rnn, weights = _loaded(rnn_class(case.I, case.H, case.O, case.k), case)
        inputs, start, targets = _columns(case, case.I, case.T), _start(case), _targets(case)
        own = own_class(case.I, case.H, case.O).load(**weights)
        theirs, mine = _run(own, inputs, start, targets), _run(rnn, inputs, start, targets)
        grads = rnn.method("backward", targets)
        idea = "pieces" if case.k < case.T else "whole"
        own_ran, own_loss, ran, loss, got = rnn.subject.values(*theirs, *mine, grads)
        fault = _cannot_run(own_ran, own_loss)
        if fault:
            yield from (Finding(i, 0, fault, str(case), observed=fault) for i in ("carried", idea))
            continue
        yield _carried(ran, own_ran, case)
        true = _what_counts(rnn, weights, inputs, start, targets, ran, loss, _named(got), case.k)
        expected = true if _same(_named(got), true) else _by_pieces(own, inputs, start, targets, own_ran, case.k, true)
        fault = _not_a_dictionary(got)
        if fault:
            yield Finding(idea, 0, fault, str(case), observed=got if isinstance(got, Problem) else fault)
            continue
        for name in IDEAS:
            yield relative(got.get(name), expected[name], case, idea, name)


def _carried(ran, own, case):
    """Outputs and states are those of the student's own VanillaRNN."""
    for got, expected in zip(_pair(ran), _pair(own), strict=True):
        wanted = as_numbers(expected)
        if not isinstance(wanted, torch.Tensor):
            return Finding("carried", 1, "not asked: your own forward gives no arrays, which has cost its points", "")
        found = relative(got, wanted, case, "carried")
        if found.share < 1:
            return found
    return Finding("carried", 1, "outputs and states are those of your VanillaRNN", str(case))


def _by_pieces(own, inputs, start, targets, own_ran, k, otherwise):
    """The student's own full backward on one piece after the other, weighed by its length."""
    states, total = as_numbers(_pair(own_ran)[1]), {}
    if not isinstance(states, torch.Tensor):
        return otherwise
    for at in range(0, len(targets), k):
        piece = slice(at, at + k)
        _run(own, inputs[piece], states[at - 1].numpy() if at else start, targets[piece])
        part = own.method("backward", targets[piece]).value()
        for name in IDEAS:
            d = as_numbers(_named(part).get(name))
            if not isinstance(d, torch.Tensor):
                return otherwise
            total[name] = total.get(name, 0) + d * (len(targets[piece]) / len(targets))
    return total


# --- characters ---------------------------------------------------------------------------------------------

LETTERS = "abcdefg"


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
    yield from _in_parts(parts, _characters(model_class, draw))


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
    weights = _weights(case)
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
        ran, own_loss = _run(own, columns, None, targets)
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
        grads = {name: as_numbers(d) for name, d in _named(theirs[2]).items()}
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
        fetched = _pair(own.method("forward", [_one_hot(ids[expected[-1]], case.V)], state).value())
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


# --- where gradients go -------------------------------------------------------------------------------------


@question("gradient_flow", name="simulate_gradient_flow", marks={"radius": 2, "norms": 3, "states": 3})
def gradient_flow(function, draw):
    """Matrices with complex, negative and positive leading eigenvalues; products against plain loops."""
    radius = function.subject.look_up("spectral_radius")
    yield from _in_parts([radius(np.eye(2)), function(np.eye(2), 1)], _flows(function, radius, draw))


def _flows(function, radius, draw):
    for case in draw.cases(dtype=torch.float64, strided=False, H=[2, 3, 8], N=[1, 12]):
        for sign in (+1, -1):
            W = (sign * case.normal(case.H, case.H) / math.sqrt(case.H)).numpy()
            yield _radius(radius, W, case, "a random matrix")
        turn = np.linalg.qr(case.normal(case.H, case.H).numpy())[0] @ np.diag(np.linspace(0.5, 1.5, case.H))
        yield _radius(radius, turn, case, "a scaled rotation")
        yield _radius(radius, -np.diag(np.linspace(0.2, 1.3, case.H)), case, "negative eigenvalues")

        W = case.normal(case.H, case.H, scale=1.1 / math.sqrt(case.H)).numpy()
        yield relative(function(W, case.N), _flow(W, case.N), case, "norms")
        states = [np.tanh(case.normal(case.H, 1).numpy()) for _ in range(case.N + 3)]
        note = f"with the last {case.N} of {case.N + 3} states"
        yield relative(function(W, case.N, states), _flow(W, case.N, states), case, "states", note)


def _radius(radius, W, case, note):
    got = as_numbers(radius(W).value())
    got = got.reshape(()) if isinstance(got, torch.Tensor) and got.numel() == 1 else got
    expected = torch.tensor(np.abs(np.linalg.eigvals(W)).max(), dtype=torch.float64)
    return relative(got, expected, case, "radius", note)


def _flow(W, steps, states=None):
    J, norms = np.eye(len(W)), [math.sqrt(len(W))]
    for n in range(steps):
        slope = np.diag(1 - states[-1 - n].ravel() ** 2) if states else np.eye(len(W))
        J = W.T @ slope @ J
        norms.append(float(np.sqrt((J**2).sum())))
    return torch.tensor(norms, dtype=torch.float64)


# --- starts -------------------------------------------------------------------------------------------------


@question(
    "initialisations",
    name="initial_W_hh",
    marks={"small": 1, "xavier": 1, "orthogonal": 2, "identity": 1, "refusal": 1},
)
def initialisations(function, draw):
    """The spread of what is drawn, over 40,000 numbers: within 6 %, where sqrt(2/H) is off by 41 %."""
    for case in draw.cases(dtype=torch.float64, strided=False, H=[50, 100]):
        for kind, spread in (("small", 0.01), ("xavier", 1 / math.sqrt(case.H))):
            yield _spread(function, kind, spread, case)
        yield _orthogonal(function, case)
        yield relative(function("identity", case.H), torch.eye(case.H, dtype=torch.float64), case, "identity")
    got = function("no such kind", 4).value()
    if isinstance(got, Problem) and got.kind in ("ValueError", "KeyError"):
        yield Finding("refusal", 1, f"refused: {got.message}")
    else:
        says = f"it ends in {got.kind}" if isinstance(got, Problem) else "it gives something all the same"
        yield Finding("refusal", 0, f"for a kind that does not exist, {says}", observed=says)


def _drawn(function, kind, case, times):
    """(times, H, H), or a finding that says what came instead."""
    fetched = [as_numbers(one) for one in function.subject.values(*[function(kind, case.H) for _ in range(times)])]
    for one in fetched:
        found = shape(one, (case.H, case.H), case, kind)
        if found.share < 1:
            return found
    if all(torch.equal(fetched[0], one) for one in fetched[1:]):
        return Finding(kind, 0, "every call gives the same numbers", str(case), observed="the same")
    return torch.stack(fetched).double()


def _spread(function, kind, spread, case):
    drawn = _drawn(function, kind, case, times=40_000 // case.H**2)
    if isinstance(drawn, Finding):
        return drawn
    found, mean = drawn.std().item(), drawn.mean().item()
    right = abs(found / spread - 1) < 0.06 and abs(mean) < 0.05 * spread
    says = f"a standard deviation of {found:.4f} and a mean of {mean:.5f}"
    return Finding(kind, float(right), says, str(case), observed=f"{found / spread:.1f}, {mean / spread:.1f}")


def _orthogonal(function, case):
    drawn = _drawn(function, "orthogonal", case, times=2)
    if isinstance(drawn, Finding):
        return drawn
    eye = torch.eye(case.H, dtype=torch.float64)
    off = (drawn.transpose(1, 2) @ drawn - eye).abs().max().item()
    full = (drawn.abs() > 1e-9).double().mean().item()
    if not off < 1e-6:
        return Finding("orthogonal", 0, f"its transpose times itself is off the identity by {off:.2g}", str(case),
                       observed=f"{off:.1g}")  # fmt: skip
    if full < 0.5:
        says = "nearly all of its numbers are 0: a random turn mixes all units"
        return Finding("orthogonal", 0, says, str(case), observed=says)
    return Finding("orthogonal", 1, "lengths are kept", str(case))


# --- torch --------------------------------------------------------------------------------------------------


class _Reference(nn.Module):
    """What the student's model has to equal, with the parts by the same names."""

    def __init__(self, V, E, H, L):
        super().__init__()
        self.embedding, self.fc = nn.Embedding(V, E), nn.Linear(H, V)
        self.rnn = nn.RNN(E, H, L, batch_first=True)

    def forward(self, x, hidden=None):
        states, hidden = self.rnn(self.embedding(x), hidden)
        return self.fc(states), hidden


class _Logits(_Reference):
    def forward(self, x, hidden):
        return super().forward(x, hidden)[0]


@question(
    "torch_char_rnn",
    name="PyTorchCharRNN",
    marks={"values": 4, "hidden": 1, "gradients": 2, "sequences": 3},
)
def torch_char_rnn(model_class, draw):
    """Against embedding, RNN and linear layer of torch with the same numbers; windows against plain slices."""
    cut = model_class.subject.look_up("prepare_sequences")
    run = model_class(2, 2, 2)(torch.zeros(1, 1, dtype=torch.int64))
    yield from _in_parts([run, cut("aba", {"a": 0, "b": 1}, 1)], _models_and_windows(model_class, cut, draw))


def _models_and_windows(model_class, cut, draw):
    for case in draw.cases(strided=False, B=[1, 3], T=[1, 6], V=[7], E=[4], H=[5], L=[1, 2]):
        reference = _Logits(case.V, case.E, case.H, case.L)
        drawn = case.like(reference)
        mine = model_class(case.V, case.E, case.H, case.L).load(
            **{name.replace(".", "__"): number for name, number in drawn.items()}
        )
        x, h0 = case.tokens(case.B, case.T, vocabulary=case.V), case.normal(case.L, case.B, case.H)
        for state, note in ((h0, ""), (None, "without a given state")):
            with torch.no_grad():
                logits, last = _Reference.forward(reference, x, state)
            got = _pair((mine(x, state) if state is not None else mine(x)).value())
            yield values(got[0], logits, case, note=note)
            yield values(got[1], last, case, idea="hidden", note=note)
        zeros = mine.method("init_hidden", case.B)
        yield values(zeros, torch.zeros(case.L, case.B, case.H), case, idea="hidden", note="init_hidden")
        yield gradients(_first(mine), reference, {"x": x, "hidden": h0}, {name: name for name in drawn}, case)

    for case in draw.cases(strided=False, n=[3, 4], rest=[0, 1, 2]):
        length = 3 * case.n + case.rest
        text = "".join(LETTERS[i] for i in case.tokens(length, vocabulary=7).tolist())
        yield _windows(cut, text, case)


def _first(model):
    """The model as something whose call gives the logits alone."""

    class First:
        subject, slot = model.subject, model.slot
        get, registered = model.get, model.registered

        def __call__(self, *arguments, **options):
            return model(*arguments, **options)[0]

        def load(self, **numbers):
            return _first(model.load(**numbers))

    return First()


def _windows(cut, text, case):
    ids = {letter: i for i, letter in enumerate("gfedcba")}
    n = case.n
    starts = range(0, len(text) - n, n)
    expected = [torch.tensor([[ids[c] for c in text[i + by : i + by + n]] for i in starts]) for by in (0, 1)]
    got = cut(text, ids, n).value()
    note = f"{len(text)} characters in windows of {n}"
    for part, wanted in zip(_pair(got), expected, strict=True):
        found = values(part, wanted, case, "sequences", note)
        if found.share < 1:
            return found
    return Finding("sequences", 1, note, str(case))


# --- memory -------------------------------------------------------------------------------------------------


@question("memory_experiment", name="test_rnn_memory", marks={"data": 1, "training": 2, "accuracy": 2, "mode": 1})
def memory_experiment(function, draw):
    """With models that have two parameters and take notes: see unrolled.client.MemoryProbe.

    One that looks at the first token has to learn that it may, and then gets everything right; one that knows half
    of the tokens gets half; one that looks at the last gets a tenth.
    """
    for case in draw.cases(strided=False, H=[8]):
        for place, known, low, high in ((0, 10, 0.999, 1.0), (0, 5, 0.3, 0.7), (-1, 10, 0.0, 0.35)):
            lengths = [4, 7] if (place, known) == (0, 10) else [5]
            probe = function.subject.fixture("memory_probe", place=place, known=known)
            got, notes = function.subject.values(function(probe, case.H, lengths), probe.get("notes"))
            yield _accuracies(got, lengths, place, known, low, high, case)
            if (place, known) == (0, 10):
                yield from _conduct(got, notes, lengths, case)


def _accuracies(got, lengths, place, known, low, high, case):
    model = f"a model that knows {known} of 10 tokens" if place == 0 else "a model that sees the last token only"
    fault = str(got) if isinstance(got, Problem) else ""
    if not fault and not (isinstance(got, list | tuple) and len(got) == len(lengths)):
        fault = f"{len(lengths)} lengths went in; what came back is {_kind(got)}"
    numbers = [] if fault else [as_numbers(one) for one in got]
    if not fault and not all(isinstance(n, torch.Tensor) and n.numel() == 1 for n in numbers):
        fault = "what came back are not numbers"
    if fault:
        return Finding("accuracy", 0, fault, str(case), observed=got if isinstance(got, Problem) else fault)
    shares = [float(n) for n in numbers]
    right = all(low <= share <= high for share in shares)
    says = f"{model} is given {', '.join(f'{share:.2f}' for share in shares)}"
    return Finding("accuracy", float(right), says, str(case), observed=f"{model}: {right}")


def _kind(got):
    return "None" if got is None else f"a {getattr(got, 'type', None) or type(got).__name__}"


def _conduct(got, notes, lengths, case):
    """How the models were used. notes: for each model a dictionary, see MemoryProbe.notes."""
    if isinstance(got, Problem) or not isinstance(notes, list):
        fault = str(got) if isinstance(got, Problem) else "no model was made"
        seen = got if isinstance(got, Problem) else fault
        yield from (Finding(idea, 0, fault, str(case), observed=seen) for idea in ("data", "training", "mode"))
        return
    faults = {"data": "", "training": "", "mode": ""}
    if len(notes) != len(lengths):
        faults["training"] = f"{len(notes)} model{'s' if len(notes) != 1 else ''} for {len(lengths)} lengths"
    for note, length in zip(notes, lengths, strict=False):
        calls = note["calls"]
        learning = [call for call in calls if call["grad"]]
        testing = [call for call in calls if not call["grad"]]
        faults["data"] = faults["data"] or _data_fault(learning, testing, length)
        faults["training"] = faults["training"] or _training_fault(note, learning, case.H)
        faults["mode"] = faults["mode"] or _mode_fault(calls, testing)
    praise = {"data": "new random sequences at each step", "training": "it learns, at the last step alone",
              "mode": "tested in eval mode, without gradients"}  # fmt: skip
    for idea, fault in faults.items():
        yield Finding(idea, float(not fault), fault or praise[idea], str(case), observed=fault or None)


def _data_fault(learning, testing, length):
    shapes = {tuple(call["shape"]) for call in [*learning, *testing]}
    wrong = [s for s in shapes if len(s) != 2 or s[1] != length]
    if wrong:
        return f"for length {length} the model is fed {wrong[0]}; (B, T) ends in {length}"
    prints = [call["print"] for call in learning]
    if len(set(prints)) < len(prints):
        return "the same sequences are used for more than one step of training"
    if set(prints) & {call["print"] for call in testing}:
        return "the test uses sequences that were trained on"
    tokens = np.sum([call["tokens"] for call in learning], axis=0) if learning else np.zeros((2, 10))
    if (tokens == 0).any():
        return "some of the ten tokens never come up, first or later"
    if max(row.max() / row.sum() for row in tokens) > 0.2:
        return "the tokens are not equally likely"
    echoed = sum(call["echoed"] for call in learning) / len(learning)
    return (
        "" if echoed < 0.2 else f"{echoed:.0%} of the later tokens are the first one again: no noise to remember over"
    )


def _training_fault(note, learning, hidden_dim):
    if note["sizes"] != [10, 16, hidden_dim, 1]:
        return f"the model is made with V, E, H, L = {note['sizes']}"
    if len(learning) < 90:
        return f"{len(learning)} forward passes with gradients; 100 steps of training were asked for"
    if note["last"] == 0.0:
        return "no parameter of the model moves"
    if note["largest"] > 1.01:
        return "gradients pile up from step to step: is zero_grad called before each backward?"
    if abs(note["others"]) > 1e-7:
        return "steps before the last have an effect on the loss"
    return (
        "" if note["last"] > LEARNED else "what the model says at its last step gets worse with training, or no better"
    )


# How far the logit of the token that is asked for moves in 100 steps: with the reference 0.96, with another target
# at most 0.4, up to where the token that it says counts no more than any other.
LEARNED = 0.6


def _mode_fault(calls, testing):
    if not testing:
        return "the model is tested with gradients on"
    if any(call["training"] for call in testing):
        return "the model is in training mode while it is tested"
    return ""
