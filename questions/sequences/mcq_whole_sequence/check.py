"""The answer is held to the right letter; why the others are wrong stands in misconceptions.py."""

from unrolled.checking.choice import chosen
from unrolled.checking.question import question


@question("mcq_whole_sequence", name="mcq_whole_sequence", marks={"answer": 4})
def mcq_whole_sequence(answer, draw):
    yield chosen(answer, "C", "one label for a review, which may turn with its last word")
