"""ManualEmbedding is held to torch.nn.Embedding with the same table."""

import torch
from torch import nn

from unrolled.checking.parity import gradients, shape, values
from unrolled.checking.question import question
from unrolled.checking.structure import EMBEDDING


@question(
    "manual_embedding",
    name="ManualEmbedding",
    marks={"values": 4, "gradients": 3, "shape": 1},
    forbids=EMBEDDING,
)
def manual_embedding(embedding_class, draw):
    """Looking up equals torch.nn.Embedding, forwards and backwards.

    A second batch leaves the last tokens of the vocabulary out: whoever counts the tokens of the batch
    instead of the rows of the table is wrong only there. Tokens repeat, so that gradients have to add up.
    """
    sizes = [
        dict(B=[1, 3], T=[1, 5], V=[4, 9], E=[3]),
        dict(B=[1, 2], T=[4], V=[5], E=[1], strided=False),
        dict(B=[2], T=[70], V=[130], E=[65], strided=False),
    ]
    for case in (case for size in sizes for case in draw.cases(**size)):
        reference = nn.Embedding(case.V, case.E, dtype=case.dtype)
        table = case.like(reference)["weight"] * (200 if case.V > 100 else 1)
        with torch.no_grad():
            reference.weight.copy_(table)
        mine = embedding_class(case.V, case.E).load(weight=table)

        x = case.tokens(case.B, case.T, vocabulary=case.V)
        first = mine(x)
        yield values(first, reference(x).detach(), case, shaped="shape")
        few = case.tokens(case.B, case.T, vocabulary=case.V - 2)
        expected = reference(few).detach()
        yield values(mine(few), expected, case, note="tokens from the table's beginning only", shaped="shape")
        yield values(mine(x), reference(x).detach(), case, note="called once more", shaped="shape", again=first)
        yield shape(mine(x), (case.B, case.T, case.E), case)
        yield gradients(mine, reference, {"x": x}, {"weight": "weight"}, case)
