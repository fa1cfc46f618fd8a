"""Wrong answers to one_hot: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

from ..hints import NO_GRAPH, SHAPE, TEXT_OF_AN_ERROR

_ROWS = "(ids.unsqueeze(-1) == torch.arange(vocab_size)).float()"

MISCONCEPTIONS = [
    Misconception(
        "width_of_the_batch",
        at="torch.arange(vocab_size)).float()",
        becomes="torch.arange(int(ids.max()) + 1 if ids.numel() else vocab_size)).float()",
        what="rows as wide as the largest id of this batch",
        hint="The width is V, whatever happens to occur: the next batch has to fit the same matrix.",
        caught_by=("values", "shape"),
    ),
    Misconception(
        "one_place_too_wide",
        at="torch.arange(vocab_size)",
        becomes="torch.arange(vocab_size + 1)",
        what="rows with V + 1 places",
        hint="Ids run from 0 to V - 1, which are V places.",
        caught_by=("values", "shape"),
    ),
    Misconception(
        "counted_from_one",
        at="torch.arange(vocab_size)",
        becomes="torch.arange(1, vocab_size + 1)",
        what="places that are counted from 1",
        hint="Id 0 has its 1 in the first place, place 0.",
        caught_by=("values",),
    ),
    Misconception(
        "places_first",
        at=_ROWS,
        becomes=f"{_ROWS}.movedim(-1, 0)",
        what="the V places as the first axis",
        hint="The places of one id stand together, last.",
        caught_by=("values", "shape"),
    ),
    Misconception(
        "flattened",
        at=_ROWS,
        becomes=f"{_ROWS}.flatten()",
        what="all rows in one long vector",
        hint="Flattening is the MLP's business; here every id keeps a row of its own.",
        caught_by=("values", "shape"),
    ),
    Misconception(
        "squeezed",
        at=_ROWS,
        becomes=f"{_ROWS}.squeeze()",
        what="dropping every axis of size 1",
        hint="squeeze() without an axis also removes a batch of one and a sequence of one.",
        caught_by=("shape",),
        hidden_only="the visible examples have no axis of size 1; the hidden check draws B = 1 and T = 1",
    ),
    Misconception(
        "counts_of_the_batch",
        at=_ROWS,
        becomes=f"{_ROWS}.sum(dim=-2)",
        what="adding the rows of a sequence up",
        hint="That is a bag of words: it has lost the order. Every id keeps a row of its own.",
        caught_by=("values", "shape"),
    ),
    Misconception(
        "whole_numbers",
        at=").float()",
        becomes=").long()",
        what="rows of whole numbers",
        hint="A matrix product with a table of floats wants floats on both sides.",
        caught_by=("dtype",),
    ),
    Misconception(
        "true_and_false",
        at=").float()",
        becomes=")",
        what="rows of True and False",
        hint="The comparison gives bools; turn them into float32.",
        caught_by=("dtype",),
    ),
    Misconception(
        "double_precision",
        at=").float()",
        becomes=").double()",
        what="rows in float64",
        hint="float32 is what the weights of a network are, unless somebody asks for more.",
        caught_by=("dtype",),
    ),
    Misconception(
        "ids_multiplied_in",
        at=_ROWS,
        becomes=f"{_ROWS} * ids.unsqueeze(-1)",
        what="the id itself in its place, instead of a 1",
        hint="Id 2 is not twice id 1; every row has a single 1.",
        caught_by=("values",),
    ),
    Misconception(
        "all_up_to_the_id",
        at="ids.unsqueeze(-1) ==",
        becomes="ids.unsqueeze(-1) >=",
        what="ones in all places up to the id",
        hint="A single place is 1: the one that equals the id.",
        caught_by=("values",),
    ),
    Misconception(
        "negative_wraps",
        at="((ids < 0) | (ids >= vocab_size)).any()",
        becomes="(ids >= vocab_size).any()",
        what="letting negative ids pass",
        hint="Ask for ids below 0 as well.",
        caught_by=("edges",),
    ),
    Misconception(
        "too_large_is_a_row_of_zeros",
        at="((ids < 0) | (ids >= vocab_size)).any()",
        becomes="(ids < 0).any()",
        what="a row of zeros for an id that does not exist",
        hint="A row without a 1 is no token. Refuse ids from V on.",
        caught_by=("edges",),
    ),
    Misconception(
        "last_row_for_too_large",
        at="""    if ((ids < 0) | (ids >= vocab_size)).any():
        raise ValueError(f"an id that is not in a vocabulary of {vocab_size}")
""",
        becomes="    ids = ids.clamp(0, vocab_size - 1)\n",
        what="the nearest existing id in the place of one that does not exist",
        hint="Whoever sends a wrong id should hear of it.",
        caught_by=("edges",),
    ),
    Misconception(
        "no_ids_crash",
        at="    if ((ids < 0)",
        becomes="    ids.max()\n    if ((ids < 0)",
        what="a crash when there are no ids",
        hint="The largest of no ids does not exist. No ids are no mistake: the result has no rows.",
        caught_by=("edges",),
    ),
    Misconception(
        "ids_overwritten",
        at=f"    return {_ROWS}",
        becomes=f"    rows = {_ROWS}\n    ids.zero_()\n    return rows",
        what="ids that are changed by the call",
        hint="A method whose name ends in _ works in place, on the caller's own tensor.",
        caught_by=("inputs",),
        hidden_only="the rows are right; the visible test does not look at its argument again",
    ),
]

# Changes of the reference that no check should reject (unrolled.auditing.mutants): mutant -> why it is as right.
EQUIVALENT = {
    "line 4: ValueError without f'an id that is not in a voc …": TEXT_OF_AN_ERROR,
    "line 5: (ids.unsqueeze(-1) == torch. … detached": NO_GRAPH,
}

# Ideas that reject no entry by themselves: idea -> why they have points of their own all the same.
NEVER_ALONE = {"shape": SHAPE}
