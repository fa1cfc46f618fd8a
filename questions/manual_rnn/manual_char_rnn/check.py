"""ManualCharRNN is held to an embedding, an RNN and a linear layer of torch, called one after the other."""

import torch
from torch import nn

from unrolled.checking.parity import gradients, results, same_numbers, values
from unrolled.checking.question import question
from unrolled.checking.structure import EMBEDDING, FUSED_RNN
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import FAR, given, scale_of, stacked, torch_rnn, without


@question(
    "manual_char_rnn",
    name="ManualCharRNN",
    marks={"values": 7, "hidden": 3, "gradients": 6, "parts": 4},
    forbids=FUSED_RNN | EMBEDDING,
    builds_on={"ManualEmbedding": "embedding", "ManualRNNCell": "rnn_cell", "ManualRNN": "rnn"},
)
def manual_char_rnn(model_class, draw):
    """Embedding, RNN and linear layer in a row, with right parts in the place of the student's."""
    sizes = [
        dict(B=[1, 3], T=[1, 5], V=[7], E=[4], H=[6], L=[1, 2], strided=False),
        dict(B=[1], T=[4], V=[3], E=[1], H=[1], L=[4], strided=False),
        dict(B=[2], T=[80], V=[70], E=[3], H=[4], L=[2], strided=False),
        dict(B=[70], T=[2], V=[5], E=[3], H=[4], L=[1], strided=False),
    ]
    for case in (case for size in sizes for case in draw.cases(**size)):
        reference = _Reference(case)
        names = {name: name for name in ("embedding.weight", "fc.weight", "fc.bias")} | stacked(case.L, before="rnn.")
        mine, there, odd = same_numbers(model_class(case.V, case.E, case.H, case.L), reference, names)
        yield _parts(mine, reference, names, case)

        x = case.tokens(case.B, case.T, vocabulary=case.V)
        h0 = case.normal(case.L, case.B, case.H, scale=scale_of(case))
        found = [finding for start in (h0, None) for finding in _runs(mine, reference, x, start, case)]
        inputs, near = {"x": x, "hidden": h0}, case.T <= FAR
        found.append(gradients(mine, reference, inputs, there, case, own_slope=near))
        for finding in found:
            finding.barred |= bool(odd)  # what is not there has cost its points as a part
            yield finding


def _runs(mine, reference, x, h0, case):
    logits, hidden = results(mine(*given(x, h0)), 2)
    again, _ = results(mine(*given(x, h0)), 2)
    expected, last = (part.detach() for part in reference(*given(x, h0)))
    yield values(logits, expected, case, note=without(h0), again=again)
    yield values(hidden, last, case, idea="hidden", note=without(h0), told="values")


class _Reference(nn.Module):
    def __init__(self, case):
        super().__init__()
        self.embedding = nn.Embedding(case.V, case.E)
        self.fc = nn.Linear(case.H, case.V)
        case.like(self)
        with torch.no_grad():
            self.embedding.weight.mul_(scale_of(case))
            self.fc.weight.mul_(200 if case.B > FAR else 1)  # logits that are large
        self.rnn = torch_rnn(case, case.E)

    def forward(self, x, hidden=None):
        states, hidden = self.rnn(self.embedding(x), hidden)
        return self.fc(states), hidden


def _parts(model, reference, names, case):
    """The three parts are the student's own classes, of the right sizes, and registered."""
    classes = ("ManualEmbedding", "ManualRNN")
    kinds, cells, *found = model.subject.values(
        model.kinds(),
        model.get("rnn.cells").length(),
        *[model.subject.look_up(name).get("__qualname__") for name in classes],
        *[model.get(path) for path in names],
        *[model.registered(path) for path in names],
    )
    if isinstance(kinds, Problem):
        return Finding("parts", 0, str(kinds), str(case), observed=kinds)
    for path, name, qualified in zip(("embedding", "rnn"), classes, found, strict=False):
        if not any(kind.endswith(f".{qualified}") for kind in kinds.get(path, [])):
            return Finding("parts", 0, f"self.{path} is not your {name}", str(case))
    if cells != case.L:
        return Finding("parts", 0, f"self.rnn has {cells} layers for num_layers={case.L}", str(case), observed=cells)
    found = found[len(classes) :]
    for (path, name), now, registered in zip(names.items(), found[: len(names)], found[len(names) :], strict=True):
        wanted = reference.get_parameter(name).shape
        if not isinstance(now, torch.Tensor) or now.shape != wanted or registered is not True:
            shape = tuple(now.shape) if isinstance(now, torch.Tensor) else now
            return Finding("parts", 0, f"{path} is {shape}; it should be {tuple(wanted)}", str(case))
    return Finding("parts", 1, "your own embedding and RNN, and a linear layer, in the right sizes", str(case))
