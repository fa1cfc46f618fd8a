"""The subject's operations, in process and across a socket: each test runs both ways."""

import contextlib

import pytest
import torch

from unrolled.auditing.audit import in_process
from unrolled.checking.subject import LocalChannel, Problem, SocketChannel, Subject, Unreachable
from unrolled.desk.fixtures import ScriptedCharModel

PROGRAM = [
    (
        "things",
        """
import sys, torch
import torch.nn as nn

class Layer(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.W = nn.Parameter(torch.ones(size, size))
        self.plain = torch.ones(size, requires_grad=True)
        self.parts = nn.ModuleList([nn.Linear(size, size, bias=False)])
        self.calls = 0

    def forward(self, x, times=1):
        self.calls += 1
        print("called", self.calls)
        print("warned", file=sys.stderr)
        return times * (x @ self.W.T)

def spoil(x):
    x.zero_()
    return None

def fail(x):
    raise ValueError("no  such\\nthing")

def leave():
    sys.exit(3)

def endless():
    n = 0
    while True:
        yield n
        n += 1

def one_hot(ids, vocab_size):
    raise RuntimeError("an answer that fails")

def embed(ids, vocab_size):
    return one_hot(ids, vocab_size) * 2

def rows(x):
    return [x[0] * 2, x[1] * 2], x.sum()

numbers = [1, (2.5, "two"), {"k": None}]
draw = lambda: torch.rand(3)
""",
    )
]


@pytest.fixture(params=["in process", "socket"])
def subject(request):
    host = in_process if request.param == "in process" else request.getfixturevalue("child").host
    with contextlib.ExitStack() as stack:
        yield Subject(stack.enter_context(host(PROGRAM)))


def test_construct_load_and_call_in_one_trip(subject):
    x = torch.tensor([[1.0, 2.0]])
    out = subject.look_up("Layer")(2).load(W=torch.tensor([[1.0, 0.0], [3.0, -1.0]]))(x, times=2)
    assert out.value().tolist() == [[2.0, 2.0]]


def test_values_of_every_kind_come_back(subject):
    assert subject.look_up("numbers").value() == [1, (2.5, "two"), {"k": None}]


def test_missing_names_and_exceptions_are_values(subject):
    assert subject.look_up("absent").value().kind == "NameError"
    problem = subject.look_up("fail")(1).value()
    assert problem.kind == "ValueError" and problem.message == "no such thing"
    assert "raise ValueError" in problem.where  # the student's own line


def test_exit_does_not_end_the_marking(subject):
    assert subject.look_up("leave")().value().kind == "SystemExit"
    assert subject.look_up("numbers").length().value() == 3


def test_operations_on_a_failure_pass_it_on(subject):
    failed = subject.look_up("absent")
    assert failed(1).get("W")[0].value() == failed.value()


def test_attributes_by_path(subject):
    layer = subject.look_up("Layer")(2)
    assert layer.get("parts.0.weight").value().shape == (2, 2)
    assert layer.load(parts__0__weight=torch.zeros(2, 2)).get("parts.0.weight").value().sum() == 0
    assert layer.load(calls=7).get("calls").value() == 7


def test_loading_another_shape_says_so(subject):
    problem = subject.look_up("Layer")(2).load(W=torch.zeros(3, 2)).value()
    assert "W has shape (2, 2); it should be (3, 2)" in problem.message


def test_gradients_with_none_where_nothing_flows(subject):
    layer, x = subject.look_up("Layer")(2), subject.put(torch.ones(1, 2), requires_grad=True)
    out = layer(x)
    grads = subject.grad([out], [torch.tensor([[1.0, 0.0]])], [x, layer.get("W"), layer.get("plain")]).value()
    assert grads[0].tolist() == [[1.0, 1.0]]
    assert grads[1].tolist() == [[1.0, 1.0], [0.0, 0.0]]
    assert grads[2] is None
    assert subject.grad([layer(x, grad=False)], [torch.ones(1, 2)], [x]).value() == [None]


