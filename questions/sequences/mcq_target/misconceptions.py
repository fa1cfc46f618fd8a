"""Wrong answers to mcq_target: the other options, and what is no option."""

from ..options import options

MISCONCEPTIONS = options(
    "B",
    {
        "A": "That is the target of the last step alone. The steps before it have one each, and x is (T,) as well.",
        "C": "Cross-entropy takes ids; rows of V numbers would be larger and say no more. And the characters in "
        "the window are the input.",
        "D": "Reversed, the target of the first step would be the window's last character, which says nothing "
        "about what comes next.",
    },
)
