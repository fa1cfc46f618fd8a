"""03_bptt where it differs from the others: NumPy against autograd, judged with the student's own earlier parts."""

import numpy as np
import pytest

from unrolled.checking.question import mark
from unrolled.checking.structure import Cell
from unrolled.checking.subject import LocalChannel, Subject
from unrolled.course.course import PRACTICE_SALT, Course
from unrolled.course.master import code_stub
from unrolled.course.program import run_program

COURSE = Course.find(__file__)
BUNDLE = COURSE.bundle("03_bptt")


def program(question: str, **answers: str) -> list[tuple[str, str]]:
    """The cells that a question stands on, with other answers for some of the questions."""
    return [(id, answers.get(id, source)) for id, source in BUNDLE.program(question)]


def verdict(question: str, **answers: str):
    subject = Subject(LocalChannel(run_program(program(question, **answers))))
    return mark(BUNDLE.questions[question], subject, PRACTICE_SALT).verdict


def wrong(question: str, name: str) -> str:
    entry = next(m for m in BUNDLE.misconceptions[question] if m.name == name)
    return entry.apply(BUNDLE.answers[question])


def other(question: str, name: str) -> str:
    return next(a.source for a in BUNDLE.alternatives[question] if a.name == name)


SIGMOID_SLOPE = BUNDLE.answers["backward"].replace("(1 - states[t + 1] ** 2)", "states[t + 1] * (1 - states[t + 1])")


@pytest.mark.parametrize(
    ("forward", "loss", "backward"),
    [
        ("sigmoid_for_tanh", None, BUNDLE.answers["backward"]),  # the formulas of the notebook
        ("sigmoid_for_tanh", None, SIGMOID_SLOPE),  # the slope of this very forward
        ("start_ignored", None, BUNDLE.answers["backward"]),
        ("no_output_bias", "sum_for_mean", BUNDLE.answers["backward"]),
        (None, "sum_for_mean", BUNDLE.answers["backward"].replace("dy /= len(targets)", "dy /= 1")),
    ],
)
def test_a_fault_of_forward_or_loss_costs_nothing_on_the_way_back(forward, loss, backward):
    answers = {"backward": backward}
    answers |= {"forward": wrong("forward", forward)} if forward else {}
    answers |= {"loss": wrong("loss", loss)} if loss else {}
    assert not verdict("backward", **answers).failed


@pytest.mark.parametrize("forward", ["sigmoid_for_tanh", "no_output_bias"])
def test_a_fault_of_the_way_back_itself_costs_with_any_forward(forward):
    """The control: two faults are two."""
    answers = {"forward": wrong("forward", forward), "backward": wrong("backward", "next_step_not_added")}
    assert "recurrent" in verdict("backward", **answers).failed


def test_a_wrong_backward_costs_nothing_where_it_is_used():
    own = wrong("backward", "memory_not_transposed")
    assert not verdict("truncated_bptt", backward=own).failed
    pieces = other("truncated_bptt", "pieces_of_the_full_pass")
    assert not verdict("truncated_bptt", backward=own, truncated_bptt=pieces).failed
    assert not verdict("numpy_char_rnn", backward=own).failed


UNWRITTEN = "raise NotImplementedError()"


@pytest.mark.parametrize(
    ("question", "line", "points"),
    [
        ("clip_and_update", "    return {name: np.clip(d, -limit, limit) for name, d in grads.items()}", 8),
        ("gradient_flow", "    return np.abs(np.linalg.eigvals(W)).max()", 6),
        ("numpy_char_rnn", "        text, state = seed_char, None", 8),
        ("torch_char_rnn", "    ids = torch.tensor([char_to_idx[c] for c in text])", 7),
    ],
)
def test_a_part_that_is_not_written_yet_costs_its_own_points(question, line, points):
    indent = line[: len(line) - len(line.lstrip())]
    answer = BUNDLE.answers[question].replace(line, indent + UNWRITTEN)
    half = verdict(question, **{question: answer})
    assert half.points == points and "not answered yet" in half.reason


@pytest.mark.parametrize("question", ["loss", "clip_and_update", "gradient_flow", "numpy_char_rnn", "torch_char_rnn"])
def test_a_question_that_is_not_written_at_all_is_told_so(question):
    bare = verdict(question, **{question: code_stub(BUNDLE.cell(question).source)})
    assert bare.points == 0 and bare.text()[0].endswith("not answered yet: the code still raises NotImplementedError")


@pytest.mark.parametrize("question", ["forward", "loss", "backward"])
def test_one_class_with_all_methods_in_the_first_cell_is_as_good(question):
    answers = {"forward": other("forward", "whole_class"), "loss": "# above", "backward": "# above"}
    assert not verdict(question, **answers).failed


def test_probabilities_that_are_out_of_date_are_told_from_a_refusal():
    """Document 002's class, in this respect: it goes on with the probabilities of the forward pass before."""
    stale = verdict("backward", backward=wrong("backward", "stale_probabilities"))
    assert stale.failed == {"stale"} and "old probabilities" in stale.reason
    assert not verdict("backward", backward=other("backward", "never_stale")).failed


