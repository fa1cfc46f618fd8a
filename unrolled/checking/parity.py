"""Is it the same function? Values, gradients, shapes and side effects against a reference.

Every tolerance of the course stands in TOLERANCE. A difference is allowed up to
tolerance · (1 + |expected|), element by element; of a gradient, by its largest element. nan is never allowed. What is
written in NumPy is compared by `relative`: up to tolerance · the largest expected number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from unrolled.checking.draw import Case
from unrolled.checking.subject import Handle, Problem
from unrolled.checking.verdict import Finding
from unrolled.desk.reading import as_tensor

TOLERANCE = {torch.float64: 1e-10, torch.float32: 1e-5, "relative": 1e-6}

# A derivative of the student's own forward, by central differences in float32: a step that balances the rounding of the
# values against the curvature, what that leaves uncertain, and other steps, for what rounds more or has a bend in it.
STEPS, NUMERIC_TOLERANCE = (1e-3, 4e-3, 2.5e-4), 2e-2
SEED = 5  # before each call that a slope is taken of: what is drawn in it is a fault of the values, not of the slope
MOST_TOLD = 3  # gradients that one line names
_WRONG = "gets a wrong gradient"


def values(
    mine: Any,
    expected: torch.Tensor,
    case: Case,
    idea: str = "values",
    note: str = "",
    *,
    again: Any = None,
    shaped: str = "",
    told: str = "",
) -> Finding:
    """The result equals the reference's, element by element.

    mine: a handle, or what was fetched from one. note: what is special about this call. again: a second call with the
    same arguments, to tell numbers that are drawn anew each time from wrong ones. shaped: the idea that the shape
    costs, if it is not this one: numbers in another shape are then read as far as they can be. told: the idea that a
    crash of this same call costs, if it is not this one.
    """
    where = f"{case}, {note}" if note else str(case)
    got = _fetched(mine)
    read = readable(got, expected.shape) if shaped and isinstance(got, torch.Tensor) else got
    fault = _not_a_tensor(read) or _shape_fault(read, expected.shape)
    if fault:
        return Finding(idea, 0, fault, where, observed=got, barred=bool(told) and isinstance(got, Problem))
    margin, at, off = _compare(read, expected)
    if not margin <= 1:
        says = f"{_difference(at, off)}; {_different(read, expected)} of {read.numel()} numbers differ"
        if again is not None and differs(again, got):
            says = f"two calls with the same input give different numbers: is something drawn, as dropout does? {says}"
        return Finding(idea, 0, says, where, observed=got, margin=margin)
    got = read
    largest = (got.double() - expected.double()).abs().max().item()
    return Finding(idea, 1, f"largest difference {largest:.0e}", where, observed=got, margin=margin)


def relative(mine: Any, expected: torch.Tensor, case: Case | None, idea: str = "values", note: str = "") -> Finding:
    """NumPy's result equals the expected numbers, up to TOLERANCE["relative"] of the largest of them.

    mine: a handle, or what was fetched from one: an array, a number, or a list of equally large arrays.
    """
    where = f"{case}, {note}" if note else str(case or "")
    got = as_numbers(_fetched(mine))
    fault = "" if isinstance(got, torch.Tensor) else _not_an_array(got)
    fault = fault or _shape_fault(got, expected.shape)
    if fault:
        return Finding(idea, 0, fault, where, observed=fault if got is None else got)
    got, expected = got.to(torch.float64), expected.to(torch.float64)
    off = torch.nan_to_num(got - expected, nan=float("inf"))
    largest = expected.abs().max().item() if expected.numel() else 0.0
    margin = off.abs().max().item() / (TOLERANCE["relative"] * largest or 1e-300) if off.numel() else 0.0
    if margin > 1:
        at = np.unravel_index(int(off.abs().argmax()), tuple(off.shape) or (1,))
        at = tuple(int(i) for i in at) if off.dim() else ()
        says = _difference(at, off[at].item()).replace("first", "largest") if at else _off(off.item())
        seen = got if torch.isfinite(got).all() else says  # nan equals nothing, and is recognised by its place
        return Finding(idea, 0, says, where, observed=seen, margin=margin)
    apart = off.abs().max().item() / (largest or 1.0) if off.numel() else 0.0
    return Finding(idea, 1, f"largest relative difference {apart:.0e}", where, observed=got, margin=margin)


def as_numbers(value: Any) -> Any:
    """What NumPy made, as one tensor: an array, a number, or a list of equally large ones. Anything else as it is."""
    if isinstance(value, list | tuple) and value:
        parts = [as_numbers(part) for part in value]
        alike = all(isinstance(part, torch.Tensor) and part.shape == parts[0].shape for part in parts)
        return torch.stack([part.to(torch.float64) for part in parts]) if alike else value
    if isinstance(value, bool | int | float):
        return torch.tensor(float(value), dtype=torch.float64)
    if isinstance(value, np.ndarray | np.generic) and np.asarray(value).dtype.kind in "biuf":
        return torch.from_numpy(np.ascontiguousarray(value).reshape(np.shape(value)))
    return value


def shape(mine: Any, expected: tuple[int, ...], case: Case, idea: str = "shape") -> Finding:
    """The result is one tensor of this shape."""
    got = _fetched(mine)
    fault = _not_a_tensor(got) or _shape_fault(got, expected)
    if fault:
        # What is no tensor at all is told by the values.
        return Finding(idea, 0, fault, str(case), barred=not isinstance(got, torch.Tensor))
    return Finding(idea, 1, f"{tuple(expected)} for {case}", str(case))


def precision(mine: Any, expected: torch.Tensor, case: Case, idea: str = "dtype", plain: Any = None) -> Finding:
    """With the module and its inputs in `expected.dtype`, the result has that dtype, and its accuracy.

    plain: the same call in float32; where that fails too, dtypes have no part in it.
    """
    got = _fetched(mine)
    name = str(expected.dtype).removeprefix("torch.")
    fault = _not_a_tensor(readable(got, expected.shape))
    if fault:
        barred = plain is not None and bool(_not_a_tensor(readable(_fetched(plain), expected.shape)))
        says = f"after .double() and with {name} inputs: {fault}"
        return Finding(idea, 0, says, str(case), observed=got, barred=barred)
    got = readable(got, expected.shape)
    if got.dtype != expected.dtype:
        other = str(got.dtype).removeprefix("torch.")
        return Finding(idea, 0, f"{name} goes in, {other} comes out", str(case), observed=got)
    if got.shape != expected.shape:  # a wrong shape costs where shapes are judged
        return Finding(idea, 1, f"{name} in, {name} out", str(case))
    margin, _, _ = _compare(got, expected)
    if margin > 1 and torch.allclose(got, expected, rtol=1e-4, atol=1e-4):
        return Finding(idea, 0, f"the result has {name}'s type but float32's accuracy", str(case), observed=got)
    # A formula that is wrong altogether has lost its points elsewhere; only its type is asked here.
    return Finding(idea, 1, f"{name} in, {name} out", str(case), margin=margin if margin <= 1 else None)


def unchanged(mine: Handle, before: dict[str, torch.Tensor], case: Case, idea: str = "inputs") -> Finding:
    """The call left its arguments as they were. before: name -> what was given, in the call's order."""
    result, *after = mine.subject.values(mine, *mine.arguments)
    if isinstance(result, Problem):
        return Finding(idea, 0, str(result), str(case), barred=True)
    for (name, given), now in zip(before.items(), after, strict=True):
        if not (isinstance(now, torch.Tensor) and now.shape == given.shape and torch.equal(now, given)):
            says = f"the call changed {name} in place; whoever passed it in still needs the old one"
            return Finding(idea, 0, says, str(case), observed=now)
    return Finding(idea, 1, "left as they were", str(case))


