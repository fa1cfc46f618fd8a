"""04_gradient_flow where it differs from the others: what its text claims, what document 001 could not see."""

import importlib
import re
import sys

import matplotlib
import matplotlib.pyplot as plt
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from unrolled.checking.question import mark
from unrolled.checking.subject import LocalChannel, Subject
from unrolled.course.course import PRACTICE_SALT, Course
from unrolled.course.master import CODE_STUB, code_stub
from unrolled.course.program import run_program

matplotlib.use("Agg")
BUNDLE = Course.find(__file__).bundle("04_gradient_flow")


def by_name(question: str, name: str) -> str:
    known = {a.name: a.source for a in BUNDLE.alternatives[question]}
    known |= {m.name: m.apply(BUNDLE.answers[question]) for m in BUNDLE.misconceptions[question]}
    return known[name]


def test_equal_parameters_cannot_tell_a_diagonal_layer():
    """With one unit, or with all numbers alike and one unit, it gives the right numbers; the check rejects it."""
    source = by_name("rnn_layer", "only_the_diagonal")
    namespace = BUNDLE.namespace("rnn_layer", source)
    layer = namespace["all_set_to"](0.1, namespace["RNNLayer"](1, 1))
    assert abs(layer(torch.ones(1, 1, 1))[0].item() - 0.1973753) < 1e-6
    verdict = mark(BUNDLE.questions["rnn_layer"], Subject(LocalChannel(namespace)), PRACTICE_SALT).verdict
    assert "values" in verdict.failed


def test_the_document_s_loss_example_needs_three_axes():
    """On (2, 3) the last output passes for the last step; on (B, T, O) it does not."""
    wrong = BUNDLE.namespace("loss_fn", by_name("loss_fn", "last_output_for_the_last_step"))["loss_fn"]
    right = BUNDLE.namespace("loss_fn")["loss_fn"]
    pred = torch.tensor([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]])
    y = torch.tensor([[-1.1, -1.2, -1.3], [-1.4, -1.5, -1.6]])
    assert abs(wrong(pred, y, True) - 3.7) < 1e-6
    assert abs(right(pred[..., None], y[..., None], True) - 3.7) < 1e-6
    assert abs(wrong(pred[..., None], y[..., None], True) - 3.7) > 0.1


RETURNS = ["None", "(None, None)", "3.0", "torch.zeros(1)", "(torch.zeros(2, 2), [torch.zeros(1)])", "{}", "[]"]


@pytest.mark.parametrize("body", ["raise NotImplementedError()", *(f"return {what}" for what in RETURNS)])
@pytest.mark.parametrize(
    "question", [q for q in BUNDLE.questions if not BUNDLE.trains(q) and not q.startswith("predict_")]
)
def test_no_answer_makes_a_check_fail_itself(question, body):
    """Nothing written yet, or something else altogether: no points where it counts, and nobody has to look."""
    namespace = BUNDLE.namespace(question, code_stub(BUNDLE.cell(question).source).replace(CODE_STUB, body))
    verdict = mark(BUNDLE.questions[question], Subject(LocalChannel(namespace)), PRACTICE_SALT).verdict
    assert not verdict.needs_person and verdict.points <= 0.3 * verdict.of, verdict.text()


@pytest.fixture(scope="module")
def notebook():
    """The globals after the instrument's question, with its panels."""
    return BUNDLE.namespace("gradient_visualizer")


@pytest.mark.parametrize(("weight_val", "bias_val"), [(5.0, 5.0), (-5.0, 1.0), (0.0, 0.0), (1.0, -5.0)])
def test_the_axes_hold_every_value(notebook, capsys, weight_val, bias_val):
    """At the sliders' ends too; a gradient of zero is drawn at the floor."""
    torch.manual_seed(0)
    gauge = notebook["GradientVisualizer"](notebook["RNNLayer"](1, 8, nn.Identity()), True)
    gauge.create_visualization(use_ipympl=False)
    gauge.update_plots(weight_val, bias_val)
    for line, panel in zip(gauge.plots[:2], gauge.panels, strict=True):
        low, high = panel.get_ylim()
        assert len(line.get_ydata()) == 10 and all(low <= v <= high for v in line.get_ydata())
    assert "largest |eigenvalue|" in capsys.readouterr().out


def test_a_canvas_of_ipympl_leaves_other_figures_as_they_were(notebook, monkeypatch):
    """Later figures would be canvases as well, which a page or another viewer does not show."""
    pytest.importorskip("ipympl", reason="needs ipympl: pip install 'unrolled[notebooks]'")

    def forget():
        for module in [m for m in sys.modules if m.split(".")[0] == "ipympl"]:
            monkeypatch.delitem(sys.modules, module)

    forget()
    importlib.import_module("ipympl")
    assert "ipympl" in plt.get_backend()  # the control: importing it is enough
    plt.switch_backend("Agg")
    forget()
    gauge = notebook["GradientVisualizer"](notebook["RNNLayer"](1, 8, nn.Identity()), True)
    gauge.create_visualization(use_ipympl=True)
    assert "ipympl.backend_nbagg" in sys.modules and plt.get_backend().lower() == "agg"


def test_what_the_notebook_says_of_eigenvalues(notebook):
    """The identity follows |λ|; tanh and ReLU do not: at 1.25 they lose their gradient."""
    (source,) = [c.source for c in BUNDLE.cells if "def factor_per_step" in c.source]
    namespace = run_program([("measure", source)], dict(notebook))
    measured = namespace["measured"]
    for eigenvalue in (0.8, 1.0, 1.25, 2.0, 3.13):
        assert all(0.8 * eigenvalue < factor <= 1.01 * eigenvalue for factor in measured["identity", eigenvalue])
    assert sum(f < 1 for f in measured["tanh", 1.25]) == 5 and sum(f < 1 for f in measured["relu", 1.25]) >= 3
    assert max(measured["tanh", 3.13]) < 0.5 * 3.13


