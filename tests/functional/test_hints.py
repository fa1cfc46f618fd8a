"""The hints of visible tests: each is told to somebody.

A visible test knows usual mistakes by the numbers that they give (`means`: wrong value -> hint). A hint whose number is
wrong by one digit never fires, and nothing else would show it: its student is told to follow the table above. So a
wrong answer has to bring up every hint: one of the catalogue, or one of RARE.
"""

import ast
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
import torch

from unrolled.auditing.audit import visible_message
from unrolled.course.bundle import Bundle
from unrolled.course.course import Course

COURSE = Course.find(__file__)


@dataclass(frozen=True)
class Rare:
    """A wrong answer that is too rare for the catalogue, and the hint that it brings up.

    key: what the hint stands behind in the test, a value or a condition, in `ast.unparse`'s spelling. at, becomes: a
    patch of the reference, wherever `at` stands in it.
    """

    question: str
    key: str
    at: str
    becomes: str


def blocks(of_input: str, of_memory: str) -> str:
    """Two lines of a GRU cell that cut the blocks in an order, right in rzn."""
    cuts = {"input": of_input, "memory": of_memory}
    names = [", ".join(f"{what}_{gate}" for gate in order) for what, order in cuts.items()]
    return f"{names[0]} = from_input.chunk(3, dim=1)  # (B, H) each\n        {names[1]} ="


RADIUS = "np.abs(np.linalg.eigvals(W)).max()"
FLOW = "    norms = [np.linalg.norm(J)]\n    for n in range(num_steps):"
LOSS = "return F.mse_loss(pred, y)"
ONLY_LAST = "if not last_timestep_only:\n        return F.mse_loss(pred, y)\n    return "  # right for all steps
MEAN = "return np.mean([-np.log(p[target, 0]) for p, target in zip(probs, targets)])"
TAGGING = "return F.cross_entropy(logits.transpose(1, 2), tags, ignore_index=PAD)"

RARE = [
    Rare("window_pairs", "right[::-1]", "range(window, len(tokens))]", "range(window, len(tokens))][::-1]"),
    Rare("vocabulary", "tuple('dcba ')", "sorted(set(text))", "sorted(set(text), reverse=True)"),
    Rare("one_hot", "(3,)", "(ids.unsqueeze(-1) == torch.arange(vocab_size)).float()", "ids.float()"),
    Rare("char_dataset", "5", "return len(self.ids) - self.seq_len", "return len(self.ids) - 1"),
    Rare("manual_rnn", "(0.2757, 0.3537, 0.4621)", "stack(outputs, dim=1)", "stack(outputs[::-1], dim=1)"),
    Rare("forward", "(0.0997, -0.2168)", "self.W_xh @ x +", "0 * self.W_xh @ x +"),
    Rare("loss", "0.2234", MEAN, f"{MEAN} / len(targets)"),
    Rare("loss", "0.2536", MEAN, "return -np.log(probs[0][targets[0], 0])"),
    Rare("loss", "0.6517", "-np.log(p[target, 0])", "p[target, 0]"),
    Rare("clip_and_update", "(6.5, 0, -6.1664, 2.0555)", "scale * d for", "max_norm / np.linalg.norm(d) * d for"),
    Rare("clip_and_update", "(3, 0, -12, 4)", "scale * d for", "d for"),
    Rare("gradient_flow", "0.0", RADIUS, "np.linalg.eigvals(W).sum().real"),
    Rare("gradient_flow", "0.64", RADIUS, f"{RADIUS} ** 2"),
    Rare("gradient_flow", "-0.8", RADIUS, "np.linalg.eigvals(W).real.min()"),
    Rare("gradient_flow", "(1.0, 2.0, 0.64)", "np.linalg.norm(J)", "np.linalg.norm(J, 2)"),
    Rare("gradient_flow", "(2.0254, 0.9051, 1.2963)", FLOW, "    norms = []\n    for n in range(num_steps + 1):"),
    Rare("initialisations", "0.0707", "np.sqrt(1 / hidden_dim)", "np.sqrt(1 / (2 * hidden_dim))"),
    Rare("rnn_layer", "0.2069", "self.from_input(x_t))", "self.from_input(x_t) - self.from_input.bias)"),
    Rare("loss_fn", "7.4", LOSS, f"{ONLY_LAST}F.mse_loss(pred, y, reduction='sum')"),
    Rare("loss_fn", "1.9235", LOSS, f"{ONLY_LAST}F.mse_loss(pred, y).sqrt()"),
    Rare("loss_fn", "1.9", LOSS, f"{ONLY_LAST}F.l1_loss(pred, y)"),
    Rare("loss_fn", "1.85", LOSS, f"{ONLY_LAST}F.mse_loss(pred, y) / 2"),
    Rare("loss_fn", "9.02", LOSS, "return F.mse_loss(pred, y, reduction='sum') / len(pred)"),
    Rare("manual_bi_rnn", "(0.7329, 0.5436, 0.7616)", "state = cells[layer]", "state = self.forward_cells[layer]"),
    Rare("gru_cell", "0.1973", blocks("rzn", "rzn"), blocks("znr", "znr")),
    Rare("gru_cell", "0.3489", blocks("rzn", "rzn"), blocks("rnz", "rnz")),
    Rare("gru_cell", "0.5637", blocks("rzn", "rzn"), blocks("zrn", "rzn")),
    Rare("sequence_labelling", "1.6525", TAGGING, "return F.cross_entropy(logits.reshape(len(tags), -1, 2), tags)"),
    Rare("sequence_labelling", "0.9171", TAGGING, "return F.cross_entropy(logits.softmax(2).transpose(1, 2), tags)"),
    Rare("sequence_labelling", "0.9486", TAGGING, "return F.cross_entropy(logits[:, -1], tags[:, -1])"),
    Rare("sequence_labelling", "0.4581", TAGGING, "return F.cross_entropy(logits[:, 0], tags[:, 0])"),
    Rare("sequence_labelling", "1.0397", TAGGING, "return F.cross_entropy(logits[0], tags[0])"),
]


