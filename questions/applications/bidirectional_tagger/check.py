"""BidirectionalRNN is held to feeling every word at every step, and no padding."""

from unrolled.checking.question import question

from ..padding import padding
from ..tagger import tagger_findings


@question(
    "bidirectional_tagger",
    name="BidirectionalRNN",
    marks={"shape": 1, "context": 4, "padding": 3, "batch": 1, "gradients": 2},
)
def bidirectional_tagger(network_class, draw):
    """Every word's logits depend on the words before and after it, and on no padding."""
    yield from tagger_findings(network_class, draw, "context", both=True, padding=padding)
