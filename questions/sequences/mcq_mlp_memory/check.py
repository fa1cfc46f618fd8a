"""The answer is held to the right letter; why the others are wrong stands in misconceptions.py."""

from unrolled.checking.choice import chosen
from unrolled.checking.question import question


@question("mcq_mlp_memory", name="mcq_mlp_memory", marks={"answer": 5})
def mcq_mlp_memory(answer, draw):
    """That flattening keeps the order is shown in the notebook, by a count and by a training."""
    yield chosen(answer, "D", "what it is never given cannot change what it says")