def test_registered_parameters_are_told_from_plain_tensors(subject):
    layer = subject.look_up("Layer")(2)
    assert layer.registered("W").value() is True
    assert layer.registered("plain").value() is False


def test_state_goes_out_and_in(subject):
    layer = subject.look_up("Layer")(2)
    state = layer.state().value()
    assert set(state) == {"W", "parts.0.weight"}
    state["W"] = torch.full((2, 2), 5.0)
    assert layer.load_state(state).get("W").value().tolist() == [[5.0, 5.0], [5.0, 5.0]]


def test_modes_are_methods(subject):
    layer = subject.look_up("Layer")(2)
    assert layer.method("double").get("W").value().dtype == torch.float64
    layer.method("eval").value()
    assert layer.get("training").value() is False


def test_length_index_and_iteration_even_without_end(subject):
    numbers = subject.look_up("numbers")
    assert numbers.length().value() == 3
    assert numbers[1][0].value() == 2.5
    assert subject.look_up("endless")().items(4).value() == [0, 1, 2, 3]


def test_arguments_can_be_looked_at_after_the_call(subject):
    spoilt = subject.look_up("spoil")(torch.ones(2))
    result, argument = subject.values(spoilt, *spoilt.arguments)
    assert result is None and argument.tolist() == [0.0, 0.0]


def test_printing_is_captured(subject):
    out = subject.look_up("Layer")(2)(torch.ones(1, 2))
    assert out.printed().value() == "called 1\nwarned\n"


def test_seeding_makes_draws_repeat(subject):
    subject.seed(5)
    first = subject.look_up("draw")().value()
    subject.seed(5)
    assert torch.equal(first, subject.look_up("draw")().value())


def test_what_cannot_be_sent_is_a_problem(subject):
    assert isinstance(subject.look_up("endless")().value(), Problem) is False  # a generator is named by its type
    huge = subject.look_up("torch").get("zeros")(10**8).value()
    assert isinstance(huge, Problem) and "MB" in huge.message


def test_kinds_name_the_base_classes(subject):
    kinds = subject.look_up("Layer")(2).kinds().value()
    assert "torch.nn.modules.linear.Linear" in kinds["parts.0"]


def test_a_dead_process_is_unreachable():
    import socket

    here, there = socket.socketpair()
    there.close()
    with pytest.raises(Unreachable):
        Subject(SocketChannel(here)).look_up("x").value()


def test_a_silent_process_is_unreachable_after_its_deadline():
    import socket

    here, there = socket.socketpair()
    with pytest.raises(Unreachable, match="in time"):
        Subject(SocketChannel(here, deadline=0.2)).look_up("x").value()
    there.close()


def test_several_results_in_a_row_give_one_gradient():
    """Flat: both results of an RNN have a part in it, the second too where the first is left out."""
    import torch

    from unrolled.checking.subject import LocalChannel, Subject
    from unrolled.desk.fixtures import Flat

    rnn = torch.nn.RNN(2, 3, batch_first=True)
    subject = Subject(LocalChannel({"rnn": rnn}))
    flat = subject.fixture("flat", module=subject.look_up("rnn"))
    x = torch.randn(1, 4, 2)
    output, hidden = rnn(x)
    (got,) = subject.values(flat(x))
    assert torch.equal(got, torch.cat([output.flatten(), hidden.flatten()]))
    assert subject.values(flat.registered("module.weight_ih_l0")) == [True]
    assert torch.equal(Flat(torch.nn.Identity())(x), x.flatten())  # a single result, too


def test_a_scripted_model_starts_another_text_for_another_shift():
    """And a shift of 0 is the text that there always was."""
    ids, last = torch.tensor([[3, 1, 4]]), {}
    for shift in (0, 0, 5):
        logits, _ = ScriptedCharModel(29, shift=shift)(ids)
        last.setdefault(shift, []).append(logits[0].argmax(-1).tolist())
    assert last[0][0] == last[0][1] != last[5][0]
    assert last[0][0][0] == (3 + 7) % 29


