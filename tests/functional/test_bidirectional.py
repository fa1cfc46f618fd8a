"""05_bidirectional where it differs from the others: its text, from wherever it comes, and what its prose claims."""

import os
import time

import pytest
import torch

from unrolled.checking.question import mark
from unrolled.checking.structure import Cell
from unrolled.checking.subject import LocalChannel, Subject
from unrolled.course.course import PRACTICE_SALT, Course
from unrolled.course.program import run_program

COURSE = Course.find(__file__)
BUNDLE = COURSE.bundle("05_bidirectional")
REAL = [os.environ.get("UNROLLED_DATA", ""), str(COURSE.root.parent / "shared" / "data")]
OFFLINE = "the help pages of Python"


def source_of(id: str) -> str:
    """Of any code cell, by nbgrader's id or the notebook's."""
    import nbformat

    cells = nbformat.read(BUNDLE.master_path, as_version=4).cells
    return next(cell.source for cell in cells if cell.id == id)


def run(*ids: str, namespace: dict | None = None) -> dict:
    return run_program([(id, source_of(id)) for id in ids], namespace)


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """No folder that is named, an empty cache, and no sign that anybody is marking."""
    for name in ("UNROLLED_DATA", "UNROLLED_OFFLINE", "UNROLLED_REFEREE", "NBGRADER_EXECUTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return run("imports", "text_tools")


@pytest.fixture
def tries(nowhere, monkeypatch):
    """The addresses that were asked for; none of them answers."""
    asked = []

    def refuse(address, timeout):
        asked.append((address, timeout))
        raise OSError("no network")

    monkeypatch.setattr("urllib.request.urlopen", refuse)
    yield asked
    os.environ.pop("UNROLLED_OFFLINE", None)  # set by the notebook itself, so that monkeypatch knows nothing of it


# --- the text ------------------------------------------------------------------------------------------------


def test_the_real_text_has_the_numbers_of_the_document(nowhere, monkeypatch, capsys):
    folder = next((f for f in REAL if f and os.path.isfile(os.path.join(f, "tinyshakespeare.txt"))), None)
    if folder is None:
        pytest.skip("tinyshakespeare.txt is neither in $UNROLLED_DATA nor in ../shared/data/")
    monkeypatch.setenv("UNROLLED_DATA", folder)
    namespace = run("text_choice", "vocabulary", namespace=nowhere)
    assert "tiny Shakespeare" in namespace["source"]
    assert (len(namespace["text"]), len(namespace["chars"])) == (1_115_394, 65)
    assert (namespace["stoi"]["\n"], namespace["SPACE"]) == (0, 1)
    assert (len(namespace["train_ids"]), len(namespace["val_ids"])) == (1_003_854, 111_540)
    known = vars(BUNDLE.load("train_bi_rnn.check"))["_known_text"]
    assert known(namespace["val_ids"], namespace["chars"])


def test_the_stand_in_is_what_the_check_knows(tries, nowhere):
    namespace = run("text_choice", "vocabulary", namespace=nowhere)
    assert namespace["source"].startswith(OFFLINE) and len(namespace["text"]) > 200_000
    assert not any(len(word) > 20 for word in namespace["text"].split()) and "  " not in namespace["text"]
    known = vars(BUNDLE.load("train_bi_rnn.check"))["_known_text"]
    assert known(namespace["val_ids"], namespace["chars"])
    assert not known(namespace["val_ids"].roll(1), namespace["chars"])  # the control


def test_the_network_is_tried_once(tries, nowhere):
    for _ in range(3):
        run("text_choice", namespace=nowhere)
    assert len(tries) == 1 and tries[0][1] <= 5


@pytest.mark.parametrize("sign", ["UNROLLED_REFEREE", "NBGRADER_EXECUTION", "UNROLLED_OFFLINE"])
def test_the_network_is_not_tried_while_marking(tries, nowhere, monkeypatch, sign):
    monkeypatch.setenv(sign, "1")
    assert run("text_choice", namespace=nowhere)["source"].startswith(OFFLINE)
    assert tries == []


def test_a_network_that_never_answers_costs_seconds_and_says_nothing(nowhere, monkeypatch, capfd):
    monkeypatch.setattr("urllib.request.urlopen", lambda *_, **__: time.sleep(60))
    began = time.monotonic()
    assert nowhere["fetched"](0.2) is None
    assert time.monotonic() - began < 2 and capfd.readouterr().err == ""


def test_another_file_is_not_taken_for_the_real_one(tries, nowhere, monkeypatch, tmp_path):
    (tmp_path / "tinyshakespeare.txt").write_text("To be, or not to be")
    monkeypatch.setenv("UNROLLED_DATA", str(tmp_path))
    assert run("text_choice", namespace=nowhere)["source"].startswith(OFFLINE)


def test_what_was_fetched_is_kept(nowhere, monkeypatch):
    """With a small file in the place of the real one, and its fingerprint."""
    import hashlib
    import io

    data, calls = b"a bc\nd", []
    monkeypatch.setattr("urllib.request.urlopen", lambda *a, **k: calls.append(a) or io.BytesIO(data))
    nowhere["SHA256"] = hashlib.sha256(data).hexdigest()
    assert run("text_choice", namespace=nowhere)["source"].endswith("fetched just now")
    again = run("text_choice", namespace=nowhere)
    assert again["source"].endswith("the cache") and again["text"] == "a bc\nd" and len(calls) == 1


# --- what depends on it --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def trained():
    return BUNDLE.ran("train_bi_rnn")


def judged(ran) -> object:
    subject = Subject(LocalChannel(ran.namespace, ran.meter))
    return mark(BUNDLE.questions["train_bi_rnn"], subject, PRACTICE_SALT).verdict


def test_another_held_out_text_is_shown_to_a_person(trained):
    assert not judged(trained).needs_person  # the control
    ran = BUNDLE.ran("train_bi_rnn")
    ran.namespace["val_ids"] = ran.namespace["train_ids"][:40_000]
    verdict = judged(ran)
    assert verdict.needs_person and "not the held-out text" in verdict.notes[0]


def test_the_networks_are_left_as_they_were(trained):
    model = trained.namespace["bi_model"].train()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    assert judged(trained).points == 18 and model.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


def test_a_training_can_be_repeated():
    """Seeded: three steps twice, and the weights are the same."""
    answer = BUNDLE.answers["train_bi_rnn"].replace("steps=300", "steps=3")
    *given, _ = BUNDLE.program("train_bi_rnn")
    states = [run_program([*given, ("train_bi_rnn", answer)])["bi_model"].state_dict() for _ in range(2)]
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])


