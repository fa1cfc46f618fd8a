"""What is asked of a recurrent layer, in whichever question it is written."""

import torch

from unrolled.checking.parity import close, differs, gradients, precision, readable, results, values
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from .hints import ASK_X, FIRST_STATE, NOT_NEEDED, ONE_BIAS, PUT_THEM_IN, STEPS_ALONE
from .placing import FAR
from .shared import first_problem, loud, named, pair, quiet


def unrolled(x, activation, U, W, b):
    """All states of a recurrence, a list of (B, H)."""
    h, states = x.new_zeros(len(x), len(b)), []
    for x_t in x.unbind(dim=1):
        h = activation(h @ U.T + x_t @ W.T + b)
        states.append(h)
    return states


def both_results(layer, *given):
    """Handles on the two results of a call, and on what came as it is."""
    result = layer(*given)
    return result, *results(result, 2)


def right_count(module, wanted, case, idea="parameters", extra="", missing=""):
    """As many trainable numbers as the contract says. extra, missing: what is known of those that are too many, or of
    those that are not there."""
    names = named(module)
    if isinstance(names, Problem):
        return Finding(idea, 0, str(names), str(case), observed=names)
    sizes = {name: tensor.numel() for name, tensor in names.items() if isinstance(tensor, torch.Tensor)}
    count = sum(sizes.values())
    if count != wanted:
        says = f"{count} numbers are parameters; {wanted} are what it takes"
        known = extra if count > wanted else missing
        says += f": {known}" if known else f" ({', '.join(sizes) or 'none is known'})"
        return Finding(idea, 0, says, str(case), observed=count)
    return Finding(idea, 1, f"{count} numbers, all known to an optimizer", str(case))


def what_is_extra(layer, placement, weights, x):
    """What a tanh layer does with parameters that are none of its weights, in words; "" if that is not clear.

    They are zeros after `placement.write`; other numbers in their place show what they are for.
    """
    row = torch.ones_like(placement.parameters.flat)
    row[torch.cat([place.flatten() for place in placement.places.values()])] = 0
    spare = int(row.sum())
    state = placement.write(**{name: weights[name] for name in placement.places})
    spares = placement.parameters.cut(row)
    moved = {name: number + 0.5 * spares[name] if name in placement.names else number for name, number in state.items()}
    shape = (*x.shape[:2], len(weights["b"]))
    runs = layer.subject.values(results(layer.load_state(state)(x), 2)[0], results(layer.load_state(moved)(x), 2)[0])
    still, other = (readable(run, shape) for run in runs)
    layer.subject.values(layer.load_state(state))
    if not spare or not all(isinstance(run, torch.Tensor) and tuple(run.shape) == shape for run in (still, other)):
        return ""
    if close(still, other):
        return f"{spare} of them have no effect"
    U, W, b = (weights[name].float().double() for name in "UWb")
    if close(other, torch.stack(unrolled(x.double(), torch.tanh, U, W, b + 0.5), dim=1).float()):
        return f"{spare} of them are a second bias. {ONE_BIAS}"
    before = other[:, :-1].double()
    if close(other[:, 1:], torch.tanh(before @ U.T + x[:, 1:].double() @ W.T + b).float()):
        return f"{spare} of them are a first state, which is learned. {FIRST_STATE}"
    return ""


def layer_gradients(layer, reference, x, parameters, case, runs, drawn, registered=False):
    """With respect to x and every parameter.

    runs: the findings about the values. drawn: have two calls with the same input given different numbers? Then there
    is no slope to compare with, and it is only asked that there are gradients.
    """
    right = all(run.share == 1 for run in runs)
    if drawn:
        return _some(layer, reference, x, parameters, case)
    far = case.T > FAR
    draws = quiet(case) if far and right else case
    finding = gradients(layer, reference, {"x": x}, parameters, draws, registered=registered)
    finding.barred |= far and not right  # fewer steps are a measure of slopes
    return finding


def in_float64(layer, plain, reference, x, parameters, case):
    """The dtype, and then large gradients, of which float32 would have too few digits. plain: the layer in float32."""
    expected, expected_last = (part.detach() for part in reference(x))
    single, again = (both_results(plain, x.float())[1].value() for _ in range(2))
    if differs(single, again):
        yield Finding("dtype", 1, "not asked of what is drawn anew at every call", str(case))
        return
    _, all_h, last_h = both_results(layer, x)
    finding = precision(all_h, expected, case, plain=single)
    if finding.share < 1 and ("dtype" in finding.says or "float32" in finding.says):
        finding.says += f". Is the first state made in one dtype, whatever comes in? {ASK_X}"
    yield finding
    if finding.share == 1 and finding.margin is not None and close(last_h.value(), expected_last):
        yield gradients(layer, reference, {"x": x}, parameters, loud(case), note="large ones")


def _some(layer, reference, x, parameters, case):
    here, put_x = x.clone().requires_grad_(), layer.subject.put(x, requires_grad=True)
    along = case.normal(*reference(here)[0].shape)
    _, all_h, _ = both_results(layer, put_x)
    wanted = torch.autograd.grad([reference(here)[0]], [here, *parameters.values()], [along], allow_unused=True)
    got = layer.subject.grad([all_h], [along], [put_x, *[layer.get(path) for path in parameters]]).value()
    if isinstance(got, Problem):
        return Finding("gradients", 0, str(got), str(case), barred=True)
    names = ["x", *parameters]
    none = [n for n, g, e in zip(names, got, wanted, strict=True) if e is not None and e.any() and g is None]
    says = f"{', '.join(none)} gets none" if none else "there are some; more is not asked of what is drawn anew"
    return Finding("gradients", 1 - len(none) / len(names), says, str(case))