def test_a_stand_in_takes_the_place_of_an_answer_until_it_is_put_back(subject):
    ids = torch.tensor([2, 0])
    assert isinstance(subject.look_up("embed")(ids, 3).value(), Problem)
    subject.stand_in("one_hot", "one_hot")
    subject.stand_in("missing", "rnn_cell")
    assert subject.look_up("embed")(ids, 3).value().tolist() == [[0, 0, 2], [2, 0, 0]]
    assert not isinstance(subject.look_up("missing").value(), Problem)
    subject.own()
    assert isinstance(subject.look_up("embed")(ids, 3).value(), Problem)
    assert isinstance(subject.look_up("missing").value(), Problem)


def test_a_cell_that_is_run_again_leaves_no_trace(subject):
    subject.run_again("made = embed(torch.tensor([1]), 2)\nnumbers = made.tolist()", {"one_hot": "one_hot"})
    assert subject.look_up("numbers").value() == [[0, 2]]
    subject.own()
    assert isinstance(subject.look_up("made").value(), Problem)
    assert subject.look_up("numbers").value()[0] == 1


def test_a_cell_that_fails_again_leaves_no_trace_either(subject):
    subject.run_again("made = 1\nraise ValueError", {"one_hot": "one_hot"})
    assert subject.look_up("made").value() == 1
    subject.own()
    assert isinstance(subject.look_up("made").value(), Problem)


def test_parts_and_gradients_of_what_is_no_tensor_yet(subject):
    """A forgotten torch.stack: the rows can still be read, and so can what flows through them."""
    x = subject.put(torch.ones(2, 3), requires_grad=True)
    result = subject.look_up("rows")(x)
    first, second = result.part(0, 2), result.part(1, 2)
    (along_rows,) = subject.grad([first], [torch.ones(2, 3)], [x]).value()
    assert along_rows.tolist() == [[2.0] * 3] * 2 and second.value() == 6
    alone = subject.look_up("Layer")(3)(x)
    assert alone.part(0, 2).value().shape == (2, 3) and "only 1 of 2" in str(alone.part(1, 2).value())


def test_what_no_handle_names_any_more_is_let_go_of():
    channel = LocalChannel({"make": lambda: torch.zeros(10)})
    subject = Subject(channel)
    for _ in range(50):
        subject.look_up("make")().value()
    subject.values()
    assert len(channel.desk.slots) < 5


SETTINGS = [
    ("torch.set_default_dtype(torch.float64)", "torch.set_default_dtype(torch.float32)"),
    ("torch.set_grad_enabled(False)", "torch.set_grad_enabled(True)"),
    ("torch.set_default_device('meta')", "torch.set_default_device(None)"),
    ("warnings.simplefilter('error')", "warnings.resetwarnings()"),
]


@pytest.mark.parametrize(("setting", "undone"), SETTINGS)
def test_what_a_notebook_sets_for_all_of_itself_changes_no_marking(setting, undone):
    """And it is there again afterwards, for the notebook's own next cell."""
    import warnings

    namespace = {"torch": torch, "warnings": warnings}
    exec("def make(x):\n    warnings.warn('old')\n    return torch.nn.Linear(2, 2)(x)", namespace)
    subject = Subject(LocalChannel(namespace))
    with warnings.catch_warnings():
        exec(setting, namespace)
        try:
            asked = torch.get_default_dtype(), torch.is_grad_enabled(), torch.get_default_device()
            x = torch.zeros(1, 2, dtype=torch.float32, device="cpu")
            result = subject.look_up("make")(subject.put(x)).value()
            after = torch.get_default_dtype(), torch.is_grad_enabled(), torch.get_default_device()
        finally:
            exec(undone, namespace)
    assert not isinstance(result, Problem) and result.dtype == torch.float32 and result.device.type == "cpu"
    assert after == asked