def gradients(
    mine: Handle,
    reference: Callable,
    inputs: dict[str, torch.Tensor],
    parameters: dict[str, torch.nn.Parameter] | dict[str, str],
    case: Case,
    idea: str = "gradients",
    note: str = "",
    *,
    registered: bool = True,
    own_slope: bool = True,
) -> Finding:
    """Gradients with respect to every floating-point input and parameter, for a random cotangent of every result.

    reference: a module, or a function of the inputs, that returns a tensor or a tuple of tensors, as the student's has
    to. inputs: name -> tensor, in the call's order. parameters: the student's path -> the reference's parameter, or its
    name in the module; both sides hold the same numbers already. Each earns its part. Where the student's *values*
    differ from the reference's, its gradients are compared with the derivative of the student's own forward, so that
    one fault costs once: what its result does not depend on needs no gradient, unless that is true of everything.
    registered: is it asked here that an optimizer knows them all? False where another idea asks it. own_slope: False
    for a sequence so long that differences do not tell a slope: wrong values are then not asked for theirs here.
    """
    there = {name: mine.subject.put(x, requires_grad=x.is_floating_point()) for name, x in inputs.items()}
    here = {name: x.clone().requires_grad_(x.is_floating_point()) for name, x in inputs.items()}
    expected_outs = _several(reference(*here.values()))
    cotangents: list[torch.Tensor | None] = [case.normal(*out.shape) for out in expected_outs]

    sought = {name: x for name, x in here.items() if x.requires_grad}
    for path, parameter in parameters.items():
        sought[path] = reference.get_parameter(parameter) if isinstance(parameter, str) else parameter  # type: ignore
    mine.subject.seed(SEED)
    outs = results(mine(*there.values()), len(expected_outs))
    fetched = mine.subject.values(*outs)
    read = [readable(out, e.shape) for out, e in zip(fetched, expected_outs, strict=True)]
    where = f"{case}, {note}" if note else str(case)
    for i, e in enumerate(expected_outs):
        if fault := _not_a_tensor(read[i]) or _shape_fault(read[i], e.shape):
            cotangents[i] = None  # this result costs points where it is judged; what flows to the others is asked
            told = fault
    kept = [i for i, c in enumerate(cotangents) if c is not None]
    if not kept:
        return Finding(idea, 0, told, where, barred=True)

    along = [cotangents[i] for i in kept]
    wanted = torch.autograd.grad([expected_outs[i] for i in kept], list(sought.values()), along, allow_unused=True)
    expected = {n: torch.zeros_like(x) if e is None else e for (n, x), e in zip(sought.items(), wanted, strict=True)}
    wrt = [there[name] if name in there else mine.get(name) for name in sought]
    got, *known = mine.subject.values(
        mine.subject.grad([outs[i] for i in kept], along, wrt), *[mine.registered(path) for path in parameters]
    )
    if isinstance(got, Problem):
        return Finding(idea, 0, str(got), where, observed=got)

    on_its_own = any(not _compare(read[i], expected_outs[i].detach())[0] <= 1 for i in kept)
    known_to_optimizer = dict(zip(parameters, known, strict=True)) if registered else {}
    if on_its_own and not own_slope:
        return Finding(idea, 0, "not asked here, where the values are wrong", where, barred=True)
    faults, unmoved = {}, 0
    for name, gradient in zip(sought, got, strict=True):
        fault, still = _gradient_fault(gradient, expected[name]), False
        if fault and on_its_own:
            value = inputs[name] if name in inputs else sought[name].detach()
            fault, still = _own_gradient_fault(mine, inputs, name, value, gradient, cotangents, case)
        if known_to_optimizer.get(name, True) == "made anew":
            fault = "is made anew from something else each time; a parameter by this name is asked for"
        elif not fault and known_to_optimizer.get(name, True) is not True:
            fault = "is not one of the module's parameters, so no optimizer would ever train it"
        if fault:
            faults[name] = fault
        unmoved += still
    if unmoved == len(sought):  # such as a unit that is silent here; where it is so in all cases, that is the fault
        return Finding(idea, 0, "nothing that goes in makes a difference to the result", where, barred=True)
    right = [name for name in sought if name not in faults]
    if not faults:
        return Finding(idea, 1, f"right for {_listed(right)}", where, observed=got)
    says = "; ".join(f"{name} {fault}" for name, fault in list(faults.items())[:MOST_TOLD])
    says += f"; {len(faults) - MOST_TOLD} more" if len(faults) > MOST_TOLD else ""
    says += f"; right for {_listed(right)}" if right else ""
    if not on_its_own and any(fault.startswith(_WRONG) for fault in faults.values()):
        says += ". The numbers are right, so the graph is cut (detach(), .data, no_grad) or changed (a hook)"
    return Finding(idea, len(right) / len(sought), says, where, observed=got)


