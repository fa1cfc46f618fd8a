"""By hand means by hand: what reading the source finds, and what it leaves alone."""

import pytest

from unrolled.checking.structure import EMBEDDING, FUSED_RNN, Cell, read

IMPORTS = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"
HONEST = "class A(nn.Module):\n    def forward(self, x, h):\n        return torch.tanh(x @ self.W + h @ self.U)\n"


def reading(*sources, name="A", forbids=FUSED_RNN):
    return read([Cell(f"cell {i}", source) for i, source in enumerate([IMPORTS, *sources])], name, forbids)


FORBIDDEN = {
    "held": "class A(nn.Module):\n    def __init__(self):\n        self.c = nn.RNNCell(2, 2)",
    "in full": "class A(torch.nn.Module):\n    c = torch.nn.RNN(2, 2)",
    "subclass": "class A(nn.RNNCell):\n    pass",
    "imported": "from torch.nn import RNNCell\nclass A(nn.Module):\n    c = RNNCell(2, 2)",
    "renamed": "from torch.nn import GRUCell as Mine\nclass A(nn.Module):\n    c = Mine(2, 2)",
    "another torch": "import torch as th\nclass A(th.nn.Module):\n    c = th.nn.LSTM(2, 2)",
    "imported inside": "class A:\n    def f(self):\n        from torch.nn import RNNCell\n        return RNNCell",
    "literal getattr": 'class A(nn.Module):\n    c = getattr(nn, "RNNCell")(2, 2)',
    "by dict": 'class A(nn.Module):\n    c = nn.__dict__["RNNCell"](2, 2)',
    "by vars": 'class A(nn.Module):\n    c = vars(nn)["RNNCell"](2, 2)',
    "private function": "class A:\n    def forward(self, x, h):\n        return torch._VF.rnn_tanh_cell(x, h)",
    "aten": "class A(nn.Module):\n    def forward(self, x, h):\n        return torch.ops.aten.rnn_tanh_cell(x, h)",
    "module path": "class A(nn.Module):\n    c = nn.modules.rnn.RNNCell(2, 2)",
    "star": "from torch.nn import *\nclass A(Module):\n    c = RNNCell(2, 2)",
    "the name itself": "A = nn.RNNCell",
}


@pytest.mark.parametrize("source", FORBIDDEN.values(), ids=FORBIDDEN)
def test_forbidden_names_are_found_with_their_line(source):
    uses = reading(source).uses
    assert uses and "of cell 1 uses torch." in uses[0]


def test_what_the_answer_reaches_counts():
    helper = "Inner = nn.RNNCell\ndef make(n):\n    return Inner(n, n)"
    answer = "class A(nn.Module):\n    def __init__(self):\n        self.c = make(3)"
    assert reading(helper, answer).uses == ["line 1 of cell 1 uses torch.nn.RNNCell"]


def test_what_another_question_judges_does_not_count_twice():
    """A wrapped cell has cost its own points; the RNN that is built on it is read without it."""
    cells = [Cell("cell 0", IMPORTS), Cell("cell 1", "class Inner(nn.RNNCell):\n    pass")]
    cells.append(Cell("cell 2", "class A(nn.Module):\n    def __init__(self):\n        self.c = Inner(2, 2)"))
    assert read(cells, "A", FUSED_RNN, given=frozenset({"Inner"})).uses == []
    assert read(cells, "A", FUSED_RNN).uses and read(cells, "Inner", FUSED_RNN, given=frozenset({"A"})).uses


@pytest.mark.parametrize(
    "patch", ["A.forward = nn.RNNCell(2, 2).forward", "setattr(A, 'c', nn.RNNCell(2, 2))", "A = wrap(nn.RNNCell)"]
)
def test_changing_it_later_counts(patch):
    assert reading(HONEST, patch).uses


def test_comparing_in_a_scratch_cell_does_not_count():
    assert reading(HONEST, "theirs = nn.RNNCell(2, 2)\nprint(A()(x, h) - theirs(x, h))").uses == []


def test_a_scratch_variable_with_a_parameters_name_does_not_count():
    """`x` and `out` of the notebook have nothing to do with `x` and `out` inside forward."""
    answer = HONEST.replace("return torch", "out = torch").rstrip() + "\n        return out\n"
    assert reading(answer, "out, x = nn.RNN(2, 2)(torch.ones(1, 1, 2))").uses == []
    shared = answer.replace("out = torch", "global out\n        out = torch")
    assert reading(shared, "out, x = nn.RNN(2, 2)(torch.ones(1, 1, 2))").uses


def test_own_names_that_sound_alike_do_not_count():
    own = "class RNNCell(nn.Module):\n    pass\nclass A(nn.Module):\n    c = RNNCell()\n    embedding = 3"
    assert reading(own).uses == []
    assert reading("class A(nn.Module):\n    def f(self):\n        return self.embedding", forbids=EMBEDDING).uses == []


def test_comments_strings_and_magics_do_not_count():
    source = '%matplotlib inline\n!pip list\nclass A(nn.Module):\n    """Like nn.RNNCell."""  # not nn.RNNCell'
    assert reading(source).uses == []


@pytest.mark.parametrize(
    "source", ["class A(nn.Module):\n    c = eval('nn.RNN' + 'Cell')", "class A:\n    c = getattr(nn, name)"]
)
def test_what_only_running_could_tell_is_flagged(source):
    found = reading(source)
    assert found.uses == [] and found.unclear


def test_a_cell_that_does_not_parse_hides_nothing_else():
    assert reading("class B(:\n", "A = nn.RNN").uses
