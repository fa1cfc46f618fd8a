"""ManualCharRNN is held to the student's own embedding and RNN, called one after the other."""

import torch
from torch import nn

from unrolled.checking.parity import same_gradients, values
from unrolled.checking.question import question
from unrolled.checking.structure import EMBEDDING, FUSED_RNN
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import CELL_PARAMETERS, pair


@question(
    "manual_char_rnn",
    name="ManualCharRNN",
    marks={"values": 7, "hidden": 3, "gradients": 6, "parts": 4},
    forbids=FUSED_RNN | EMBEDDING,
)
def manual_char_rnn(model_class, draw):
    """Embedding, RNN and linear layer in a row, against the student's own parts called one after the other."""
    for case in draw.cases(B=[1, 3], T=[1, 5], V=[7], E=[4], H=[6], L=[1, 2], strided=False):
        mine = model_class(case.V, case.E, case.H, case.L)
        drawn = {"embedding.weight": case.normal(case.V, case.E)}
        for layer in range(case.L):
            numbers = case.like(nn.RNNCell(case.E if layer == 0 else case.H, case.H))
            drawn |= {f"rnn.cells.{layer}.{path}": numbers[name] for path, name in CELL_PARAMETERS.items()}
        drawn |= {"fc.weight": case.normal(case.V, case.H, scale=0.5), "fc.bias": case.bias(case.V)}
        mine = mine.load(**{path.replace(".", "__"): number for path, number in drawn.items()})
        yield _parts(mine, drawn, case)

        x, h0 = case.tokens(case.B, case.T, vocabulary=case.V), case.normal(case.L, case.B, case.H)
        for state, note in ((h0, ""), (None, "without an initial state")):
            yield from _char_run(mine, x, state, case, note)
        yield _char_gradients(mine, x, h0, drawn, case)


def _by_parts(model, x, hidden):
    """Handles on (logits, hidden) as the model's own parts give them, called one after the other."""
    embedded = model.get("embedding")(x)
    states = model.get("rnn")(embedded, hidden) if hidden is not None else model.get("rnn")(embedded)
    return model.get("fc")(states[0]), states[1]


def _char_run(model, x, hidden, case, note):
    result = model(x, hidden) if hidden is not None else model(x)
    logits, last = _by_parts(model, x, hidden)
    fetched, expected_logits, expected_last = model.subject.values(result, logits, last)
    if isinstance(expected_logits, Problem) or isinstance(expected_last, Problem):
        fault = expected_logits if isinstance(expected_logits, Problem) else expected_last
        yield Finding("values", 0, f"its parts cannot be run one after the other: {fault}", str(case), observed=fault)
        yield Finding("hidden", 0, "its parts cannot be run one after the other", str(case))
        return
    got_logits, got_last = pair(fetched)
    yield values(got_logits, expected_logits, case, note=note)
    yield values(got_last, expected_last, case, idea="hidden", note=note)


def _char_gradients(model, x, h0, drawn, case):
    subject = model.subject
    put_h = subject.put(h0, requires_grad=True)
    wrt = [put_h, *[model.get(path) for path in drawn]]
    cotangents = [case.normal(case.B, case.T, case.V), case.normal(case.L, case.B, case.H)]
    result = model(x, put_h)
    logits, last = _by_parts(model, x, put_h)
    ran, got, expected = subject.values(
        result,
        subject.grad([result[0], result[1]], cotangents, wrt),
        subject.grad([logits, last], cotangents, wrt),
    )
    if isinstance(ran, Problem):
        return Finding("gradients", 0, str(ran), str(case), observed=ran)
    if isinstance(expected, Problem):
        # One fault costs once: an RNN that cannot be trained has lost its points where it was written.
        return Finding("gradients", 1, "not asked: your own RNN gives none, which has cost its points there", str(case))
    return same_gradients(["hidden", *drawn], got, expected, case)


def _parts(model, drawn, case):
    """The three parts are the student's own classes, of the right sizes, and registered."""
    kinds, cells, *found = model.subject.values(
        model.kinds(),
        model.get("rnn.cells").length(),
        *[model.get(p) for p in drawn],
        *[model.registered(p) for p in drawn],
    )
    if isinstance(kinds, Problem):
        return Finding("parts", 0, str(kinds), str(case), observed=kinds)
    for path, name in (("embedding", "ManualEmbedding"), ("rnn", "ManualRNN")):
        if not any(kind.endswith(f".{name}") for kind in kinds.get(path, [])):
            return Finding("parts", 0, f"self.{path} is not your {name}", str(case))
    if cells != case.L:
        return Finding("parts", 0, f"self.rnn has {cells} layers for num_layers={case.L}", str(case), observed=cells)
    for path, now, registered in zip(drawn, found[: len(drawn)], found[len(drawn) :], strict=True):
        if not isinstance(now, torch.Tensor) or now.shape != drawn[path].shape or registered is not True:
            shape = tuple(now.shape) if isinstance(now, torch.Tensor) else now
            return Finding("parts", 0, f"{path} is {shape}; it should be {tuple(drawn[path].shape)}", str(case))
    return Finding("parts", 1, "your own embedding and RNN, and a linear layer, in the right sizes", str(case))
