"""CharRNN is held to the student's own VanillaRNN: in its steps of training, and in what it writes."""

import torch

from unrolled.checking.parity import relative
from unrolled.checking.question import question

from ..shared import LETTERS, in_parts
from .training import trains
from .writing import writes


@question(
    "numpy_char_rnn",
    name="CharRNN",
    marks={"encode": 1, "step": 4, "clip": 1, "norms": 2, "greedy": 3, "sampling": 1},
)
def numpy_char_rnn(model_class, draw):
    """Against the student's own VanillaRNN, called step by step."""
    model, ids = model_class(2, 2), {"a": 0, "b": 1}
    parts = [model.method("encode_char", "a", ids), model.method("train_step", "a", "b", ids, 0.0)]
    parts.append(model.method("generate", "a", ids, {0: "a", 1: "b"}, 1, 1.0))
    yield from in_parts(parts, _characters(model_class, draw))


def _characters(model_class, draw):
    for case in draw.cases(dtype=torch.float64, strided=False, T=[6], V=[7], H=[6, 9]):
        order = torch.randperm(case.V, generator=case.generator).tolist()
        ids = {LETTERS[i]: place for place, i in enumerate(order)}
        model = model_class(case.V, case.H)
        for letter in "ag":
            column = torch.zeros(case.V, 1, dtype=torch.float64)
            column[ids[letter]] = 1
            yield relative(model.method("encode_char", letter, ids), column, case, "encode", repr(letter))
        yield from trains(model, ids, case)
        yield from writes(model_class, ids, case)
