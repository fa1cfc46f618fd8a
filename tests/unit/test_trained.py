"""A program that trains is run once; what is loaded afterwards is as good as what was run."""

import contextlib
import dataclasses
import linecache
import pickle

import pytest
import torch

from unrolled.auditing.audit import in_process
from unrolled.checking.subject import Subject
from unrolled.course.program import run_program
from unrolled.course.trained import run
from unrolled.desk.meter import METER

SOURCE = """
import os
import torch
import torch.nn as nn

os.system("echo ran >> {log}")

scale = 2.0

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.W = nn.Parameter(torch.ones(2))
        self.calls = []

    def forward(self, x):
        self.calls.append(len(x))
        return scale * (x @ self.W)

def set_scale(value):
    global scale
    scale = value

def fail(x):
    raise ValueError("no such thing")

model = Net()
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
for step in range({steps}):
    optimizer.zero_grad()
    model(torch.tensor([1.0, 3.0])).backward()
    optimizer.step()
"""
TRAINED = [0.0, -2.0]  # ones, less 0.5 * 2 * (1, 3)


class Lab:
    """A program, the folder where its runs are kept, and how often it was run."""

    def __init__(self, folder):
        self.log, self.cache = folder / "log", folder / "cache/trained"

    def program(self, more="", steps=1):
        return [("given", "import random\n"), ("train", SOURCE.format(log=self.log, steps=steps) + more)]

    def run(self, **changes):
        return run(self.program(**changes), self.cache)

    @property
    def times(self):
        return self.log.read_text().count("ran")

    @property
    def files(self):
        return sorted(self.cache.glob("*")) if self.cache.exists() else []


@pytest.fixture
def lab(tmp_path, monkeypatch):
    monkeypatch.setattr("unrolled.desk.meter.PASSES_TIMED", 1)  # that a cost is kept is tested here, not how good it is
    return Lab(tmp_path)


def test_it_is_run_once_and_loaded_from_then_on(lab):
    for _ in range(3):
        assert lab.run().namespace["model"].W.tolist() == TRAINED
    assert lab.times == 1 and len(lab.files) == 1


def test_without_a_folder_it_is_run_each_time(lab):
    """The control: the program does note its runs."""
    for _ in range(2):
        assert run(lab.program()).cost is None
    assert lab.times == 2 and lab.files == []


def test_a_changed_source_is_run(lab):
    lab.run()
    assert lab.run(steps=2).namespace["model"].W.tolist() == [-1.0, -5.0]
    assert lab.times == 2


def test_another_python_torch_or_numpy_is_another_run(lab, monkeypatch):
    monkeypatch.setattr("unrolled.course.trained.platform.python_version", lambda: "3.99")
    lab.run()
    monkeypatch.undo()
    lab.run()
    assert lab.times == 2
    for name in ("torch", "np"):
        monkeypatch.setattr(f"unrolled.course.trained.{name}.__version__", "1.0")
        lab.run()
    assert lab.times == 4


@pytest.mark.parametrize("more", ["", "torch.set_num_threads(2)\n", "1 / 0\n"])
def test_it_runs_on_one_thread_and_the_process_keeps_its_own(lab, more):
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(3)
        with contextlib.suppress(ZeroDivisionError):
            assert lab.run(more="threads = torch.get_num_threads()\n" + more).namespace["threads"] == 1
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[: len(content) // 2],
        lambda content: b"",
        lambda content: content.replace(torch.tensor(TRAINED).numpy().tobytes(), b"\0" * 8),  # other weights
        lambda content: pickle.dumps(({}, {})),
    ],
    ids=["truncated", "empty", "other weights", "foreign"],
)
def test_a_spoilt_file_is_not_believed(lab, spoil):
    lab.run()
    (file,) = lab.files
    content = file.read_bytes()
    assert spoil(content) != content
    file.write_bytes(spoil(content))
    assert lab.run().namespace["model"].W.tolist() == TRAINED
    assert lab.times == 2
    lab.run()
    assert lab.times == 2  # and has been replaced


def test_what_has_no_pickle_is_run_each_time_and_leaves_nothing(lab):
    for _ in range(2):
        with pytest.warns(UserWarning, match="cell train makes is not kept.*'generator'"):
            ran = lab.run(more="endless = (n for n in range(3))\n")
        assert next(ran.namespace["endless"]) == 0 and ran.cost["passes"] > 0
    assert lab.times == 2 and lab.files == []


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(lab):
    lab.cache.parent.write_text("a file in the way")
    with pytest.warns(UserWarning, match="is not kept"):
        assert lab.run().namespace["model"].W.tolist() == TRAINED


def test_a_program_that_fails_is_not_kept(lab):
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            lab.run(more="1 / 0\n")
    assert lab.times == 2 and lab.files == []