@pytest.mark.parametrize("fault", ["only_back", "no_unbatched", None])
def test_wrong_labels_do_not_spoil_the_batches(fault):
    """One fault costs once: batches then have the slow loop's labels."""
    known = {m.name: m for m in BUNDLE.misconceptions["distance_labels"]}
    reference = BUNDLE.answers["distance_labels"]
    wrong = known[fault].apply(reference) if fault else reference
    program = [*BUNDLE.program("distance_labels", wrong), ("batches", BUNDLE.cell("batches").source)]
    namespace = run_program(program)
    x, y = namespace["get_batch"]("val", 3, 50)
    assert y.tolist() == [namespace["labels_one_by_one"](row, namespace["SPACE"]) for row in x.tolist()]
    assert namespace["labels_are_right"] is (fault != "only_back")


def test_predictions_are_made_where_the_model_is():
    """A model whose parameters lie on another device is given ids that lie there, too."""
    namespace = BUNDLE.namespace("bi_rnn")

    class Elsewhere(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.zeros(1, device="meta"))

        def forward(self, x, hidden=None):
            assert x.device.type == "meta"
            return torch.zeros(*x.shape, 1), None

    assert namespace["predict"](Elsewhere(), "sad") == [0.0] * 3
    assert namespace["held_out_loss"](Elsewhere()) > 1


def test_a_wrapper_round_torchs_own_earns_nothing():
    answer = """class ManualBiRNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers=1):
        super().__init__()
        self.inner = nn.RNN(input_size, hidden_size, num_layers, batch_first=True, bidirectional=True)

    def forward(self, x, hidden=None):
        return self.inner(x, hidden)
"""
    program = BUNDLE.program("manual_bi_rnn", answer)
    cells = [Cell(f"cell {id}", source) for id, source in program]
    subject = Subject(LocalChannel(run_program(program)))
    verdict = mark(BUNDLE.questions["manual_bi_rnn"], subject, PRACTICE_SALT, cells).verdict
    assert verdict.points == 0 and "torch.nn.RNN" in verdict.reason


# --- what the prose claims -----------------------------------------------------------------------------------


def test_the_numbers_of_the_prose_are_printed(capsys):
    namespace = BUNDLE.namespace("bi_rnn")
    for id, numbers in (
        ("two_passages", ["110123321012345678910987654321011", "12101234432101232101101234321011"]),
        ("bi_by_hand_numbers", ["0.4621, 0.3537, 0.8573", "0.5499, -0.2956, 0.7616"]),
        ("count_parameters", ["10577", "1040"]),
        ("broadcasting", ["0.5", "0.0"]),
    ):
        exec(compile(source_of(id), id, "exec"), namespace)
        printed = capsys.readouterr().out
        assert all(number in printed for number in numbers), (id, printed)


def test_nothing_is_called_an_epoch():
    """Batches are windows from random places; nobody passes over the data once."""
    assert not any("epoch" in cell.source.lower() for cell in BUNDLE.cells)
