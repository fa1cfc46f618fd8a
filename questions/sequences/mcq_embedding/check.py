"""The answer is held to the right letter; why the others are wrong stands in misconceptions.py."""

from unrolled.checking.choice import chosen
from unrolled.checking.question import question


@question("mcq_embedding", name="mcq_embedding", marks={"answer": 5})
def mcq_embedding(answer, draw):
    yield chosen(answer, "A", "E learned numbers for a token, however large V is")