def _several(outs: torch.Tensor | tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
    return (outs,) if isinstance(outs, torch.Tensor) else tuple(outs)


def results(mine: Handle, count: int) -> list[Handle]:
    """Handles on each of a call's results, as far as there are so many."""
    return [mine] if count == 1 else [mine.part(i, count) for i in range(count)]


def _gradient_fault(got: Any, expected: torch.Tensor) -> str:
    if not isinstance(got, torch.Tensor) and not expected.any():
        return ""
    if not isinstance(got, torch.Tensor):
        return "gets no gradient: something took it out of the graph"
    if got.shape != expected.shape:
        return f"gets a gradient of shape {tuple(got.shape)}"
    margin, at, off = _compare(got, expected, summed=True)
    return "" if margin <= 1 else f"{_WRONG} ({_difference(at, off)})"


def _own_gradient_fault(mine, inputs, name, value, gradient, cotangents, case) -> tuple[str, bool]:
    """Compare one gradient with the slope of the student's own forward along random directions.

    Returns (what is wrong with it, does the result not depend on it at all?).
    """
    given = isinstance(gradient, torch.Tensor)
    for step in STEPS:
        # Sums move by about a step, however many numbers are in them: few units then pass a bend of their activation.
        direction = case.normal(*value.shape) / max(value.shape[1:], default=1) ** 0.5
        slope = _slope(mine, inputs, name, value, direction, step, cotangents)
        if slope is None:
            return "could not be tried", False
        claimed = (gradient.double() * direction.double()).sum().item() if given else 0.0
        if abs(claimed - slope) <= NUMERIC_TOLERANCE * (1 + abs(slope)):
            return "", not (given and gradient.any())
    if given:
        return "gets a gradient that is not the slope of its own forward: is the graph cut, as by detach()?", False
    return "gets no gradient: something took it out of the graph", False


def _slope(mine, inputs, name, value, direction, step, cotangents) -> float | None:
    """How fast <results, cotangents> grows as one input or parameter moves along a direction; None if it fails."""
    outs = []
    for sign in (+1, -1):
        moved = value + sign * step * direction
        target = mine if name in inputs else mine.load(**{name.replace(".", "__"): moved})
        arguments = {**inputs, **({name: moved} if name in inputs else {})}
        mine.subject.seed(SEED)
        outs += results(target(*arguments.values()), len(cotangents))
    restored = None if name in inputs else mine.load(**{name.replace(".", "__"): value})
    fetched = mine.subject.values(*outs, *([restored] if restored else []))[: len(outs)]
    slope = 0.0
    for up, down, along in zip(fetched[: len(cotangents)], fetched[len(cotangents) :], cotangents, strict=True):
        if along is not None:
            up, down = readable(up, along.shape), readable(down, along.shape)
            if any(_not_a_tensor(out) or out.shape != along.shape for out in (up, down)):
                return None
            slope += ((up - down).double() / (2 * step) * along.double()).sum().item()
    return slope


def same_numbers(
    mine: Handle, reference: torch.nn.Module, names: dict[str, str]
) -> tuple[Handle, dict[str, str], list[str]]:
    """Put the reference's numbers into the student's module, as far as it has places for them.

    names: the student's path -> the reference's. Returns the module, the names that are there, and the paths that could
    not be given numbers of their own: a matrix that is missing, or one place that serves two layers. Afterwards the
    reference holds what the module holds; where a bias is missing, zeros.
    """
    found = mine.subject.values(*[mine.get(path) for path in names])
    wanted = {path: reference.get_parameter(name) for path, name in names.items()}
    fitting = [isinstance(t, torch.Tensor) and t.shape == wanted[p].shape for p, t in zip(names, found, strict=True)]
    there = {path: name for (path, name), fits in zip(names.items(), fitting, strict=True) if fits}
    mine = mine.load(**{path.replace(".", "__"): wanted[path].detach() for path in there})
    held = mine.subject.values(*[mine.get(path) for path in there])
    odd = [path for path, weight in wanted.items() if path not in there and weight.dim() > 1]
    with torch.no_grad():
        for path, number in zip(there, held, strict=True):
            if isinstance(number, torch.Tensor) and number.shape == wanted[path].shape:
                odd += [path] * (not torch.equal(number, wanted[path]))
                wanted[path].copy_(number)
        for path, weight in wanted.items():
            if path not in there and weight.dim() == 1:
                weight.zero_()
    return mine, there, odd


def same_gradients(names: list[str], got: Any, expected: list, case: Case, idea: str = "gradients") -> Finding:
    """Two lists of fetched gradients agree; follow-through: `expected` comes from the student's own earlier parts.

    names: what each is a gradient of. Where the earlier parts give none, none is asked for.
    """
    if isinstance(got, Problem):
        return Finding(idea, 0, str(got), str(case), observed=got)
    asked = {name: (g, e) for name, g, e in zip(names, got, expected, strict=True) if isinstance(e, torch.Tensor)}
    faults = {name: fault for name, (g, e) in asked.items() if (fault := _gradient_fault(g, e))}
    right = [name for name in asked if name not in faults]
    if not faults:
        return Finding(idea, 1, f"right for {_listed(right)}", str(case), observed=got)
    says = "; ".join(f"{name} {fault}" for name, fault in list(faults.items())[:MOST_TOLD])
    says += f"; {len(faults) - MOST_TOLD} more" if len(faults) > MOST_TOLD else ""
    says += f"; right for {_listed(right)}" if right else ""
    return Finding(idea, len(right) / len(asked), says, str(case), observed=got)


def close(a: Any, b: Any) -> bool:
    """Are two fetched values the same up to TOLERANCE? Containers and missing values count too."""
    if isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor):
        return a.shape == b.shape and _compare(a, b)[0] <= 1
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and close(as_numbers(a), as_numbers(b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(close(a[key], b[key]) for key in a)
    if isinstance(a, Problem) and isinstance(b, Problem):
        return (a.kind, a.message) == (b.kind, b.message)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(close(x, y) for x, y in zip(a, b, strict=True))
    return type(a) is type(b) and a == b


def _compare(got: torch.Tensor, expected: torch.Tensor, summed: bool = False) -> tuple[float, tuple[int, ...], float]:
    """(largest difference / allowed difference, first index out of tolerance, difference there).

    nan counts as an infinite difference; an empty tensor as none. summed: the numbers are sums over a batch and its
    steps, whose terms may be far larger than what is left of them: rounding goes by the largest number.
    """
    if got.numel() == 0:
        return 0.0, (), 0.0
    tolerance = TOLERANCE.get(expected.dtype, 0.0)
    got, expected = got.to(torch.float64), expected.to(torch.float64)
    off = torch.nan_to_num(got - expected, nan=float("inf"))
    off[(got == expected) & ~torch.isfinite(expected)] = 0.0
    size = expected.abs().max() if summed else expected.abs()
    allowed = tolerance * (1 + size) if tolerance else expected.new_tensor(1e-300)
    ratio = off.abs() / allowed
    outside = (ratio > 1).nonzero()
    at = tuple(outside[0].tolist()) if len(outside) else ()
    return ratio.max().item(), at, off[at].item() if len(outside) else 0.0


def _different(got: torch.Tensor, expected: torch.Tensor) -> int:
    """How many elements are out of tolerance."""
    allowed = TOLERANCE.get(expected.dtype, 0.0) * (1 + expected.abs().double())
    off = torch.nan_to_num((got.double() - expected.double()).abs(), nan=float("inf"))
    return int((off > allowed).sum())


def _difference(at: tuple[int, ...], off: float) -> str:
    if off == float("inf"):
        return f"first difference at {list(at)}, which is not a finite number"
    return f"first difference at {list(at)}, {abs(off):.2g} too {'large' if off > 0 else 'small'}"


def _off(off: float) -> str:
    if off == float("inf"):
        return "not a finite number"
    return f"{abs(off):.2g} too {'large' if off > 0 else 'small'}"


def _not_an_array(got: Any) -> str:
    if isinstance(got, Problem):
        return str(got)
    if got is None:
        return "nothing came back (None): the function has to end with return"
    if isinstance(got, list | tuple):
        return "the parts of what came back are not equally large arrays of numbers"
    return f"a {getattr(got, 'type', None) or type(got).__name__} came back; it should be an array of numbers"


def readable(got: Any, shape) -> Any:
    """What of a fetched result can be read as a tensor of this shape (`unrolled.desk.reading`); else as it is."""
    try:
        return as_tensor(got, shape)
    except TypeError:
        return got


def differs(mine: Any, other: Any) -> bool:
    """Did two calls with the same arguments give different numbers? Handles, or what was fetched from them."""
    one, two = _fetched(mine), _fetched(other)
    return isinstance(one, torch.Tensor) and isinstance(two, torch.Tensor) and not close(one, two)


def _fetched(mine: Any) -> Any:
    return mine.value() if isinstance(mine, Handle) else mine


def _not_a_tensor(got: Any) -> str:
    if isinstance(got, torch.Tensor):
        return ""
    if isinstance(got, Problem):
        return str(got)
    if got is None:
        return "nothing came back (None): the function has to end with return"
    kind = getattr(got, "type", None) or type(got).__name__
    return f"a {kind} came back; it should be one tensor"


def _shape_fault(got: torch.Tensor, expected) -> str:
    if tuple(got.shape) == tuple(expected):
        return ""
    return f"the result has shape {tuple(got.shape)}; it should be {tuple(expected)}"


def _listed(names: list[str]) -> str:
    return ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1] if names else "none"
