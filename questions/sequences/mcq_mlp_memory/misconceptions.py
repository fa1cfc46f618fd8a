"""Wrong answers to mcq_mlp_memory: the other options, and what is no option."""

from ..options import options

MISCONCEPTIONS = options(
    "D",
    {
        "A": "The window of nine in the notebook had more weights and was right in every new sentence. Size is not "
        "what fails here.",
        "B": "Flattened, 'dog bites man' and 'man bites dog' are different vectors, and the MLP with a window of "
        "nine learned from them. A sum of the rows would lose the order.",
        "C": "Ids become one-hot rows or embeddings, which are floats, for an MLP as for an RNN. The small MLPs of "
        "the notebook read words.",
    },
)
