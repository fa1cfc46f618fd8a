"""The answer is held to the right letter; why the others are wrong stands in misconceptions.py."""

from unrolled.checking.choice import chosen
from unrolled.checking.question import question


@question("mcq_target", name="mcq_target", marks={"answer": 4})
def mcq_target(answer, draw):
    yield chosen(answer, "B", "every step of the window has the next character as its target")