def test_questions_are_numbered_one_after_the_other():
    headings = [re.match(r"## (\d+) · ", c.source) for c in BUNDLE.cells if c.type == "markdown"]
    assert [int(h[1]) for h in headings if h] == list(range(1, 10))


def test_the_reference_lstm_is_torchs():
    """Values and gradients: the check compares with the formula where nn.LSTM gives no gradients of cell states."""
    layer, reference = BUNDLE.namespace("lstm_layer")["LSTMLayer"](3, 5), nn.LSTM(3, 5, batch_first=True)
    with torch.no_grad():
        for mine, name in (("W_ih", "weight_ih_l0"), ("W_hh", "weight_hh_l0"), ("b", "bias_ih_l0")):
            reference.get_parameter(name).copy_(layer.get_parameter(mine))
        reference.bias_hh_l0.zero_()
    x = torch.randn(2, 7, 3)
    here, there = layer(x)[0], reference(x)[0]
    assert torch.allclose(here, there, atol=1e-6)
    mine = torch.autograd.grad(here.square().sum(), list(layer.parameters()))
    theirs = torch.autograd.grad(there.square().sum(), list(reference.parameters()))
    for a, b in zip(mine, theirs[:3], strict=True):
        assert torch.allclose(a, b, atol=1e-5)


@pytest.mark.parametrize("name", ["side_by_side", "state_first", "plain_parameters"])
def test_a_visualizer_fits_every_way_to_keep_weights(name):
    """The eigenvalue is U's, for I != H: read from outside."""
    namespace = BUNDLE.namespace("gradient_visualizer", by_name("gradient_visualizer", name))
    layer = namespace["RNNLayer"](3, 5)
    U = namespace["read_recurrence"](layer)[0]
    gauge = namespace["GradientVisualizer"](layer, True, (torch.randn(1, 4, 3), torch.randn(1, 4, 1)))
    biggest = namespace["biggest_eig_magnitude"]
    assert abs(biggest(gauge.recurrent_matrix()) - biggest(U)) < 1e-3


def fresh_of(answer: str) -> dict:
    """The globals with `fresh`, after an answer to the instrument's question."""
    (fresh,) = [c.source for c in BUNDLE.cells if "def fresh(" in c.source]
    tool = BUNDLE.cell("write_recurrent_tool").source
    return run_program([("tool", tool), ("fresh", fresh)], BUNDLE.namespace("gradient_visualizer", answer))


@pytest.mark.parametrize("name", ["", "side_by_side", "state_first", "plain_parameters"])
def test_an_orthogonal_start_is_one_wherever_the_layer_keeps_its_numbers(name):
    """Read from outside; state_first returns a copy of U, into which nothing could be written. As drawn U is not."""
    namespace = fresh_of(by_name("gradient_visualizer", name) if name else BUNDLE.answers["gradient_visualizer"])
    torch.manual_seed(0)
    for kind, is_orthogonal in (("RNN, orthogonal U", True), ("RNN", False)):
        U = namespace["read_recurrence"](namespace["fresh"](kind, 6))[0]
        assert torch.allclose(U @ U.T, torch.eye(6), atol=1e-2) == is_orthogonal

    layer = namespace["RNNLayer"](3, 5)
    _, W, b, _ = namespace["read_recurrence"](layer)
    gauge = namespace["GradientVisualizer"](layer, True, (torch.zeros(1, 4, 3), torch.zeros(1, 4, 1)))
    namespace["write_recurrent_matrix"](gauge, 0.3 * torch.eye(5))
    U_now, W_now, b_now, _ = namespace["read_recurrence"](layer)
    assert torch.allclose(U_now, 0.3 * torch.eye(5), atol=1e-3)
    assert torch.allclose(W_now, W, atol=1e-3) and torch.allclose(b_now, b, atol=1e-3)


@pytest.mark.parametrize("name", ["matrix_of_the_input", "singular_values", "matrix_before_the_sliders"])
def test_a_matrix_that_is_not_the_layers_is_told_and_nothing_is_written(name):
    namespace = fresh_of(by_name("gradient_visualizer", name))
    layer = namespace["RNNLayer"](2, 5)
    before = {key: numbers.clone() for key, numbers in layer.state_dict().items()}
    gauge = namespace["GradientVisualizer"](layer, True, (torch.zeros(1, 4, 2), torch.zeros(1, 4, 1)))
    with pytest.raises(AssertionError, match="mend question 4 first"):
        namespace["write_recurrent_matrix"](gauge, torch.eye(5))
    assert all(torch.equal(numbers, before[key]) for key, numbers in layer.state_dict().items())


def test_the_baselines_of_the_training_are_what_the_text_says():
    """Always 0 costs 0.293 on average; the best fixed filter at least five times what is asked for."""
    torch.manual_seed(0)
    x = torch.randn(20_000, 10)
    y = x.cumsum(1) / torch.arange(1, 11)
    assert abs((y**2).mean() - 0.293) < 0.01
    lags = torch.stack([F.pad(x, (lag, 0))[:, :10] for lag in range(10)], dim=2).flatten(0, 1)
    weights = torch.linalg.lstsq(lags, y.flatten()[:, None]).solution
    assert ((lags @ weights)[:, 0] - y.flatten()).square().mean() > 0.05
