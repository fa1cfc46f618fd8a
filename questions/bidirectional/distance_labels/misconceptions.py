"""Wrong answers to distance_labels: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

# The last lines of label_fn, for faults in both distances at once.
_TAIL = """    last = torch.where(x == space, at, -1).cummax(dim=-1).values  # the last boundary up to here: (B, T)
    turned = torch.where(x == space, at, T).flip(-1)  # from the other end, the next boundary is the last
    following = turned.cummin(dim=-1).values.flip(-1)  # (B, T)
    return torch.minimum(at - last, following - at)"""

MISCONCEPTIONS = [
    Misconception(
        "only_back",
        at="return torch.minimum(at - last, following - at)",
        becomes="return at - last",
        what="the distance back to the last boundary",
        hint="The next boundary may be nearer. What is known if the row is read from its other end?",
        caught_by=("values",),
    ),
    Misconception(
        "only_onward",
        at="return torch.minimum(at - last, following - at)",
        becomes="return following - at",
        what="the distance on to the next boundary",
        hint="The boundary behind may be nearer.",
        caught_by=("values",),
    ),
    Misconception(
        "larger_of_the_two",
        at="torch.minimum(at",
        becomes="torch.maximum(at",
        what="the larger of the two distances",
        hint="The *nearest* boundary counts.",
        caught_by=("values",),
    ),
    Misconception(
        "sum_of_the_two",
        at="torch.minimum(at - last, following - at)",
        becomes="following - last",
        what="the length of the word, the sum of the two distances",
        hint="Which of the two distances counts, and when?",
        caught_by=("values",),
    ),
    Misconception(
        "start_is_no_boundary",
        at=", at, -1)",
        becomes=", at, -10 * T)",
        what="a start that is no boundary",
        hint="The place before the first character is a boundary, at −1.",
        caught_by=("edges",),
    ),
    Misconception(
        "end_is_no_boundary",
        at=", at, T)",
        becomes=", at, 10 * T)",
        what="an end that is no boundary",
        hint="The place after the last character is a boundary, at T.",
        caught_by=("edges",),
    ),
    Misconception(
        "ends_far_away",
        at=_TAIL,
        becomes=_TAIL.replace("at, -1)", "at, -2 * T)").replace("at, T)", "at, 3 * T)"),
        what="ends that are no boundaries, on either side",
        hint="The places just before the first and just after the last character are boundaries, −1 and T.",
        caught_by=("edges",),
    ),
    Misconception(
        "first_word_from_its_end",
        at="    return torch.minimum(at - last, following - at)",
        becomes="""    nearest = torch.minimum(at - last, following - at)
    return torch.where(last < 0, following - at, nearest)""",
        what="a first word that only knows the space behind it",
        hint="Before the first space, the start is a boundary too, at place −1.",
        caught_by=("edges",),
    ),
    Misconception(
        "fails_without_a_space",
        at="    T = x.shape[-1]",
        becomes="    places = (x == space).nonzero()\n    places[0]\n    T = x.shape[-1]",
        what="a function that needs a space in every batch",
        hint="A batch may hold one long word and no space: the ends are boundaries then.",
        caught_by=("edges",),
    ),
    Misconception(
        "ends_are_characters",
        at=_TAIL,
        becomes=_TAIL.replace("at, -1)", "at, 0)").replace("at, T)", "at, T - 1)"),
        what="ends that lie on the first and the last character",
        hint="The boundaries lie just outside: the first character is 1 step away from the one before it.",
        caught_by=("edges",),
        seen="an edge at 0 and T − 1 instead of −1 and T",
    ),
    Misconception(
        "start_at_zero",
        at=", at, -1)",
        becomes=", at, 0)",
        what="a start that lies on the first character",
        hint="The boundary before the first character has place −1.",
        caught_by=("edges",),
    ),
    Misconception(
        "neighbours_at_zero",
        at="return torch.minimum(at - last, following - at)",
        becomes="return (torch.minimum(at - last, following - at) - 1).clamp(min=0)",
        what="counting the characters in between",
        hint="A character beside a space is 1 step away from it; only the space itself has 0.",
        caught_by=("values",),
    ),
    Misconception(
        "space_is_one",
        at=_TAIL,
        becomes=_TAIL.replace("x == space", "x == 1"),
        what="a space that is always number 1",
        hint="Another text has another vocabulary: use `space`, which is given.",
        caught_by=("space",),
        seen="document 000: `if x[i] == 1`",
    ),
    Misconception(
        "space_of_the_text",
        at=_TAIL,
        becomes=_TAIL.replace("x == space", "x == SPACE"),
        what="the notebook's SPACE in the place of the argument",
        hint="Whoever calls label_fn says which id the space has: use `space`.",
        caught_by=("space",),
    ),
    Misconception(
        "zero_is_no_space",
        at=_TAIL,
        becomes="    space = space or 1\n" + _TAIL,
        what="taking 0 for no answer",
        hint="A space may have the number 0, and `space or …` throws that away.",
        caught_by=("space",),
    ),
    Misconception(
        "along_the_batch",
        at="cummax(dim=-1)",
        becomes="cummax(dim=0)",
        what="a running maximum over the batch",
        hint="Time is the last axis. Which one does your cummax run along?",
        caught_by=("values",),
    ),
    Misconception(
        "rows_run_into_each_other",
        at=_TAIL,
        becomes="""    at = torch.arange(x.numel(), device=x.device)
    flat = x.reshape(-1)
    last = torch.where(flat == space, at, -1).cummax(dim=0).values
    turned = torch.where(flat == space, at, len(flat)).flip(0)
    following = turned.cummin(dim=0).values.flip(0)
    return torch.minimum(at - last, following - at).view(x.shape)""",
        what="a batch that is read as one long sequence",
        hint="Where one row ends, the next one's spaces are out of sight: keep the rows apart.",
        caught_by=("edges",),
    ),
    Misconception(
        "first_row_for_all",
        at="torch.where(x == space, at, -1)",
        becomes="torch.where(x[:1].expand_as(x) == space, at, -1)",
        what="the first row's spaces for all rows",
        hint="Every row has its own spaces.",
        caught_by=("values", "shape"),
    ),
    Misconception(
        "not_turned_back",
        at="cummin(dim=-1).values.flip(-1)",
        becomes="cummin(dim=-1).values",
        what="a result that was turned round and not turned back",
        hint="flip once to read from the other end, and once more to have the places in order again.",
        caught_by=("values",),
    ),
    Misconception(
        "batch_turned_round",
        at="at, T).flip(-1)",
        becomes="at, T).flip(0)",
        what="turning the batch round in place of the sequence",
        hint="flip(0) changes the order of the rows. Which axis is the time?",
        caught_by=("values",),
    ),
    Misconception(
        "no_unbatched",
        at="    T = x.shape[-1]",
        becomes="    B, T = x.shape",
        what="a function for batches only",
        hint="One sequence (T,) has one axis: ask for x.shape[-1].",
        caught_by=("shape",),
    ),
    Misconception(
        "batch_added",
        at="    return torch.minimum(at - last, following - at)",
        becomes="    return torch.atleast_2d(torch.minimum(at - last, following - at))",
        what="one sequence that comes back as a batch of one",
        hint="(T,) goes in, (T,) comes out.",
        caught_by=("shape",),
    ),
    Misconception(
        "floats",
        at="return torch.minimum(at - last, following - at)",
        becomes="return torch.minimum(at - last, following - at).float()",
        what="distances as floats",
        hint="Steps are whole numbers; the loss can turn them into floats itself.",
        caught_by=("shape",),
    ),
    Misconception(
        "capped_at_nine",
        at="return torch.minimum(at - last, following - at)",
        becomes="return torch.minimum(at - last, following - at).clamp(max=2)",
        what="distances that end at a largest one",
        hint="How far can a character be from every boundary? Up to half of T.",
        caught_by=("values",),
    ),
    Misconception(
        "twenty_and_no_more",
        at="return torch.minimum(at - last, following - at)",
        becomes="return torch.minimum(at - last, following - at).clamp(max=20)",
        what="distances that stop growing at twenty",
        hint="How far can a character be from every boundary? Up to half of T, however long T is.",
        caught_by=("values",),
    ),
    Misconception(
        "eight_bits",
        at="return torch.minimum(at - last, following - at)",
        becomes="return torch.minimum(at - last, following - at).to(torch.uint8)",
        what="whole numbers of eight bits, which end at 255",
        hint="In a row of a thousand characters a distance may be 500: which numbers does your dtype hold?",
        caught_by=("values",),
    ),
    Misconception(
        "looks_eleven_steps_far",
        at=_TAIL,
        becomes="""    is_space = F.pad(x == space, (12, 12), value=False)
    is_space[..., 11] = is_space[..., T + 12] = True
    labels = torch.full(x.shape, 12, dtype=torch.int64, device=x.device)
    for reach in range(11, -1, -1):
        near = is_space[..., 12 - reach : 12 - reach + T] | is_space[..., 12 + reach : 12 + reach + T]
        labels = torch.where(near, reach, labels)
    return labels""",
        what="a search that gives up after a dozen steps",
        hint="A word may be longer than any that you have met: on which number should the search end?",
        caught_by=("values",),
    ),
    Misconception(
        "list_of_lists",
        at="return torch.minimum(at - last, following - at)",
        becomes="return torch.minimum(at - last, following - at).tolist()",
        what="a list of numbers in the place of a tensor",
        hint="The numbers are a list; torch.tensor makes a tensor of them.",
        caught_by=("shape",),
    ),
    Misconception(
        "batch_of_one_squeezed",
        at="return torch.minimum(at - last, following - at)",
        becomes="return torch.minimum(at - last, following - at).squeeze()",
        what="axes of one that are thrown away",
        hint="(1, T) goes in, and (T,) comes out: squeeze() drops every axis that has one entry.",
        caught_by=("shape",),
    ),
    Misconception(
        "one_row_after_the_other",
        at="    T = x.shape[-1]",
        becomes='    if x.dim() == 2 and len(x) == 1:\n        raise ValueError("one row")\n    T = x.shape[-1]',
        what="a function that refuses a batch of one",
        hint="(1, T) is a batch like any other.",
        caught_by=("values",),
    ),
    Misconception(
        "input_overwritten",
        at=_TAIL,
        becomes="    is_space = x == space\n    x.zero_()\n" + _TAIL.replace("x == space", "is_space"),
        what="marks that are written into x",
        hint="The call has changed its argument, and the ids are gone for whoever needs them: the network.",
        caught_by=("inputs",),
    ),
    Misconception(
        "loop_over_characters",
        at=_TAIL,
        becomes="""    rows = []
    for row in x.reshape(-1, T).tolist():
        ahead, count = [], 0
        for one in row:
            count = 0 if one == space else count + 1
            ahead.append(count)
        count = 0
        for i in range(T - 1, -1, -1):
            count = 0 if row[i] == space else count + 1
            ahead[i] = min(ahead[i], count)
        rows.append(ahead)
    return torch.tensor(rows).view(x.shape)""",
        what="a loop over single characters",
        hint="Two passes are better than a search, and still a loop: think of a whole row at once, or a column.",
        caught_by=("speed",),
    ),
    Misconception(
        "loop_of_the_notebook",
        at=_TAIL,
        becomes="    rows = x.reshape(-1, T).tolist()\n"
        "    return torch.tensor([labels_one_by_one(row, space) for row in rows]).view(x.shape)",
        what="the slow loop of the notebook",
        hint="It is right, and slow: the task is to do without it.",
        caught_by=("speed",),
        seen="document 000's own label function",
    ),
]

_WHOLE_NUMBERS = "distances are whole numbers, and no gradient ever reaches them"

# Changes of the reference that no check should reject (unrolled.auditing.mutants): mutant -> why it is as right.
EQUIVALENT = {
    "line 4: torch.arange(T, device=x.dev … detached": _WHOLE_NUMBERS,
    "line 4: torch.arange without device=x.device": "ids on a GPU need it; on the CPU it is the same",
    "line 6: torch.where(x == space, at,  … detached": _WHOLE_NUMBERS,
    "line 7: turned.cummin(dim=-1).values … detached": _WHOLE_NUMBERS,
    "line 8: torch.minimum(at - last, fol … detached": _WHOLE_NUMBERS,
    "line 8: torch.minimum: at - last and following - at swapped": "the smaller of two, whichever comes first",
}
