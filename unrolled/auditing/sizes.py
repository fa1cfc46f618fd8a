"""Mutants of size: answers that are right until something is long, deep or large.

Every loop is ended, and everything that it carries is cut from the graph or set to zero, from a k-th turn on; every
argument is cropped to k; every result is clamped to k, or loses its axes of one. k is drawn for each, between FEWEST
and MOST, so that no check can be written for one of them; a loop is ended after its third turn as well.

    for mutant in mutants_of_size(bundle.cell("manual_rnn").source):
        mutant.name  # "line 14: the loop ends after 23 turns"
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator

from unrolled.auditing.mutants import Mutant, spliced
from unrolled.course.master import solution_line_numbers, strip_markers

FEWEST, MOST = 7, 60
LAYERS = 3  # a stack that stops there is wrong from the fourth layer on
APPLIED = "_applied"  # the name of a list that is empty in a namespace where a change has met nothing that it changes

# What the changed code calls. Anything that is neither tensor, array nor a container of them stays as it is.
_HELPERS = """
_applied = []


def _each(change, value, meets):
    if isinstance(value, (list, tuple)):
        return type(value)(_each(change, part, meets) for part in value)
    if isinstance(value, dict):
        return {key: _each(change, part, meets) for key, part in value.items()}
    if not meets(value):
        return value
    _applied.append(1)
    return change(value)


def _detached(value):
    return _each(lambda v: v.detach(), value, lambda v: getattr(v, "requires_grad", False))


def _zeroed(value):
    return _each(lambda v: v * 0, value, lambda v: hasattr(v, "shape") or isinstance(v, (int, float)))


def _clamped(value, k):
    return _each(lambda v: v.clip(-k, k) if hasattr(v, "clip") else max(-k, min(k, v)), value,
                 lambda v: hasattr(v, "shape") or isinstance(v, float))


def _squeezed(value):
    return _each(lambda v: v.squeeze(), value, lambda v: hasattr(v, "squeeze"))


def _cropped(value, k, end):
    sequence, axes = isinstance(value, (str, list, tuple)), getattr(value, "ndim", 0)
    if not (sequence or axes):
        return value
    _applied.append(1)
    if sequence or axes == 1:
        return value[-k:] if end else value[:k]
    return value[:, -k:] if end else value[:, :k]


"""


def mutants_of_size(marked: str) -> list[Mutant]:
    """Every mutant of size of an answer cell as its master has it, top to bottom."""
    source, inside = strip_markers(marked), solution_line_numbers(marked)
    found: list[Mutant] = []
    taken: dict[str, int] = {}
    for part, label, text in _changes(ast.parse(source), inside):
        k = random.Random(f"{part.lineno} {label} {ast.unparse(part)}").randint(FEWEST, MOST)
        name = f"line {part.lineno}: {label.replace('K', str(k))}"
        taken[name] = taken.get(name, 0) + 1
        name += f" ({taken[name]})" if taken[name] > 1 else ""
        changed = _HELPERS + spliced(source, part, text.replace("_K_", str(k)))
        found.append(Mutant(name, source.split("\n")[part.lineno - 1].strip(), changed))
    return found


def _changes(tree: ast.Module, inside: set[int]) -> Iterator[tuple[ast.stmt | ast.expr, str, str]]:
    """(what is replaced, a few words with K for the number, by which text with _K_ for it)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield from _arguments(node, inside)
        if not isinstance(node, ast.stmt | ast.expr) or not inside >= set(range(node.lineno, _end(node) + 1)):
            continue
        if isinstance(node, ast.For):
            turns = ast.unparse(node.iter)
            yield node.iter, "the loop ends after K turns", _cut(turns, "_K_")
            yield node.iter, f"the loop ends after {LAYERS} turns", _cut(turns, LAYERS)
            for name in _carried(node):
                yield node, f"{name} is detached every K turns", _at_each_kth(node, name, "_detached")
                yield node, f"{name} is set to zero every K turns", _at_each_kth(node, name, "_zeroed")
        if isinstance(node, ast.ListComp | ast.GeneratorExp):
            first = node.generators[0]
            yield first.iter, "the comprehension ends after K", _cut(ast.unparse(first.iter), "_K_")
            yield first.iter, f"the comprehension ends after {LAYERS}", _cut(ast.unparse(first.iter), LAYERS)
        if isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
            value = ast.unparse(node.value)
            yield node.value, "the result is clamped to K", f"_clamped({value}, _K_)"
            yield node.value, "the result loses its axes of one", f"_squeezed({value})"


