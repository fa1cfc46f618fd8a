"""The comparisons themselves: what they let pass and what they must not."""

import re

import numpy as np
import pytest
import torch

from unrolled.checking.draw import Draw
from unrolled.checking.parity import (
    TOLERANCE,
    as_numbers,
    close,
    gradients,
    precision,
    relative,
    shape,
    unchanged,
    values,
)
from unrolled.checking.subject import LocalChannel, Subject
from unrolled.course.program import run_program


@pytest.fixture
def case():
    return next(Draw("s", "q").cases(B=[2]))


def returning(source: str):
    """A handle on f(), called with no arguments, whose body is `source`."""
    namespace = run_program([("f", f"import torch\ndef f():\n    {source}")])
    return Subject(LocalChannel(namespace)).look_up("f")()


EXPECTED = torch.tensor([[1.0, -2.0], [0.0, 4.0]])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_tolerance_is_kept_on_both_sides(case, dtype):
    expected = EXPECTED.to(dtype)
    step = TOLERANCE[dtype] * (1 + 2.0)
    name = str(dtype)
    for factor, share in ((0.5, 1), (2.0, 0)):
        mine = returning(f"t = torch.tensor({EXPECTED.tolist()}, dtype={name}); t[0, 1] += {factor * step!r}; return t")
        assert values(mine, expected, case).share == share


def test_whole_numbers_have_to_be_the_same(case):
    expected = torch.tensor([[1, -2], [0, 4]])
    assert values(returning("return torch.tensor([[1, -2], [0, 4]])"), expected, case).share == 1
    assert values(returning("return torch.tensor([[1, -2], [1, 4]])"), expected, case).share == 0


@pytest.mark.parametrize(("off", "share"), [(5e-4, 1), (5e-3, 0.5)])
def test_a_gradient_rounds_by_its_largest_number(case, off, share):
    """A sum over a batch, in which large terms cancel in one place and not in another: 100 and about 0."""

    w = torch.nn.Parameter(torch.ones(2))
    x = torch.tensor([[100.0, 100.0], [100.0, -100.0]])
    case.normal = lambda *shape: torch.ones(shape)  # the cotangent
    namespace = run_program([("f", f"""
import torch
class Wide(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.w = torch.nn.Parameter(torch.ones(2))
    def forward(self, x):
        self.w.requires_grad and self.w.register_hook(lambda g: g + torch.tensor([0.0, {off}]))
        return x * self.w
made = Wide()
""")])  # fmt: skip
    mine = Subject(LocalChannel(namespace)).look_up("made")
    assert gradients(mine, lambda x: x * w, {"x": x}, {"w": w}, case).share == share


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("return None", "ends? with return|end with return"),
        ("return (1, 2)", "a tuple came back"),
        ("return 3.0", "a float came back"),
        ("return object()", "a object came back"),
        ("return torch.zeros(2, 1)", r"shape \(2, 1\); it should be \(2, 2\)"),
        ("return torch.full((2, 2), float('nan'))", "not a finite number"),
        ("return torch.tensor([[1.0, -2.0], [0.5, 4.0]])", r"at \[1, 0\], 0.5 too large"),
        ("raise KeyError('k')", "KeyError"),
    ],
)
def test_wrong_results_are_told_in_a_sentence(case, source, said):
    finding = values(returning(source), EXPECTED, case)
    assert finding.share == 0
    import re

    assert re.search(said, finding.says), finding.says


def test_one_nan_among_right_numbers_is_not_right(case):
    mine = returning("return torch.tensor([[1.0, -2.0], [float('nan'), 4.0]])")
    assert values(mine, EXPECTED, case).share == 0


def test_no_expected_number_is_ever_told(case):
    expected = torch.tensor([[123.456]])
    for source in ("return torch.zeros(1, 1)", "return torch.zeros(1, 2)", "return None", "raise ValueError"):
        assert "123" not in values(returning(source), expected, case).says


def test_shape_asks_for_one_tensor(case):
    assert shape(returning("return torch.zeros(2, 3)"), (2, 3), case).share == 1
    assert shape(returning("return torch.zeros(3, 2)"), (2, 3), case).share == 0
    assert shape(returning("return [torch.zeros(2, 3)]"), (2, 3), case).share == 0


@pytest.mark.parametrize(
    ("source", "share"),
    [
        ("return torch.full((1, 1), 1 / 3, dtype=torch.float64)", 1),
        ("return torch.full((1, 1), 1 / 3)", 0),
        ("return torch.full((1, 1), 1 / 3).double()", 0),
        ("return torch.full((1, 1), 7.0, dtype=torch.float64)", 1),  # a wrong formula has paid for it elsewhere
    ],
)
def test_precision_sees_the_type_and_hidden_rounding(case, source, share):
    assert precision(returning(source), torch.full((1, 1), 1 / 3, dtype=torch.float64), case).share == share