def last_state(result, all_h, last_h, expected, case):
    """The second result. One fault costs once: where the states are wrong, it is compared with the student's own."""
    own = _whole(all_h, expected.shape)
    if isinstance(result, tuple | list) and len(result) != 2:
        return Finding("last", 0, f"{len(result)} results came back; it should be two", str(case), observed=len(result))
    finding = values(last_h, (expected if own is None else own)[:, -1], case, idea="last", told="values")
    finding.barred |= own is None
    return finding


def _whole(all_h, shape):
    """All states, in a tensor of this shape or as a list of its rows; None for anything else."""
    got = all_h if isinstance(all_h, torch.Tensor) else readable(all_h, shape)
    return got.detach() if isinstance(got, torch.Tensor) and got.shape == shape else None


def states_kept(layer, x, states, name, case, idea, *, cut, cells=False):
    """A list of the T states, those that are computed with.

    states: the right ones, (B, T, H); where the layer's own results differ, a list of states is compared with them, and
    of cell states (`cells`) only number and shape are. cut: has a gradient been found wrong? Then a way that is cut has
    cost its points there, and only the way from a state to its own place among the results is asked.
    """
    put_x = layer.subject.put(x, requires_grad=True)
    result, all_h, last_h = both_results(layer, put_x)
    kept, T = layer.get(name), x.shape[1]
    along = case.normal(*states.shape)
    handles = [kept[t] for t in range(T)]
    ran, output, length, listed, *ways = layer.subject.values(
        result,
        all_h,
        kept.length(),
        kept.items(),
        layer.subject.grad([all_h], [_at_the_end(along)], handles),
        layer.subject.grad([all_h], [along], handles),
        layer.subject.grad([last_h], [along[:, -1]], handles),
    )
    if isinstance(ran, Problem):
        return Finding(idea, 0, str(ran), str(case), barred=True)
    output = _whole(output, states.shape)
    if output is None:
        return Finding(idea, 0, "the states themselves cannot be read", str(case), barred=True)
    if first_problem(length, listed) is not None:
        fault = first_problem(length, listed)
        return Finding(idea, 0, f"{name}: {fault}", str(case), observed=fault)
    if length != T:
        says = f"{length} tensors in {name} after {T} steps"
        says += f". {STEPS_ALONE}" if length == T + 1 and _without_the_first(listed, states, cells) else ""
        return Finding(idea, 0, says, str(case), observed=length)
    right = close(output, states)
    if not right:
        states = None if cells else output
    shape = (len(x), case.H)
    for t, state in enumerate(listed):
        fits = isinstance(state, torch.Tensor) and tuple(state.shape) == shape
        if not fits or (states is not None and not close(state, states[:, t])):
            what = f"the {'cell state' if cells else 'state'} of step {t + 1}"
            says = f"{name}[{t}] is not {what}" if fits else f"{name}[{t}] is not {what}, {shape}"
            return Finding(idea, 0, says, str(case), observed=listed)
        if cells and not right and close(state, output[:, t]):
            return Finding(idea, 0, f"{name}[{t}] is the state of step {t + 1}, not its cell state", str(case))
    of_end, of_all, of_last = ([isinstance(way, list) and way[t] is not None for t in range(T)] for way in ways)
    if cut and not any(of_all) and not any(of_last):
        return Finding(idea, 0, "no gradient gets anywhere", str(case), barred=True)
    steps = range(T - 1) if cells and not right else range(T)  # a wrong last cell state may be shown nowhere
    lost = [t for t in steps if not (of_last[t] or of_end[t] or (cut and of_all[t]))]
    if lost:
        says = f"no gradient gets from the last state to {name}[{lost[0]}]"
        says += "" if any(of_all) or cut else f". {PUT_THEM_IN}"
        return Finding(idea, 0, says, str(case), observed=[t in lost for t in range(T)])
    return Finding(idea, 1, f"{T} states of {name}, on the way of the gradient", str(case), observed=listed)


def _without_the_first(listed, states, cells):
    """Are the others the states of the steps, or cell states that begin with zeros?"""
    if not isinstance(listed, list) or not all(isinstance(state, torch.Tensor) for state in listed):
        return False
    right = all(close(state, states[:, t]) for t, state in enumerate(listed[1:]))
    return right or (cells and not listed[0].any())


def _at_the_end(along):
    """A cotangent of all states that asks for the last one alone."""
    along = along.clone()
    along[:, :-1] = 0
    return along


def layer_modes(layer, x, case):
    """The same under no_grad, and with frozen parameters; afterwards they are thawed again."""

    def called(**how):
        layer.subject.seed(5)  # what is drawn in a call costs its values, and no more
        return layer(x, **how)

    with_graph, again, without = layer.subject.values(called(), called(), called(grad=False))
    if isinstance(with_graph, Problem):
        return Finding("modes", 0, str(with_graph), str(case), barred=True)
    layer.method("requires_grad_", False)
    frozen = called().value()
    layer.method("requires_grad_", True)
    layer.subject.values()
    same = close(pair(with_graph)[0], pair(again)[0])  # else it differs anyway, which costs its values
    for way, result in (("under torch.no_grad()", without), ("with frozen parameters", frozen)):
        if isinstance(result, Problem):
            says = f"{way}: {result}" + (f". {NOT_NEEDED}" if "retain_grad" in result.message else "")
            return Finding("modes", 0, says, str(case), observed=result)
        if same and not close(pair(result)[0], pair(with_graph)[0]):
            return Finding("modes", 0, f"{way} the states are others, or none", str(case), observed=result)
    return Finding("modes", 1, "the same without gradients, and frozen", str(case))
