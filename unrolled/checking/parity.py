"""Is it the same function? Values, gradients, shapes and side effects against a reference.

Every tolerance of the course stands in TOLERANCE. A difference is allowed up to
tolerance · (1 + |expected|), element by element; nan is never allowed. What is written in NumPy is compared by
`relative`: up to tolerance · the largest expected number.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import nn

from unrolled.checking.draw import Case
from unrolled.checking.subject import Handle, Problem
from unrolled.checking.verdict import Finding

TOLERANCE = {torch.float64: 1e-10, torch.float32: 1e-5, "relative": 1e-6}

# A derivative of the student's own forward, by central differences in float32: a step that balances the
# rounding of the values against the curvature, and what that leaves uncertain.
STEP, NUMERIC_TOLERANCE = 1e-3, 2e-2


def values(mine: Any, expected: torch.Tensor, case: Case, idea: str = "values", note: str = "") -> Finding:
    """The result equals the reference's, element by element.

    mine: a handle, or what was fetched from one. note: what is special about this call.
    """
    where = f"{case}, {note}" if note else str(case)
    got = _fetched(mine)
    fault = _not_a_tensor(got) or _shape_fault(got, expected.shape)
    if fault:
        return Finding(idea, 0, fault, where, observed=got)
    margin, at, off = _compare(got, expected)
    if not margin <= 1:
        says = f"{_difference(at, off)}; {_different(got, expected)} of {got.numel()} numbers differ"
        return Finding(idea, 0, says, where, observed=got, margin=margin)
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
        return Finding(idea, 0, fault, str(case))
    return Finding(idea, 1, f"{tuple(expected)} for {case}", str(case))


def precision(mine: Any, expected: torch.Tensor, case: Case, idea: str = "dtype") -> Finding:
    """With the module and its inputs in `expected.dtype`, the result has that dtype, and its accuracy."""
    got = _fetched(mine)
    name = str(expected.dtype).removeprefix("torch.")
    fault = _not_a_tensor(got)
    if fault:
        return Finding(idea, 0, f"after .double() and with {name} inputs: {fault}", str(case), observed=got)
    if got.dtype != expected.dtype:
        other = str(got.dtype).removeprefix("torch.")
        return Finding(idea, 0, f"{name} goes in, {other} comes out", str(case), observed=got)
    if got.shape != expected.shape:
        return Finding(idea, 0, _shape_fault(got, expected.shape), str(case))
    margin, _, _ = _compare(got, expected)
    if margin > 1 and torch.allclose(got, expected, rtol=1e-4, atol=1e-4):
        return Finding(idea, 0, f"the result has {name}'s type but float32's accuracy", str(case), observed=got)
    # A formula that is wrong altogether has lost its points elsewhere; only its type is asked here.
    return Finding(idea, 1, f"{name} in, {name} out", str(case), margin=margin if margin <= 1 else None)


def unchanged(mine: Handle, before: dict[str, torch.Tensor], case: Case, idea: str = "inputs") -> Finding:
    """The call left its arguments as they were. before: name -> what was given, in the call's order."""
    result, *after = mine.subject.values(mine, *mine.arguments)
    if isinstance(result, Problem):
        return Finding(idea, 0, str(result), str(case))
    for (name, given), now in zip(before.items(), after, strict=True):
        if not (isinstance(now, torch.Tensor) and now.shape == given.shape and torch.equal(now, given)):
            says = f"the call changed {name} in place; whoever passed it in still needs the old one"
            return Finding(idea, 0, says, str(case), observed=now)
    return Finding(idea, 1, "left as they were", str(case))