def module(forward: str, init: str = "self.w = nn.Parameter(torch.ones(3))"):
    source = (
        "import torch\nimport torch.nn as nn\nclass M(nn.Module):\n    def __init__(self):\n"
        f"        super().__init__()\n        {init}\n    def forward(self, x):\n        {forward}\n"
    )
    return Subject(LocalChannel(run_program([("m", source)]))).look_up("M")()


class Scale(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.w = torch.nn.Parameter(torch.ones(3))

    def forward(self, x):
        return torch.tanh(x * self.w)


@pytest.mark.parametrize(
    ("forward", "share", "said"),
    [
        ("return torch.tanh(x * self.w)", 1, "right for x and w"),
        ("return torch.tanh(x.detach() * self.w)", 0.5, "x gets no gradient: something took it out"),
        ("return torch.tanh(x * self.w.data)", 0.5, "w gets no gradient: something took it out"),
        ("return torch.tanh(x * self.w).detach()", 0, "x gets no gradient"),
        # Wrong values: gradients are held to the slope of the student's own forward instead.
        ("return x * self.w", 1, "right for x and w"),
        ("return x * 2", 1, "right for x and w"),  # what does not depend on w has no slope there
        ("return 0 * x", 0, "nothing that goes in makes a difference"),
        ("return (x * self.w).detach() + 0 * x", 0, "not the slope of its own forward"),
    ],
)
def test_gradients_name_what_is_cut(case, forward, share, said):
    finding = gradients(module(forward), Scale(), {"x": case.normal(2, 3)}, {"w": "w"}, case)
    assert finding.share == share and said in finding.says, finding.says


def test_a_parameter_that_no_optimizer_sees_is_a_fault(case):
    mine = module("return torch.tanh(x * self.w)", "self.w = torch.ones(3, requires_grad=True)")
    finding = gradients(mine, Scale(), {"x": case.normal(2, 3)}, {"w": "w"}, case)
    assert finding.share == 0.5 and "no optimizer" in finding.says


def test_a_changed_argument_is_named(case):
    mine = module("return torch.tanh(x.mul_(2) * self.w)")
    x = case.normal(2, 3)
    finding = unchanged(mine(x), {"x": x}, case)
    assert finding.share == 0 and "changed x in place" in finding.says


def test_close_compares_whole_results():
    a = [torch.ones(2), None, (1, "x")]
    assert close(a, [torch.ones(2) + 1e-7, None, (1, "x")])
    assert not close(a, [torch.ones(2) + 1e-2, None, (1, "x")])
    assert not close(a, [torch.ones(2), torch.ones(2), (1, "x")])
    assert not close(torch.ones(2), torch.ones(3))


# --- what was written in NumPy ------------------------------------------------------------------------------


@pytest.mark.parametrize(("factor", "share"), [(0.5, 1), (2.0, 0)])
def test_relative_allows_a_share_of_the_largest_number(case, factor, share):
    expected = torch.tensor([[1.0, -20.0], [0.0, 4.0]], dtype=torch.float64)
    off = factor * TOLERANCE["relative"] * 20.0
    mine = returning(f"import numpy as np; a = np.array({expected.tolist()}); a[1, 0] += {off!r}; return a")
    assert relative(mine, expected, case).share == share


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("return None", "end with return"),
        ("return 'a'", "a str came back"),
        ("return np.zeros((2, 1))", r"shape \(2, 1\); it should be \(2, 2\)"),
        ("return [np.zeros(2), np.zeros(3)]", "not equally large"),
        ("return np.full((2, 2), np.nan)", "not a finite number"),
        ("return np.array([[1.0, -2.0], [0.5, 4.0]])", r"largest difference at \[1, 0\], 0.5 too large"),
        ("raise KeyError('k')", "KeyError"),
    ],
)
def test_relative_tells_what_is_wrong(case, source, said):
    finding = relative(returning(f"import numpy as np; {source}"), EXPECTED.double(), case)
    assert finding.share == 0
    assert re.search(said, finding.says), finding.says


def test_lists_of_columns_arrays_and_numbers_are_read_alike(case):
    columns = "[np.array([[1.0], [2.0]]), np.array([[3.0], [4.0]])]"
    expected = torch.tensor([[[1.0], [2.0]], [[3.0], [4.0]]], dtype=torch.float64)
    for source in (columns, f"tuple({columns})", f"np.array({columns})"):
        assert relative(returning(f"import numpy as np; return {source}"), expected, case).share == 1
    for number in (2.5, np.float64(2.5), np.array(2.5)):
        assert as_numbers(number).item() == 2.5
    assert as_numbers("no number") == "no number"


def test_close_sees_arrays_and_dictionaries():
    a, b = np.array([1.0, 2.0]), np.array([1.0, 2.0 + 1e-6])
    assert close(a, a.copy()) and not close(a, b) and not close(a, 1.0)
    assert close({"d": [a, 1]}, {"d": [a.copy(), 1]})
    assert not close({"d": a}, {"d": b}) and not close({"d": a}, {"e": a})
