"""Answers with one small change each, made from the reference: faults that nobody had to think of.

    for mutant in mutants(bundle.cell("manual_rnn").source):
        mutant.name, mutant.source  # "line 14: + becomes -", a whole cell without markers

Only what stands between a master's SOLUTION markers is changed; every other character stays as it is. mutmut and
cosmic-ray are not used: both rewrite the files of a package and run a test command for each change, and here the
code is a cell of a notebook that a check looks at in the same process.
"""

from __future__ import annotations

import ast
import copy
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from unrolled.course.master import solution_line_numbers, strip_markers

# What stands for a module and not for a value: x.f() can become x, torch.f() cannot become torch.
MODULES = frozenset({"F", "math", "nn", "np", "random", "time", "torch"})
NUDGE = 1.01  # a float is multiplied with this

_OPERATORS = {
    ast.Add: ("+", ast.Sub),
    ast.Sub: ("-", ast.Add),
    ast.Mult: ("*", ast.Div),
    ast.Div: ("/", ast.Mult),
    ast.FloorDiv: ("//", ast.Mult),
    ast.Mod: ("%", ast.Mult),
    ast.Pow: ("**", ast.Mult),
    ast.Lt: ("<", ast.LtE),
    ast.LtE: ("<=", ast.Lt),
    ast.Gt: (">", ast.GtE),
    ast.GtE: (">=", ast.Gt),
    ast.Eq: ("==", ast.NotEq),
    ast.NotEq: ("!=", ast.Eq),
    ast.Is: ("is", ast.IsNot),
    ast.IsNot: ("is not", ast.Is),
    ast.In: ("in", ast.NotIn),
    ast.NotIn: ("not in", ast.In),
    ast.And: ("and", ast.Or),
    ast.Or: ("or", ast.And),
}


@dataclass(frozen=True)
class Mutant:
    """name: the line of the answer (markers not counted) and the change, unlike every other's; line: as it reads."""

    name: str
    line: str
    source: str


_Part = ast.stmt | ast.expr  # what is replaced: it knows where it stands


def mutants(marked: str) -> list[Mutant]:
    """Every mutant of an answer cell as its master has it, top to bottom. None equals the answer or another one."""
    source, inside = strip_markers(marked), solution_line_numbers(marked)
    tree = ast.parse(source)
    seen, found = {ast.dump(tree)}, []
    counts: dict[str, int] = {}
    for statement in _statements(tree):
        for part, label, text in _changed_parts(statement):
            if not inside >= set(range(part.lineno, _last_line(part) + 1)):
                continue
            changed = spliced(source, part, text)
            try:
                dumped = ast.dump(ast.parse(changed))
            except SyntaxError:  # such as a call as the target of an assignment
                continue
            if dumped in seen:
                continue
            seen.add(dumped)
            name = f"line {part.lineno}: {label}"
            counts[name] = counts.get(name, 0) + 1
            name += f" ({counts[name]})" if counts[name] > 1 else ""
            found.append(Mutant(name, changed.split("\n")[part.lineno - 1].strip(), changed))
    return found


def _statements(node: ast.AST) -> Iterator[ast.stmt]:
    """From top to bottom, the inner ones after those that they stand in."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        yield from _statements(child)


def _changed_parts(statement: ast.stmt) -> Iterator[tuple[_Part, str, str]]:
    """(what is replaced, a few words, by which text): the statement itself, or an expression in its own lines."""
    is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.Assign | ast.AugAssign | ast.Expr | ast.Raise) and not is_text:
        yield statement, f"`{_short(statement)}` deleted", "pass"
    if isinstance(statement, ast.AugAssign) and type(statement.op) in _OPERATORS:
        label, changed = _operator(statement.op)
        yield statement, label.replace(" becomes ", "= becomes ") + "=", ast.unparse(_with(statement, op=changed))
    if isinstance(statement, ast.If | ast.While):
        yield statement.test, "not added", ast.unparse(ast.UnaryOp(ast.Not(), statement.test))
    if isinstance(statement, ast.Assign | ast.Return) and statement.value:
        for label, changed in _cut(statement.value):
            yield statement.value, label, ast.unparse(changed)
    for root in [] if is_text else _roots(statement):
        for label, changed in _changes(root):
            yield root, label, ast.unparse(changed)


def _roots(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions that stand in a statement and in no other expression, nor in an inner statement."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        elif not isinstance(child, ast.stmt):
            yield from _roots(child)


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """(a few words, the changed node) for each change in it, the node's own first. The node is left as it is."""
    yield from _own_changes(node)
    for field, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            for label, changed in _changes(value):
                yield label, _with(node, **{field: changed})
        elif isinstance(value, list):
            for i, item in enumerate(value):
                for label, changed in _changes(item) if isinstance(item, ast.AST) else ():
                    yield label, _with(node, **{field: [*value[:i], changed, *value[i + 1 :]]})


def _cut(value: ast.expr) -> Iterator[tuple[str, ast.AST]]:
    """A result, or a part of one, taken out of the graph: right values, and nothing before it learns."""
    if isinstance(value, ast.BinOp | ast.Call | ast.Subscript):
        yield f"{_short(value)} detached", ast.Call(ast.Attribute(value, "detach", ast.Load()), [], [])
    elif isinstance(value, ast.Tuple):
        for i, part in enumerate(value.elts):
            for label, changed in _cut(part):
                yield label, _with(value, elts=[*value.elts[:i], changed, *value.elts[i + 1 :]])


