"""The answer is held to the right letter; why the others are wrong stands in misconceptions.py."""

from unrolled.checking.choice import chosen
from unrolled.checking.question import question


@question("mcq_rnn_output", name="mcq_rnn_output", marks={"answer": 4})
def mcq_rnn_output(answer, draw):
    yield chosen(answer, "D", "batch, step, hidden unit")
