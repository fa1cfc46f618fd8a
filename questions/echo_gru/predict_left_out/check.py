"""Marked is that something was committed before the experiment was shown."""

from unrolled.checking.prediction import committed_choice
from unrolled.checking.question import question


@question("predict_left_out", name="predict_left_out", marks={"committed": 1})
def predict_left_out(answer, draw):
    yield committed_choice(answer)
