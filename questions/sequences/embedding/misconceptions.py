"""Wrong answers to embedding: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

from ..hints import SHAPE

_PRODUCT = "one_hot(ids, W.shape[0]).to(W.dtype) @ W"

MISCONCEPTIONS = [
    Misconception(
        "one_hot_without_table",
        at=_PRODUCT,
        becomes="one_hot(ids, W.shape[0]).to(W.dtype)",
        what="one-hot rows that never met the table",
        hint="One-hot is the first half: onehot(x) @ W picks the row.",
        caught_by=("values", "gradients", "shape"),
    ),
    Misconception(
        "columns_for_rows",
        at=_PRODUCT,
        becomes="W[:, ids]",
        what="picking columns instead of rows",
        hint="The table is (V, E): the first axis counts tokens.",
        caught_by=("values", "shape"),
    ),
    Misconception(
        "counted_from_one",
        at=_PRODUCT,
        becomes="W[ids - 1]",
        what="a table counted from 1",
        hint="Token 0 is row 0. (Row -1 exists in Python, so nothing crashed.)",
        caught_by=("values",),
    ),
    Misconception(
        "width_of_the_batch",
        at="one_hot(ids, W.shape[0]).to(W.dtype) @ W",
        becomes="one_hot(ids, int(ids.max()) + 1).to(W.dtype) @ W[-int(ids.max()) - 1 :]",
        what="one-hot rows as wide as this batch's largest id",
        hint="The width of a one-hot row is V, the number of rows in the table, whatever the batch holds.",
        caught_by=("values",),
        hidden_only="the visible example uses the table's last row, and its batch only asks for the shape",
    ),
    Misconception(
        "bag_of_words",
        at=_PRODUCT,
        becomes=f"({_PRODUCT}).mean(dim=-2)",
        what="averaging over the sequence",
        hint="Every token keeps a vector of its own; nothing is averaged over time.",
        caught_by=("values", "shape"),
    ),
    Misconception(
        "axes_swapped",
        at=_PRODUCT,
        becomes=f"({_PRODUCT}).transpose(-1, -2)",
        what="the numbers of an embedding in front of the steps",
        hint="The E numbers of one embedding stand together, last.",
        caught_by=("values", "shape"),
    ),
    Misconception(
        "flattened",
        at=_PRODUCT,
        becomes=f"({_PRODUCT}).flatten()",
        what="all rows in one long vector",
        hint="Flattening is the MLP's business; an RNN reads one row after the other.",
        caught_by=("values", "shape"),
    ),
    Misconception(
        "cut_from_the_table",
        at="@ W",
        becomes="@ W.detach()",
        what="a table that was taken out of the graph (.detach(), .data or no_grad)",
        hint="The rows are right, but no gradient ever reaches W, so it would never be learned.",
        caught_by=("gradients",),
    ),
    Misconception(
        "copied_to_a_list",
        at=_PRODUCT,
        becomes="torch.tensor(W.tolist(), dtype=W.dtype)[ids]",
        what="a copy of the table",
        hint="torch.tensor(...) makes a new tensor without a history: the gradient ends there.",
        caught_by=("gradients",),
    ),
    Misconception(
        "once_for_each_token",
        at=_PRODUCT,
        becomes=f"{_PRODUCT} / one_hot(ids, W.shape[0]).flatten(0, -2).sum(0)[ids].unsqueeze(-1).to(W.dtype)",
        what="rows divided by how often their token occurs",
        hint="A row is read as it is, however often; only its gradient adds up.",
        caught_by=("values",),
    ),
    Misconception(
        "rows_normalised",
        at=_PRODUCT,
        becomes=f"F.normalize({_PRODUCT}, dim=-1)",
        what="scaling every row to length 1",
        hint="A look-up gives the row as it is; its length is learned too.",
        caught_by=("values",),
    ),
    Misconception(
        "single_precision_only",
        at="one_hot(ids, W.shape[0]).to(W.dtype) @ W",
        becomes="one_hot(ids, W.shape[0]) @ W.float()",
        what="a table turned into float32",
        hint="Turn the one-hot rows into the dtype of the table, not the table into theirs.",
        caught_by=("dtype",),
    ),
    Misconception(
        "dtypes_do_not_meet",
        at=".to(W.dtype) @",
        becomes=" @",
        what="one-hot rows that are always float32",
        hint="With a table in float64 the product stops: give the rows the table's dtype.",
        caught_by=("dtype",),
    ),
    Misconception(
        "drawn_anew",
        at="@ W",
        becomes="@ torch.randn_like(W).requires_grad_()",
        what="a table drawn anew at every call",
        hint="The rows must come from the W that was given.",
        caught_by=("values", "gradients"),
    ),
]

# Ideas that reject no entry by themselves: idea -> why they have points of their own all the same.
NEVER_ALONE = {"shape": SHAPE}