def _own_changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.BinOp(op=ast.MatMult()):
            yield "operands of @ swapped", _with(node, left=node.right, right=node.left)
        case ast.BinOp():
            yield f"{_short(node)} becomes {_short(node.left)}", node.left
            yield f"{_short(node)} becomes {_short(node.right)}", node.right
        case ast.operator() | ast.cmpop() | ast.boolop() if type(node) in _OPERATORS:
            yield _operator(node)
        case ast.UnaryOp(op=ast.USub() | ast.Not()):
            yield f"{_short(node)} becomes {_short(node.operand)}", node.operand
        case ast.Constant(value=value):
            changed = _constant(value)
            if changed is not None:
                yield f"{value!r} becomes {changed!r}", ast.Constant(changed)
        case ast.Attribute(attr="T"):
            yield ".T dropped", node.value
        case ast.Call():
            yield from _call(node)
        case ast.Subscript():
            yield f"[{_short(node.slice)}] dropped", node.value
            yield from _index(node)
        case ast.Slice():
            yield from _slice(node)
        case ast.Tuple(elts=[_, _, *_]):
            for i, (first, second) in enumerate(itertools.pairwise(node.elts)):
                swapped = [*node.elts[:i], second, first, *node.elts[i + 2 :]]
                yield f"{_short(first)} and {_short(second)} swapped", _with(node, elts=swapped)
        case ast.IfExp():
            yield "not added", _with(node, test=ast.UnaryOp(ast.Not(), node.test))
        case ast.comprehension():
            for i, test in enumerate(node.ifs):
                yield "not added", _with(node, ifs=[*node.ifs[:i], ast.UnaryOp(ast.Not(), test), *node.ifs[i + 1 :]])


def _call(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    called, args = _called(node.func), node.args
    if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value):
        yield f".{node.func.attr}() dropped", node.func.value
    elif args and not isinstance(args[0], ast.GeneratorExp | ast.Starred):
        yield f"{called}() dropped", args[0]
    for i, argument in enumerate(args):
        yield f"{called} without {_short(argument)}", _with(node, args=[*args[:i], *args[i + 1 :]])
    for i, (first, second) in enumerate(itertools.pairwise(args)):
        swapped = [*args[:i], second, first, *args[i + 2 :]]
        yield f"{called}: {_short(first)} and {_short(second)} swapped", _with(node, args=swapped)
    for i, keyword in enumerate(node.keywords):
        kept = [*node.keywords[:i], *node.keywords[i + 1 :]]
        yield f"{called} without {_short(keyword)}", _with(node, keywords=kept)


def _index(node: ast.Subscript) -> Iterator[tuple[str, ast.AST]]:
    """[:, t] -> [:, t - 1]; numbers and slices change on their own."""
    indices = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    for i, index in enumerate(indices):
        if isinstance(index, ast.Name | ast.BinOp | ast.Call):
            shifted = ast.BinOp(index, ast.Sub(), ast.Constant(1))
            several = [*indices[:i], shifted, *indices[i + 1 :]]
            changed = _with(node.slice, elts=several) if isinstance(node.slice, ast.Tuple) else shifted
            yield f"[{_short(index)}] becomes [{_short(shifted)}]", _with(node, slice=changed)


def _slice(node: ast.Slice) -> Iterator[tuple[str, ast.AST]]:
    """The first or the last one is left out. A bound that is a number changes on its own."""
    one = ast.Constant(1)
    lower = one if node.lower is None else ast.BinOp(node.lower, ast.Add(), one)
    upper = ast.UnaryOp(ast.USub(), one) if node.upper is None else ast.BinOp(node.upper, ast.Sub(), one)
    for old, changed in ((node.lower, _with(node, lower=lower)), (node.upper, _with(node, upper=upper))):
        if not isinstance(old, ast.Constant):
            yield f"{_short(node)} becomes {_short(changed)}", changed


def _operator(operator: ast.AST) -> tuple[str, ast.AST]:
    sign, other = _OPERATORS[type(operator)]
    return f"{sign} becomes {_OPERATORS[other][0]}", other()


def _constant(value):
    """True -> False, 0 -> 1, n -> n + 1, 0.5 -> 0.505, 0.0 -> 0.01, a letter -> the next one; None for no change.

    Longer texts are what people read, and None is what nothing is close to.
    """
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case float():
            return value * NUDGE or NUDGE - 1
        case str() if len(value) == 1:
            return chr(ord(value) + 1)
    return None


def _called(node: ast.expr) -> str:
    """x.f as it is; .f where what stands before it is more than names."""
    names = all(isinstance(part, ast.Name | ast.Attribute | ast.expr_context) for part in ast.walk(node))
    return _short(node) if names or not isinstance(node, ast.Attribute) else f".{node.attr}"


def _is_module(node: ast.AST) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in MODULES


def _short(node: ast.AST, width: int = 30) -> str:
    text = ast.unparse(node)
    if isinstance(node, ast.Tuple | ast.GeneratorExp):
        text = text[1:-1]  # its own parentheses
    return text if len(text) <= width else text[: width - 2] + " …"


def _last_line(part: _Part) -> int:
    return part.end_lineno or part.lineno


def _with(node: ast.AST, **fields) -> ast.AST:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def spliced(source: str, part: _Part, text: str) -> str:
    """The source with other text in the place of a part. Columns are counted in bytes of UTF-8."""
    lines = source.encode().split(b"\n")
    before = lines[part.lineno - 1][: part.col_offset]
    after = lines[_last_line(part) - 1][part.end_col_offset :]
    return b"\n".join([*lines[: part.lineno - 1], before + text.encode() + after, *lines[_last_line(part) :]]).decode()