# --- which hints does a test have, and which are told? --------------------------------------------------------


def marked(test: str) -> tuple[str, list[str]]:
    """The test with a number behind each hint, ⟨0⟩, ⟨1⟩ …, and what the hints stand behind, in that order.

    A hint is a text of several words: a value of a dict, the second of two in a list, a branch of `… if … else …`.
    """
    tree, keys = ast.parse(test), []
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            pairs = [pair for key, value in zip(node.keys, node.values, strict=True) for pair in _spread(key, value)]
            node.keys, node.values = [key for key, _ in pairs], [value for _, value in pairs]
        elif isinstance(node, ast.List):
            pairs = [part.elts for part in node.elts if isinstance(part, ast.Tuple) and len(part.elts) == 2]
        elif isinstance(node, ast.IfExp):
            pairs = [(node.test, node.body), (node.test, node.orelse)]
        else:
            continue
        for key, hint in pairs:
            if isinstance(hint, ast.Constant) and isinstance(hint.value, str) and " " in hint.value.strip():
                hint.value += f" ⟨{len(keys)}⟩"
                keys.append(ast.unparse(key))
    return ast.unparse(tree), keys


def _spread(key: ast.expr | None, value: ast.expr) -> list[tuple[ast.expr | None, ast.expr]]:
    """`**dict.fromkeys([1, 2], "a hint")` as two entries, each with a text of its own."""
    if key is None and isinstance(value, ast.Call) and ast.unparse(value.func) == "dict.fromkeys":
        wrong_values, hint = value.args
        return [(wrong, ast.Constant(hint.value)) for wrong in wrong_values.elts]
    return [(key, value)]


