"""PyTorchCharRNN is held to torch's own parts with the same numbers, prepare_sequences to plain slices."""

import torch
from torch import nn

from unrolled.checking.parity import gradients, values
from unrolled.checking.question import question
from unrolled.checking.verdict import Finding

from ..shared import LETTERS, in_parts, pair


class _Reference(nn.Module):
    """What the student's model has to equal, with the parts by the same names."""

    def __init__(self, V, E, H, L):
        super().__init__()
        self.embedding, self.fc = nn.Embedding(V, E), nn.Linear(H, V)
        self.rnn = nn.RNN(E, H, L, batch_first=True)

    def forward(self, x, hidden=None):
        states, hidden = self.rnn(self.embedding(x), hidden)
        return self.fc(states), hidden


class _Logits(_Reference):
    def forward(self, x, hidden):
        return super().forward(x, hidden)[0]


@question(
    "torch_char_rnn",
    name="PyTorchCharRNN",
    marks={"values": 4, "hidden": 1, "gradients": 2, "sequences": 3},
)
def torch_char_rnn(model_class, draw):
    """Against embedding, RNN and linear layer of torch with the same numbers; windows against plain slices."""
    cut = model_class.subject.look_up("prepare_sequences")
    run = model_class(2, 2, 2)(torch.zeros(1, 1, dtype=torch.int64))
    yield from in_parts([run, cut("aba", {"a": 0, "b": 1}, 1)], _models_and_windows(model_class, cut, draw))


def _models_and_windows(model_class, cut, draw):
    for case in draw.cases(strided=False, B=[1, 3], T=[1, 6], V=[7], E=[4], H=[5], L=[1, 2]):
        reference = _Logits(case.V, case.E, case.H, case.L)
        drawn = case.like(reference)
        mine = model_class(case.V, case.E, case.H, case.L).load(
            **{name.replace(".", "__"): number for name, number in drawn.items()}
        )
        x, h0 = case.tokens(case.B, case.T, vocabulary=case.V), case.normal(case.L, case.B, case.H)
        for state, note in ((h0, ""), (None, "without a given state")):
            with torch.no_grad():
                logits, last = _Reference.forward(reference, x, state)
            got = pair((mine(x, state) if state is not None else mine(x)).value())
            yield values(got[0], logits, case, note=note)
            yield values(got[1], last, case, idea="hidden", note=note)
        zeros = mine.method("init_hidden", case.B)
        yield values(zeros, torch.zeros(case.L, case.B, case.H), case, idea="hidden", note="init_hidden")
        yield gradients(_first(mine), reference, {"x": x, "hidden": h0}, {name: name for name in drawn}, case)

    for case in draw.cases(strided=False, n=[3, 4], rest=[0, 1, 2]):
        length = 3 * case.n + case.rest
        text = "".join(LETTERS[i] for i in case.tokens(length, vocabulary=7).tolist())
        yield _windows(cut, text, case)


def _first(model):
    """The model as something whose call gives the logits alone."""

    class First:
        subject, slot = model.subject, model.slot
        get, registered = model.get, model.registered

        def __call__(self, *arguments, **options):
            return model(*arguments, **options)[0]

        def load(self, **numbers):
            return _first(model.load(**numbers))

    return First()


def _windows(cut, text, case):
    ids = {letter: i for i, letter in enumerate("gfedcba")}
    n = case.n
    starts = range(0, len(text) - n, n)
    expected = [torch.tensor([[ids[c] for c in text[i + by : i + by + n]] for i in starts]) for by in (0, 1)]
    got = cut(text, ids, n).value()
    note = f"{len(text)} characters in windows of {n}"
    for part, wanted in zip(pair(got), expected, strict=True):
        found = values(part, wanted, case, "sequences", note)
        if found.share < 1:
            return found
    return Finding("sequences", 1, note, str(case))
