"""ManualEmbedding is held to torch.nn.Embedding with the same table."""

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
    for case in draw.cases(B=[1, 3], T=[1, 5], V=[4, 9], E=[3]):
        reference = nn.Embedding(case.V, case.E, dtype=case.dtype)
        table = case.like(reference)["weight"]
        mine = embedding_class(case.V, case.E).load(weight=table)

        x = case.tokens(case.B, case.T, vocabulary=case.V)
        yield values(mine(x), reference(x).detach(), case)
        few = case.tokens(case.B, case.T, vocabulary=case.V - 2)
        yield values(mine(few), reference(few).detach(), case, note="tokens from the table's beginning only")
        yield values(mine(x), reference(x).detach(), case, note="called once more")
        yield shape(mine(x), (case.B, case.T, case.E), case)
        yield gradients(mine, reference, {"x": x}, {"weight": "weight"}, case)
