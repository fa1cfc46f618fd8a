"""Wrong answers to mcq_embedding: the other options, and what is no option."""

from ..options import options

MISCONCEPTIONS = options(
    "A",
    {
        "B": "They go on working at any V. What grows is their cost: 200 GB for a million words at V = 50,000.",
        "C": "An id is what picks the row, and ids come from a vocabulary; the table has one row for each of its "
        "tokens.",
        "D": "F.one_hot(ids, V) makes them in one call, and you wrote the same in a few lines.",
    },
)
