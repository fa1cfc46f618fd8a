"""What is asked of a recurrent layer, in whichever question it is written."""

import torch

from unrolled.checking.parity import close, same_gradients, values
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from .shared import first_problem, pair


def unrolled(x, activation, U, W, b):
    """All states of a recurrence, a list of (B, H)."""
    h, states = x.new_zeros(len(x), len(b)), []
    for x_t in x.unbind(dim=1):
        h = activation(h @ U.T + x_t @ W.T + b)
        states.append(h)
    return states


def right_count(module, wanted, case, idea="parameters"):
    """As many trainable numbers as the contract says."""
    named = module.method("named_parameters").items().value()
    if isinstance(named, Problem):
        return Finding(idea, 0, str(named), str(case), observed=named)
    count = sum(tensor.numel() for _, tensor in named if isinstance(tensor, torch.Tensor))
    if count != wanted:
        says = f"{count} numbers are parameters; {wanted} are what it takes"
        return Finding(idea, 0, says, str(case), observed=count)
    return Finding(idea, 1, f"{count} numbers, all known to an optimizer", str(case))


def last_state(all_h, last_h, expected, case):
    """The second result. One fault costs once: where the states are wrong, it is compared with the student's own."""
    own = all_h if isinstance(all_h, torch.Tensor) and all_h.shape == expected.shape else expected
    yield values(last_h, own[:, -1], case, idea="last")


def compared_gradients(names, got, expected, placement, ran, states, case, idea="gradients"):
    """got: of x, then of the module's parameters, fetched; expected: of x, then of each weight."""
    found = placement.read(got[1:])
    mine = [got[0], *(present(found.get(name)) for name in names[1:])]
    wanted = [None if e is None else e.float() for e in expected]
    wrong = not close(pair(ran)[0], torch.stack(states, dim=1).detach().float())
    if wrong:  # wrong values have wrong gradients; what is asked for then is that there are some
        missing = [n for n, g, e in zip(names, mine, wanted, strict=True) if e is not None and not reached(g, e)]
        says = f"{', '.join(missing)} gets none" if missing else "wrong as the values are, which has cost its points"
        return Finding(idea, 1 - len(missing) / len(names), says, str(case), observed=mine if missing else None)
    return same_gradients(names, mine, wanted, case, idea)


def present(gradient):
    return None if gradient is None or torch.isnan(gradient).all() else gradient.float()


def reached(gradient, expected):
    """Is there a gradient, where one is to be expected?"""
    if not isinstance(expected, torch.Tensor) or not expected.abs().max() > 0:
        return True
    return isinstance(gradient, torch.Tensor) and bool(gradient.abs().max() > 0)


def states_kept(layer, x, states, name, case, idea, own=True):
    """own: compare with the student's own states where these differ from `states` (one fault costs once)."""
    subject, T = layer.subject, x.shape[1]
    put_x = subject.put(x, requires_grad=True)
    result = layer(put_x)
    kept = layer.get(name)
    along = case.normal(len(x), case.H)
    ran, length, listed = subject.values(result, kept.length(), kept.items())
    if first_problem(ran, length, listed) is not None:
        fault = first_problem(ran, length, listed)
        yield Finding(idea, 0, f"{name}: {fault}", str(case), observed=fault)
        return
    if length != T:
        yield Finding(idea, 0, f"{length} tensors in {name} after {T} steps", str(case), observed=length)
        return
    all_h = pair(ran)[0]
    expected = torch.stack(states, dim=1).detach().float()
    if own and isinstance(all_h, torch.Tensor) and all_h.shape == expected.shape:
        expected = all_h
    for t, state in enumerate(listed):
        if not (isinstance(state, torch.Tensor) and close(state, expected[:, t])):
            yield Finding(idea, 0, f"{name}[{t}] is not the state of step {t + 1}", str(case), observed=listed)
            return
    got = subject.grad([result[1]], [along], [kept[t] for t in range(T)]).value()
    if isinstance(got, Problem) or any(g is None for g in got):
        lost = got if isinstance(got, Problem) else next(t for t, g in enumerate(got) if g is None)
        says = str(lost) if isinstance(lost, Problem) else f"no gradient gets from the last state to {name}[{lost}]"
        yield Finding(idea, 0, says, str(case), observed=got)
        return
    yield Finding(idea, 1, f"{T} states of {name}, on the way of the gradient", str(case), observed=listed)


def layer_modes(layer, x, case):
    """The same under no_grad, and with frozen parameters; afterwards they are thawed again."""
    with_graph, without = layer.subject.values(layer(x), layer(x, grad=False))
    layer.method("requires_grad_", False)
    frozen = layer(x).value()
    layer.method("requires_grad_", True)
    layer.subject.values()
    for way, result in (("under torch.no_grad()", without), ("with frozen parameters", frozen)):
        if isinstance(result, Problem) and not isinstance(with_graph, Problem):
            return Finding("modes", 0, f"{way}: {result}", str(case), observed=result)
        if isinstance(result, Problem) or not close(pair(result)[0], pair(with_graph)[0]):
            return Finding("modes", 0, f"{way} the states are others, or none", str(case), observed=result)
    return Finding("modes", 1, "the same without gradients, and frozen", str(case))
