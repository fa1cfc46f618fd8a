"""By hand means by hand: what the source says, read without running it.

Values cannot tell `nn.RNNCell` from a cell written out, so the referee reads the notebook. Only code that
the question's answer reaches counts: a student may compare with `nn.RNN` in a scratch cell as much as they
like. What the source cannot decide (names put together at run time, `exec`) is flagged for a person.
"""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import dataclass, field

# The last part of a dotted name that starts at torch. Private spellings (torch._VF.rnn_tanh_cell) end alike.
FUSED_RNN = frozenset(
    {"RNN", "RNNBase", "RNNCell", "RNNCellBase", "LSTM", "LSTMCell", "GRU", "GRUCell"}
    | {"rnn_tanh", "rnn_relu", "rnn_tanh_cell", "rnn_relu_cell", "lstm", "lstm_cell", "gru", "gru_cell"}
)
EMBEDDING = frozenset({"Embedding", "EmbeddingBag", "embedding", "embedding_bag", "embedding_renorm_"})

_RUN_TIME = {"exec", "eval", "compile", "__import__", "globals", "vars", "locals"}


@dataclass(frozen=True)
class Cell:
    """One code cell as it was handed in. label: how to name it to the student. error: what it ended with, if it did."""

    label: str
    source: str
    error: str = ""


@dataclass
class Reading:
    """What reading found. uses: forbidden names, each with its line; unclear: what a person should see."""

    uses: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)


def read(cells: list[Cell], name: str, forbids: frozenset[str], given: frozenset[str] = frozenset()) -> Reading:
    """Look for forbidden names in everything that the definition of `name` reaches.

    cells: the notebook's code cells in order. forbids: last parts of torch names, such as FUSED_RNN. given: names
    that other questions judge; what they reach costs there, and not once more here.
    """
    notebook = _Notebook(cells)
    reading = Reading()
    seen: set[int] = set()
    reached, waiting = {name} | given, [name]
    while waiting:
        for cell, statement in notebook.definitions.get(waiting.pop(), []):
            if id(statement) in seen:
                continue
            seen.add(id(statement))
            finder = _Finder(notebook.aliases, forbids, cell)
            finder.visit(statement)
            reading.uses += finder.uses
            reading.unclear += finder.unclear
            for other in finder.names & notebook.definitions.keys() - reached:
                reached.add(other)
                waiting.append(other)
    return reading


def defining(cells: list[Cell], name: str) -> Cell | None:
    """The last cell that gives the notebook this name; None if none does."""
    found = _Notebook(cells).definitions.get(name, [])
    return found[-1][0] if found else None


def reached(cells: list[Cell], names: Collection[str]) -> set[str]:
    """The notebook's names that the definitions of these reach, and they themselves."""
    notebook = _Notebook(cells)
    found, waiting = set(names), list(names)
    while waiting:
        for cell, statement in notebook.definitions.get(waiting.pop(), []):
            finder = _Finder(notebook.aliases, frozenset(), cell)
            finder.visit(statement)
            new = (finder.names & notebook.definitions.keys()) - found
            found |= new
            waiting += new
    return found


