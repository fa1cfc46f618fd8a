"""The mutator: one change at a time, inside the solution, each with a name of its own."""

import ast

import pytest

from unrolled.auditing.mutants import mutants
from unrolled.course.master import solution_line_numbers, strip_markers


def of(code):
    """Name -> the changed line, for code of one line that is a solution as a whole."""
    found = mutants(f"### BEGIN SOLUTION\n{code}\n### END SOLUTION")
    return {mutant.name.removeprefix("line 1: "): mutant.line for mutant in found}


CELL = """def step(x, hidden, n=2):
    scale = n - 1  # given
    ### BEGIN SOLUTION
    if n > 3:  # größer
        hidden = hidden[:, 1:] * 0.5
    x = x @ self.W.T + hidden
    ### END SOLUTION
    return x + scale
"""


@pytest.mark.parametrize(
    ("code", "name", "changed"),
    [
        ("y = a + b", "+ becomes -", "y = a - b"),
        ("y = a * b", "* becomes /", "y = a / b"),
        ("y = a + b", "a + b becomes b", "y = b"),
        ("y = a + b", "a + b detached", "y = (a + b).detach()"),
        ("return f(a), b", "f(a) detached", "return (f(a).detach(), b)"),
        ("y = a @ b", "operands of @ swapped", "y = b @ a"),
        ("y += 1", "+= becomes -=", "y -= 1"),
        ("y = a < b", "< becomes <=", "y = a <= b"),
        ("y = a is None", "is becomes is not", "y = a is not None"),
        ("y = a and b", "and becomes or", "y = a or b"),
        ("y = 0", "0 becomes 1", "y = 1"),
        ("y = True", "True becomes False", "y = False"),
        ("y = 0.5", "0.5 becomes 0.505", "y = 0.505"),
        ("y = 'B'", "'B' becomes 'C'", "y = 'C'"),
        ("y = x[-1]", "-1 becomes 1", "y = x[1]"),
        ("y = a.T", ".T dropped", "y = a"),
        ("y = f(a, b)", "f without b", "y = f(a)"),
        ("y = f(a, b)", "f: a and b swapped", "y = f(b, a)"),
        ("y = f(a)", "f() dropped", "y = a"),
        ("y = f(a, dim=1)", "f without dim=1", "y = f(a)"),
        ("y = x.detach()", ".detach() dropped", "y = x"),
        ("y = x[:, t]", "[t] becomes [t - 1]", "y = x[:, t - 1]"),
        ("y = x[:, t]", ": becomes 1:", "y = x[1:, t]"),
        ("y = x[:t]", ":t becomes :t - 1", "y = x[:t - 1]"),
        ("y = x[t]", "[t] dropped", "y = x"),
        ("y, h = f(a)", "y and h swapped", "(h, y) = f(a)"),
        ("y = a if b else c", "not added", "y = a if not b else c"),
        ("if a: b()", "not added", "if not a: b()"),
        ("y = [a for a in b if a]", "not added", "y = [a for a in b if not a]"),
        ("f(a)", "`f(a)` deleted", "pass"),
    ],
)
def test_each_kind_of_change(code, name, changed):
    assert of(code)[name] == changed


def test_a_module_is_no_value_that_a_call_could_leave_behind():
    assert of("y = torch.tanh(x)")["torch.tanh() dropped"] == "y = x"
    assert "y = torch" not in of("y = torch.tanh(x)").values()


def test_nothing_outside_the_solution_changes():
    """Every character of the other lines stays, and in the solution one line changes, comments and all."""
    given, inside = strip_markers(CELL).split("\n"), solution_line_numbers(CELL)
    assert inside == {3, 4, 5}
    for mutant in mutants(CELL):
        lines = mutant.source.split("\n")
        different = [number for number, line in enumerate(lines, 1) if line != given[number - 1]]
        assert len(lines) == len(given) and len(different) == 1 and set(different) <= inside
        assert mutant.name.startswith(f"line {different[0]}: ")
    assert any("# größer" in mutant.line for mutant in mutants(CELL))


def test_names_are_stable_and_no_two_are_alike():
    names = [mutant.name for mutant in mutants(CELL)]
    assert names == [mutant.name for mutant in mutants(CELL)] and len(set(names)) == len(names)
    assert [name for name in names if "line 5" in name] == [
        "line 5: `x = x @ self.W.T + hidden` deleted",
        "line 5: x @ self.W.T + hidden detached",
        "line 5: x @ self.W.T + hidden becomes x @ self.W.T",
        "line 5: x @ self.W.T + hidden becomes hidden",
        "line 5: operands of @ swapped",
        "line 5: .T dropped",
        "line 5: + becomes -",
    ]
    assert {"+ becomes -", "+ becomes - (2)"} <= of("y = a + b + c").keys()


@pytest.mark.parametrize("code", ["y = f(a, a)", "y = a @ a", "y = x, x", "y = 0.0", CELL])
def test_no_mutant_equals_the_source_or_another(code):
    marked = code if "###" in code else f"### BEGIN SOLUTION\n{code}\n### END SOLUTION"
    trees = [ast.dump(ast.parse(source)) for source in [strip_markers(marked), *(m.source for m in mutants(marked))]]
    assert len(trees) > 1 and len(set(trees)) == len(trees)


def test_a_docstring_and_a_text_that_people_read_stay():
    assert of('"""What it is for."""') == {}
    assert not any("'empty' becomes" in name for name in of("raise ValueError('empty')"))
