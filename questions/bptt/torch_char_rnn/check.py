"""PyTorchCharRNN is held to torch's own parts with the same numbers, prepare_sequences to plain slices."""

import torch
from torch import nn

from unrolled.checking.parity import gradients, results, same_numbers, values
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import LETTERS, in_parts, pair

FAR = 20  # steps; longer ones are drawn so that the first still counts at the last


class _Reference(nn.Module):
    """What the student's model has to equal, with the parts by the same names."""

    def __init__(self, case):
        super().__init__()
        self.embedding, self.fc = nn.Embedding(case.V, case.E), nn.Linear(case.H, case.V)
        self.rnn = nn.RNN(case.E, case.H, case.L, batch_first=True)
        case.like(self)
        if case.T > FAR:
            case.remembering(self.rnn)
        with torch.no_grad():
            self.embedding.weight.mul_(0.1 if case.T > FAR else 1)
            self.fc.weight.mul_(200 if case.B > FAR else 1)  # logits that are large

    def forward(self, x, hidden=None):
        states, hidden = self.rnn(self.embedding(x), hidden)
        return self.fc(states), hidden


class _Logits(nn.Module):
    """The first of the two results, whose gradients are asked for: whoever returns a state that is cut may."""

    def __init__(self, both):
        super().__init__()
        self.both = both

    def forward(self, x, hidden):
        return self.both(x, hidden)[0]

    def get_parameter(self, name):
        return self.both.get_parameter(name)


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
    sizes = [
        dict(B=[1, 3], T=[1, 6], V=[7], E=[4], H=[5], L=[1, 2], strided=False),
        dict(B=[2], T=[4], V=[3], E=[1], H=[1], L=[4], strided=False),
        dict(B=[2], T=[80], V=[65], E=[3], H=[4], L=[2], strided=False),
        dict(B=[70], T=[2], V=[5], E=[3], H=[4], L=[1], strided=False),
    ]
    for case in (case for size in sizes for case in draw.cases(**size)):
        reference = _Reference(case)
        names = {name: name for name, _ in reference.named_parameters()}
        mine, there, odd = same_numbers(model_class(case.V, case.E, case.H, case.L), reference, names)
        missing = [name for name in names if name not in there] + odd
        x, h0 = case.tokens(case.B, case.T, vocabulary=case.V), case.normal(case.L, case.B, case.H)
        for state, note in ((h0, ""), (None, "without a given state")):
            yield from _logits_and_state(mine, reference, x, state, case, note, missing)
        zeros = mine.method("init_hidden", case.B)
        yield values(zeros, torch.zeros(case.L, case.B, case.H), case, idea="hidden", note="init_hidden")
        inputs, near = {"x": x, "hidden": h0}, case.T <= FAR
        found = gradients(_first(mine), _Logits(reference), inputs, there, case, own_slope=near)
        found.barred |= found.share < 1 and bool(odd)
        yield found

    for case in draw.cases(strided=False, n=[1, 3, 4, 66], rest=[0, 1, 2]):
        letters = LETTERS if case.n < 60 else "".join(map(chr, range(33, 103)))
        length = (100 if case.n == 1 else 3) * case.n + case.rest
        text = "".join(letters[i] for i in case.tokens(length, vocabulary=len(letters)).tolist())
        yield _windows(cut, text, {letter: i for i, letter in enumerate(reversed(letters))}, case)


def _logits_and_state(mine, reference, x, state, case, note, missing):
    """A state that comes out beside wrong logits is not judged: what is wrong with both is one fault."""
    given = (x,) if state is None else (x, state)
    with torch.no_grad():
        logits, last = reference(*given)
    call, again = mine(*given), mine(*given)
    first, second = results(call, 2)
    found = values(first, logits, case, note=note, again=results(again, 2)[0])
    if missing and found.share == 1:
        says = f"{missing[0]} is missing, or shares its numbers with another one"
        found = Finding("values", 0, says, str(case), observed=says)
    hidden = values(second, last, case, idea="hidden", note=note, told="values")
    hidden.barred |= hidden.share < 1 and found.share < 1
    yield found
    yield hidden


def _first(model):
    """The model as something whose call gives the logits alone."""

    class First:
        subject, slot = model.subject, model.slot
        get, registered = model.get, model.registered

        def __call__(self, *arguments, **options):
            return model(*arguments, **options).part(0, 2)

        def load(self, **numbers):
            return _first(model.load(**numbers))

    return First()


def _windows(cut, text, ids, case):
    n = case.n
    starts = range(0, len(text) - n, n)
    expected = [torch.tensor([[ids[c] for c in text[i + by : i + by + n]] for i in starts]) for by in (0, 1)]
    got = cut(text, ids, n).value()
    note = f"{len(text)} characters in windows of {n}"
    if isinstance(got, Problem):
        return Finding("sequences", 0, str(got), f"{case}, {note}", observed=got)
    for part, wanted in zip(pair(got), expected, strict=True):
        found = values(part, wanted, case, "sequences", note)
        if found.share < 1:
            return found
        if part.dtype != torch.int64:
            says = f"ids are int64; these are {str(part.dtype).removeprefix('torch.')}"
            return Finding("sequences", 0, says, f"{case}, {note}", observed=says)
    return Finding("sequences", 1, note, str(case))