def faults(bundle: Bundle, id: str, test: str) -> Iterator[str]:
    """What is wrong with the hints of a question's visible test; nothing if each is told to somebody."""
    numbered, keys = marked(test)

    def said(source: str) -> str:
        for seed in (random.seed, np.random.seed, torch.manual_seed):  # initialisations are drawn
            seed(0)
        return visible_message(bundle, id, source, numbered)

    def told(message: str) -> set[int]:
        return {int(number) for number in re.findall(r"⟨(\d+)⟩", message)}

    reference = bundle.answers[id]
    to_catalogue = [said(entry.apply(reference)) for entry in bundle.misconceptions[id]]
    rares = [rare for rare in RARE if rare.question == id]
    to_rares = [said(reference.replace(rare.at, rare.becomes)) for rare in rares]
    by_catalogue = set().union(*map(told, to_catalogue))
    for rare, message in zip(rares, to_rares, strict=True):
        if rare.key not in [keys[number] for number in told(message)]:
            yield f"the answer of RARE that should bring up {rare.key} does not"
        elif told(message) <= by_catalogue:
            yield f"{rare.key} is told to an entry of the catalogue too: RARE needs no answer for it"
    for number in sorted(set(range(len(keys))) - by_catalogue.union(*map(told, to_rares))):
        yield f"no wrong answer brings up the hint for {keys[number]}: is that what the mistake gives?"
    for message in [*to_catalogue, *to_rares]:
        if re.search(r"\?( ⟨\d+⟩)?\.", message):
            yield f"a question mark and a full stop: {message}"


def visible_test(assignment: str, id: str) -> str:
    return COURSE.bundle(assignment).cell(f"try_{id}").source


WITH_HINTS = [
    (assignment, id)
    for assignment in COURSE.assignments
    for id in COURSE.bundle(assignment).questions
    if not COURSE.bundle(assignment).trains(id) and marked(visible_test(assignment, id))[1]
]


@pytest.mark.parametrize(("assignment", "id"), WITH_HINTS, ids=[id for _, id in WITH_HINTS])
def test_every_hint_is_told_to_somebody(assignment, id):
    """Of questions that do not train: their hints speak of numbers that can be checked by hand."""
    assert list(faults(COURSE.bundle(assignment), id, visible_test(assignment, id))) == []


def test_every_rare_answer_belongs_to_a_question():
    assert {rare.question for rare in RARE} <= {id for _, id in WITH_HINTS}


@pytest.mark.parametrize(
    ("assignment", "id", "right", "wrong"),
    [
        ("02_manual_rnn", "manual_rnn_cell", "0.8337", "0.8347"),  # found with a tolerance
        ("03_bptt", "forward", "(0.8617, 0.2349)", "(0.8617, 0.236)"),  # looked up
        ("06_echo_gru", "gru_cell", "0.4512", "0.4521"),  # one of several for the same hint
        ("04_gradient_flow", "rnn_layer", "count == 21", "count == 20"),  # a condition
    ],
)
def test_a_wrong_number_is_noticed(assignment, id, right, wrong):
    """The control: one digit of a test, in a copy of it."""
    test = visible_test(assignment, id)
    assert test.count(right) == 1
    (fault,) = faults(COURSE.bundle(assignment), id, test.replace(right, wrong))
    assert fault.startswith(f"no wrong answer brings up the hint for {wrong}:")


@pytest.mark.parametrize(
    ("rare", "says"),
    [
        (Rare("loss", "0.6517", "-np.log(p[target, 0])", "2 * p[target, 0]"), "should bring up 0.6517 does not"),
        (Rare("loss", "0.8934", "np.mean([", "np.sum(["), "0.8934 is told to an entry of the catalogue too"),
    ],
)
def test_an_answer_of_rare_that_is_none_is_noticed(rare, says, monkeypatch):
    monkeypatch.setattr(f"{__name__}.RARE", [*RARE, rare])
    (fault,) = faults(COURSE.bundle("03_bptt"), "loss", visible_test("03_bptt", "loss"))
    assert says in fault


def test_a_question_in_the_middle_of_a_sentence_is_noticed():
    test = visible_test("03_bptt", "loss")
    asks = test.replace("take the mean", "is it the mean that you take?")
    (fault,) = faults(COURSE.bundle("03_bptt"), "loss", asks)
    assert fault.startswith("a question mark and a full stop: The loss is 0.8934")
