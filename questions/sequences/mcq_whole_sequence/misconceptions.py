"""Wrong answers to mcq_whole_sequence: the other options, and what is no option."""

from ..options import options

MISCONCEPTIONS = options(
    "C",
    {
        "A": "It is trained to say the next character after every character, so it answers at each of T steps.",
        "B": "It is trained to say the next word after every word; only the last of its answers has read them all.",
        "D": "The first two answer at every step, from what they have read by then. Only a label for a whole "
        "review has to wait.",
    },
)
