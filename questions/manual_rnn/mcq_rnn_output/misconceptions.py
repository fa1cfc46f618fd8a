"""Wrong answers to mcq_rnn_output: the other options, and what is no option."""

from unrolled.checking.catalogue import Misconception

MISCONCEPTIONS = [
    Misconception(
        "option_a",
        at='"D"',
        becomes='"A"',
        what="",
        hint="Neither vocabulary nor embedding is left in it: the RNN has made a hidden state of each embedding.",
        caught_by=("answer",),
        hidden_only="the visible test only asks for a letter",
    ),
    Misconception(
        "option_b",
        at='"D"',
        becomes='"B"',
        what="",
        hint="With batch_first=True time stands second and the hidden units last.",
        caught_by=("answer",),
        hidden_only="the visible test only asks for a letter",
    ),
    Misconception(
        "option_c",
        at='"D"',
        becomes='"C"',
        what="",
        hint="That is the shape of the second result: the last state of every layer.",
        caught_by=("answer",),
        hidden_only="the visible test only asks for a letter",
    ),
    Misconception(
        "not_a_letter", at='"D"', becomes='"?"', what="", hint="One letter: A, B, C or D.", caught_by=("answer",)
    ),
    Misconception(
        "a_word", at='"D"', becomes='"because"', what="", hint="One letter: A, B, C or D.", caught_by=("answer",)
    ),
]