def test_an_interrupted_write_leaves_no_file(lab, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("unrolled.course.trained.os.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        lab.run()
    assert lab.files == []


# --- what was loaded is as good as what was run ---------------------------------------------------------


@pytest.fixture(params=["first run", "loaded"])
def namespace(lab, request):
    if request.param == "loaded":
        lab.run()
    namespace = lab.run().namespace
    assert lab.times == 1
    return namespace


def test_a_loaded_class_can_be_used_and_its_objects_belong_to_it(namespace):
    net, x = namespace["Net"](), torch.tensor([[1.0, 2.0]])
    assert net(x).tolist() == [6.0] and net.calls == [1]
    assert isinstance(namespace["model"], namespace["Net"]) and namespace["Net"].__module__ == "__main__"
    assert namespace["model"](x).tolist() == [-8.0]
    assert namespace["optimizer"].param_groups[0]["params"][0] is namespace["model"].W


def test_further_cells_run_in_what_was_loaded(namespace):
    cell = "class Wider(Net):\n    pass\nscale = 1.0\nassert Wider()(torch.ones(1, 2)).item() == 2.0\nset_scale(5.0)\n"
    assert run_program([("try", cell)], namespace) is namespace
    assert namespace["scale"] == 5.0 and namespace["model"](torch.ones(1, 2)).tolist() == [-10.0]


def test_two_loads_share_nothing(lab):
    """What a visible test patches in one must not be patched in the other."""
    first, second = lab.run().namespace, lab.run().namespace
    first["scale"], first["Net"].forward = 100.0, None
    first["model"].W.data.fill_(7.0)
    assert second["model"](torch.ones(1, 2)).tolist() == [-4.0]


@pytest.mark.parametrize("where", ["in process", "socket"])
def test_an_error_quotes_the_line_though_this_process_never_ran_it(lab, request, monkeypatch, where):
    host = in_process if where == "in process" else request.getfixturevalue("child").host
    lab.run()
    monkeypatch.delitem(linecache.cache, "<cell train>")
    with host(lab.program(), lab.cache) as channel:
        assert Subject(channel).look_up("fail")(1).value().where == 'raise ValueError("no such thing")'
    assert lab.times == 1


def test_names_of_pythons_own_are_left_out_and_made_anew(lab):
    namespace = lab.run(more="count: int = len([1, 2])\n").namespace
    assert "__annotations__" not in namespace
    run_program([("try", "other: int = max(count, 1)\nassert __name__ == '__main__'\n")], namespace)
    assert namespace["other"] == 2 and namespace["__annotations__"] == {"other": int}


# --- what it cost ---------------------------------------------------------------------------------------


def test_the_cost_of_the_run_is_kept_with_it(lab):
    """A run of 0.3 CPU seconds; loading takes a hundredth of that, and must not be what is told."""
    busy = "import time\nuntil = time.process_time() + 0.3\nwhile time.process_time() < until: pass\n"
    first, again = lab.run(more=busy), lab.run(more=busy)
    assert first.cost == again.cost and 0.3 <= first.cost["seconds"] < 1
    assert first.cost["passes"] == pytest.approx(
        first.cost["seconds"] / ((first.cost["before"] + first.cost["after"]) / 2)
    )


@pytest.mark.parametrize("where", ["in process", "socket"])
def test_a_check_that_asks_for_the_cost_is_told_the_recorded_one(lab, request, where):
    host = in_process if where == "in process" else request.getfixturevalue("child").host
    cost = lab.run().cost
    with host(lab.program(), lab.cache) as channel:
        subject = Subject(channel)
        subject.lap()
        assert subject.spent(subject.look_up("model")).value() == cost


def test_the_process_is_asked_for_the_cost_of_what_was_not_measured(lab):
    assert run(lab.program()).meter is METER


# --- the bundle -----------------------------------------------------------------------------------------


@pytest.fixture
def bundle(course_copy):
    """A bundle whose second question trains, as far as it says."""
    bundle = course_copy.bundle("02_manual_rnn")
    bundle.declared["manual_rnn_cell"] = dataclasses.replace(bundle.declared["manual_rnn_cell"], budget=1000.0)
    return bundle


def ids(program):
    return [id for id, _ in program]


def test_the_answers_of_others_that_train_are_left_out(bundle):
    given = ["setup", "imports", "manual_embedding"]
    assert ids(bundle.program("manual_rnn_cell")) == [*given, "manual_rnn_cell"]
    assert ids(bundle.program("manual_rnn")) == [*given, "predict_fading", "manual_rnn"]


def test_only_what_trains_is_kept(bundle):
    for id in ("manual_embedding", "manual_rnn_cell"):
        bundle.namespace(id)
    assert [path.parent for path in bundle.root.glob(".cache/*/*")] == [bundle.cache("manual_rnn_cell")]
    assert bundle.cache("manual_embedding") is None
    assert bundle.ran("manual_rnn_cell").cost and bundle.ran("manual_embedding").cost is None