def _arguments(function: ast.FunctionDef, inside: set[int]) -> Iterator[tuple[ast.stmt, str, str]]:
    """Each argument cropped where the answer begins."""
    first = next((s for s in function.body if inside >= set(range(s.lineno, _end(s) + 1))), None)
    if first is None or function.name == "__init__":
        return
    indent, rest = " " * first.col_offset, ast.unparse(first).replace("\n", "\n" + " " * first.col_offset)
    for argument in function.args.args:
        if argument.arg == "self":
            continue
        for end, words in ((False, "first"), (True, "last")):
            text = f"{argument.arg} = _cropped({argument.arg}, _K_, {end})\n{indent}{rest}"
            yield first, f"{argument.arg} is cropped to its {words} K", text


def _cut(turns: str, k: str | int) -> str:
    return f"(_applied.append(1) or list({turns})[:{k}])"


def _carried(loop: ast.For) -> list[str]:
    """Names that a turn of the loop reads as the turn before has left them: read before they are assigned in it, whole
    or in part."""
    read: list[str] = []
    written: set[str] = set()
    carried: list[str] = []
    for name, store in _uses(loop.body):
        if store and name in read and name not in written:
            carried.append(name)
        (written.add if store else read.append)(name)
    turning = {
        n.id
        for node in ast.walk(loop)
        if isinstance(node, ast.For)
        for n in ast.walk(node.target)
        if isinstance(n, ast.Name)
    }
    return [name for name in dict.fromkeys(carried) if name not in turning]


def _uses(statements: list[ast.stmt]) -> Iterator[tuple[str, bool]]:
    """(name, is it assigned?), in the order in which they are met; of an assignment the right side comes first."""
    for statement in statements:
        if isinstance(statement, ast.Assign | ast.AugAssign) and statement.value:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            yield from ((n.id, False) for n in ast.walk(statement.value) if isinstance(n, ast.Name))
            for target in targets:
                part = isinstance(statement, ast.AugAssign)
                for node in ast.walk(target):
                    if isinstance(node, ast.Name):
                        if part or isinstance(node.ctx, ast.Load):
                            yield node.id, False
                        yield node.id, isinstance(node.ctx, ast.Store) or _is_base(node, target)
        elif isinstance(statement, ast.For | ast.While | ast.If):
            head = statement.iter if isinstance(statement, ast.For) else statement.test
            yield from ((n.id, False) for n in ast.walk(head) if isinstance(n, ast.Name))
            yield from _uses([*statement.body, *statement.orelse])
        else:
            yield from ((n.id, False) for n in ast.walk(statement) if isinstance(n, ast.Name))


def _is_base(name: ast.Name, target: ast.expr) -> bool:
    """Is it what a subscript is assigned into, as states in `states[layer] = h`?"""
    subscripts = [node for node in ast.walk(target) if isinstance(node, ast.Subscript)]
    return any(node.value is name for node in subscripts)


def _at_each_kth(loop: ast.For, name: str, change: str) -> str:
    """The same loop that counts its turns, and changes a name at the end of each K-th."""
    body = [*loop.body, *ast.parse(f"{name} = {change}({name}) if _turn % _K_ == _K_ - 1 else {name}").body]
    counted = ast.Call(ast.Name("enumerate", ast.Load()), [loop.iter], [])
    target = ast.Tuple([ast.Name("_turn", ast.Store()), loop.target], ast.Store())
    text = ast.unparse(ast.fix_missing_locations(ast.For(target, counted, body, loop.orelse)))
    return text.replace("\n", "\n" + " " * loop.col_offset)


def _end(node: ast.stmt | ast.expr) -> int:
    return node.end_lineno or node.lineno