def gradients(
    mine: Handle,
    reference: nn.Module,
    inputs: dict[str, torch.Tensor],
    parameters: dict[str, str],
    case: Case,
    idea: str = "gradients",
) -> Finding:
    """Gradients with respect to every floating-point input and parameter, for a random cotangent.

    inputs: name -> tensor, in the call's order. parameters: the student's path -> the reference's name; both
    sides hold the same numbers already. Each earns its part. Where the student's *values* differ from the
    reference's, its gradients are compared with the derivative of the student's own forward, so that one
    fault costs once; a gradient that is missing is a fault all the same.
    """
    there = {name: mine.subject.put(x, requires_grad=x.is_floating_point()) for name, x in inputs.items()}
    here = {name: x.clone().requires_grad_(x.is_floating_point()) for name, x in inputs.items()}
    expected_out = reference(*here.values())
    cotangent = case.normal(*expected_out.shape)

    sought = {name: x for name, x in here.items() if x.requires_grad}
    sought |= {path: reference.get_parameter(name) for path, name in parameters.items()}
    expected = dict(zip(sought, torch.autograd.grad(expected_out, list(sought.values()), cotangent), strict=True))

    out = mine(*there.values())
    wrt = [there[name] if name in there else mine.get(name) for name in sought]
    got_out, got, *registered = mine.subject.values(
        out, mine.subject.grad([out], [cotangent], wrt), *[mine.registered(path) for path in parameters]
    )
    fault = _not_a_tensor(got_out) or _shape_fault(got_out, expected_out.shape)
    if fault or isinstance(got, Problem):
        observed = got if isinstance(got, Problem) and not fault else None  # a known mistake fails in the same way
        return Finding(idea, 0, fault or str(got), str(case), observed=observed)

    on_its_own = not _compare(got_out, expected_out.detach())[0] <= 1
    known_to_optimizer = dict(zip(parameters, registered, strict=True))
    faults = {}
    for name, gradient in zip(sought, got, strict=True):
        fault = _gradient_fault(gradient, expected[name])
        if fault and on_its_own:
            value = inputs[name] if name in inputs else sought[name].detach()
            fault = _own_gradient_fault(mine, inputs, name, value, gradient, cotangent, case)
        if not fault and known_to_optimizer.get(name, True) is not True:
            fault = "is not one of the module's parameters, so no optimizer would ever train it"
        if fault:
            faults[name] = fault
    right = [name for name in sought if name not in faults]
    if not faults:
        return Finding(idea, 1, f"right for {_listed(right)}", str(case), observed=got)
    says = "; ".join(f"{name} {fault}" for name, fault in faults.items())
    says += f"; right for {_listed(right)}" if right else ""
    return Finding(idea, len(right) / len(sought), says, str(case), observed=got)


def _gradient_fault(got: Any, expected: torch.Tensor) -> str:
    if not isinstance(got, torch.Tensor):
        return "gets no gradient: something took it out of the graph"
    if got.shape != expected.shape:
        return f"gets a gradient of shape {tuple(got.shape)}"
    margin, at, off = _compare(got, expected)
    return "" if margin <= 1 else f"gets a wrong gradient ({_difference(at, off)})"


def _own_gradient_fault(mine, inputs, name, value, gradient, cotangent, case) -> str:
    """Compare one gradient with the slope of the student's own forward along a random direction."""
    direction = case.normal(*value.shape)
    outs = []
    for sign in (+1, -1):
        moved = value + sign * STEP * direction
        target = mine if name in inputs else mine.load(**{name.replace(".", "__"): moved})
        arguments = {**inputs, **({name: moved} if name in inputs else {})}
        outs.append(target(*arguments.values(), grad=False))
    restored = None if name in inputs else mine.load(**{name.replace(".", "__"): value})
    up, down, *_ = mine.subject.values(*outs, *([restored] if restored else []))
    if not (isinstance(up, torch.Tensor) and isinstance(down, torch.Tensor)):
        return "could not be tried"
    slope = ((up - down).double() / (2 * STEP) * cotangent.double()).sum().item()
    if not isinstance(gradient, torch.Tensor):
        depends = abs(slope) > NUMERIC_TOLERANCE
        return (
            "gets no gradient: something took it out of the graph"
            if depends
            else "gets no gradient: the result does not depend on it"
        )
    claimed = (gradient.double() * direction.double()).sum().item()
    allowed = NUMERIC_TOLERANCE * (1 + abs(slope))
    return "" if abs(claimed - slope) <= allowed else "gets a gradient that is not the slope of its own forward"


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
    says = "; ".join(f"{name} {fault}" for name, fault in list(faults.items())[:3])
    says += f"; {len(faults) - 3} more" if len(faults) > 3 else ""
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


def _compare(got: torch.Tensor, expected: torch.Tensor) -> tuple[float, tuple[int, ...], float]:
    """(largest difference / allowed difference, first index out of tolerance, difference there).

    nan counts as an infinite difference; an empty tensor as none.
    """
    if got.numel() == 0:
        return 0.0, (), 0.0
    tolerance = TOLERANCE.get(expected.dtype, 0.0)
    got, expected = got.to(torch.float64), expected.to(torch.float64)
    off = torch.nan_to_num(got - expected, nan=float("inf"))
    off[(got == expected) & ~torch.isfinite(expected)] = 0.0
    allowed = tolerance * (1 + expected.abs()) if tolerance else torch.full_like(expected, 1e-300)
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