class _Notebook:
    """The notebook's top-level statements by the names that they define or change, and its import aliases."""

    def __init__(self, cells: list[Cell]) -> None:
        self.definitions: dict[str, list[tuple[Cell, ast.stmt]]] = {}
        self.aliases: dict[str, str] = {}
        for cell in cells:
            for statement in _parse(cell.source):
                for name in _bound(statement):
                    self.definitions.setdefault(name, []).append((cell, statement))
                for node in ast.walk(statement):
                    self._learn(node)

    def _learn(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                target = alias.name if alias.asname else alias.name.split(".")[0]
                self.aliases[alias.asname or target] = target
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                if alias.name == "*":
                    self.aliases.setdefault("*", node.module)
                else:
                    self.aliases[alias.asname or alias.name] = f"{node.module}.{alias.name}"


def _parse(source: str) -> list[ast.stmt]:
    """A cell's statements; lines that only IPython understands are blanked, a broken cell has none."""
    lines = ["" if line.lstrip().startswith(("%", "!", "?")) else line for line in source.splitlines()]
    try:
        return ast.parse("\n".join(lines)).body
    except (SyntaxError, ValueError, RecursionError):
        return []


def _bound(statement: ast.stmt) -> set[str]:
    """The global names that a statement defines, or whose attributes it changes."""
    names = set()
    for node in _outside_functions(statement):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            names.add(node.id)
        elif isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
            names |= _root(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setattr" and node.args:
            names |= _root(node.args[0])
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
    return names


def _outside_functions(node: ast.AST):
    yield node
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
        return
    for child in ast.iter_child_nodes(node):
        yield from _outside_functions(child)


def _local_names(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> set[str]:
    """Parameters, and what the body assigns to; imports are left out, because aliases are looked up by name."""
    body = function.body if isinstance(function.body, list) else [function.body]
    nodes = [node for statement in body for node in ast.walk(statement)]
    declared = {name for node in nodes if isinstance(node, ast.Global) for name in node.names}
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return ({argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)} | bound) - declared


def _root(node: ast.AST) -> set[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()


class _Finder(ast.NodeVisitor):
    """Walk one definition: which forbidden names stand in it, and which names it needs."""

    def __init__(self, aliases: dict[str, str], forbids: frozenset[str], cell: Cell) -> None:
        self.aliases, self.forbids, self.cell = aliases, forbids, cell
        self.names: set[str] = set()  # of the notebook, not of a function
        self.local: set[str] = set()
        self.uses: list[str] = []
        self.unclear: list[str] = []

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        """A parameter called x is not the notebook's x: names bound inside a function stay inside."""
        outer, self.local = self.local, self.local | _local_names(node)
        self.generic_visit(node)
        self.local = outer

    visit_AsyncFunctionDef = visit_Lambda = visit_FunctionDef

    def visit_Name(self, node: ast.Name) -> None:
        if node.id in self.local:
            return
        self.names.add(node.id)
        dotted = self.aliases.get(node.id, "")
        if "*" in self.aliases and node.id in self.forbids and not dotted:
            dotted = f"{self.aliases['*']}.{node.id}"
        self._judge(dotted, node)
        if node.id in _RUN_TIME:
            self._unclear(node, f"{node.id}()")

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._judge(self._dotted(node), node)
        self.generic_visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            self._judge(f"{node.module or ''}.{alias.name}", node)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id == "getattr" and len(node.args) >= 2:
            owner, attribute = self._dotted(node.args[0]), node.args[1]
            if isinstance(attribute, ast.Constant):
                self._judge(f"{owner}.{attribute.value!s}", node)
            elif owner.split(".")[0] == "torch":
                self._unclear(node, "getattr() with a name put together at run time")
        if self._dotted(node.func).startswith("importlib."):
            self._unclear(node, "importlib")
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        """nn.__dict__["RNN"], vars(nn)["RNN"]: a name in brackets, taken out of something of torch's."""
        roots = {self.aliases.get(name, name).split(".")[0] for name in _names(node.value)}
        if isinstance(node.slice, ast.Constant) and node.slice.value in self.forbids and "torch" in roots:
            self._judge(f"torch.{node.slice.value!s}", node)
        self.generic_visit(node)

    def _dotted(self, node: ast.AST) -> str:
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        return ".".join([self.aliases.get(node.id, node.id), *reversed(parts)])

    def _judge(self, dotted: str, node: ast.expr | ast.stmt) -> None:
        first, *_, last = dotted.split(".") if "." in dotted else ("", "")
        if first == "torch" and last in self.forbids:
            self.uses.append(f"line {node.lineno} of {self.cell.label} uses {dotted}")

    def _unclear(self, node: ast.expr | ast.stmt, what: str) -> None:
        self.unclear.append(f"line {node.lineno} of {self.cell.label} uses {what}")


def _names(node: ast.AST) -> set[str]:
    return {child.id for child in ast.walk(node) if isinstance(child, ast.Name)}