def test_torch_in_the_backward_pass_earns_nothing_and_beside_it_costs_nothing():
    source = "def helper(x):\n    return torch.tensor(x).numpy()\n\n" + BUNDLE.answers["backward"]
    inside = source.replace("dy = probs[t].copy()", "dy = helper(probs[t]).copy()")
    for answer, points in ((source, 18), (inside, 0)):
        cells = program("backward", backward="import torch\n" + answer)
        subject = Subject(LocalChannel(run_program(cells)))
        named = [Cell(f"the cell {id}", text) for id, text in cells]
        assert mark(BUNDLE.questions["backward"], subject, PRACTICE_SALT, named).verdict.points == points


def test_tiny_weights_would_hide_a_forgotten_slope():
    """Why the checks draw weights near 1/2: at a hundredth of that, tanh is a straight line."""
    gaps = {}
    for size in (0.5, 0.0005):
        random, found = np.random.RandomState(0), []
        for answer in (BUNDLE.answers["backward"], wrong("backward", "no_tanh_slope")):
            namespace = run_program(program("backward", backward=answer))
            rnn, random = namespace["VanillaRNN"](3, 4, 5), np.random.RandomState(0)
            for name in namespace["PARAMETERS"]:
                setattr(rnn, name, size * random.randn(*getattr(rnn, name).shape))
            outputs, _ = rnn.forward([random.randn(3, 1) for _ in range(9)])
            rnn.compute_loss(outputs, [0, 1, 2, 3, 4, 0, 1, 2, 3])
            found.append(rnn.backward([0, 1, 2, 3, 4, 0, 1, 2, 3])["dW_xh"])
        gaps[size] = abs(found[0] - found[1]).max() / abs(found[0]).max()
    assert gaps[0.5] > 0.1 and gaps[0.0005] < 1e-5


def test_what_is_said_to_explode_does_and_what_only_has_a_large_norm_does_not():
    """The numbers under “Four matrices, fifty steps”."""
    namespace = BUNDLE.namespace("gradient_flow")
    radius, flow = namespace["spectral_radius"], namespace["simulate_gradient_flow"]
    random = np.random.RandomState(0)
    raw = random.randn(10, 10)
    exploding, large = raw * 1.2 / radius(raw), raw * 1.25 / np.linalg.norm(raw, 2)
    turn = np.linalg.qr(random.randn(10, 10))[0]
    assert flow(exploding, 50)[-1] > 1e3
    assert flow(large, 50)[-1] < 1e-4  # document 002's “exploding” example
    assert flow(raw * 0.8 / radius(raw), 50)[-1] < 1e-3
    assert abs(flow(turn, 50)[-1] - flow(np.eye(10), 50)[-1]) < 1e-9  # orthogonal and identity tie


def test_the_cut_is_a_bias_and_not_noise():
    """k = 4 is further from the full gradient than 50 sequences are from 50 others."""
    cell = next(c for c in BUNDLE.cells if "def mean_gradients" in c.source)
    namespace = BUNDLE.namespace("truncated_bptt")
    run_program([("bias", cell.source)], namespace)
    one, two = (namespace["mean_gradients"]((4, 24), sequences=50, seed=0) for _ in range(2))
    assert np.array_equal(one[24], two[24])
    apart = np.linalg.norm(one[4] - one[24]) / np.linalg.norm(one[24])
    assert 0.2 < apart < 1.0


def test_no_window_is_lost_or_made_up():
    """Document 002 drops the last window where it just fits."""
    cut = BUNDLE.namespace("torch_char_rnn")["prepare_sequences"]
    for length in range(4, 30):
        inputs, targets = cut("a" * length, {"a": 0}, 3)
        assert inputs.shape == targets.shape == ((length - 1) // 3, 3)


def test_the_corpus_has_the_sizes_that_the_notebook_counts_with():
    namespace = BUNDLE.namespace("numpy_char_rnn")
    assert len(namespace["TEXT"].splitlines()) == 8 and len(namespace["chars"]) == 29
    model = BUNDLE.namespace("torch_char_rnn")["PyTorchCharRNN"](29, 32, 128, 2)
    assert sum(weights.numel() for weights in model.parameters()) == 58_429


@pytest.mark.parametrize(("name", "least", "most"), [(None, 0.9, 1.1), ("last_token_for_first", -0.1, 0.5)])
def test_the_probe_of_the_memory_experiment_tells_learning_from_none(name, least, most):
    """The threshold lies between what the reference reaches and what another target does."""
    answer = wrong("memory_experiment", name) if name else None
    subject = Subject(LocalChannel(BUNDLE.namespace("memory_experiment", answer)))
    function, probe = subject.look_up("test_rnn_memory"), subject.fixture("memory_probe", place=0)
    _, notes = subject.values(function(probe, 8, [5]), probe.get("notes"))
    assert least < notes[0]["last"] < most


def test_the_memory_plot_is_measured():
    """Document 002 draws five numbers that nobody measured; here the cells that draw are fed by the one that runs."""
    cells = {c.source: c for c in BUNDLE.cells}
    runs = next(source for source in cells if "measured[name].append(test_rnn_memory(" in source)
    plots = next(source for source in cells if "axis.fill_between(LENGTHS, found.min" in source)
    assert "np.median(found, axis=0)" in plots and "accuracy.items()" in plots and "range(4)" in runs
