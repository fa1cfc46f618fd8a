"""Wrong answers to manual_embedding: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

from ..hints import SHAPE

MISCONCEPTIONS = [
    Misconception(
        "cut_from_the_table",
        at="self.weight[x]",
        becomes="self.weight.data[x]",
        what="a look-up outside the graph (.data, .detach(), no_grad or a frozen table)",
        hint="The rows are right, but no gradient ever reaches the table, so it would never be learned.",
        caught_by=("gradients",),
        seen="document 000's tests accept it",
    ),
    Misconception(
        "under_no_grad",
        at="return self.weight[x]",
        becomes="with torch.no_grad():\n            return self.weight[x]",
        what="a look-up under torch.no_grad()",
        hint="no_grad is for using a model, not for its forward: the table gets no gradient.",
        caught_by=("gradients",),
    ),
    Misconception(
        "table_not_registered",
        at="nn.Parameter(torch.randn(vocab_size, embed_dim))",
        becomes="torch.randn(vocab_size, embed_dim, requires_grad=True)",
        what="a table that is a plain tensor",
        hint="Only what is an nn.Parameter is among module.parameters(), where the optimizer looks.",
        caught_by=("gradients",),
        hidden_only="the class with its parameter is given; only a rewritten __init__ can do this",
        seen="document 000's tests accept it",
    ),
    Misconception(
        "frozen_table",
        at="nn.Parameter(torch.randn(vocab_size, embed_dim))",
        becomes="nn.Parameter(torch.randn(vocab_size, embed_dim), requires_grad=False)",
        what="a frozen table",
        hint="requires_grad=False keeps the table as it was drawn, for ever.",
        caught_by=("gradients",),
    ),
    Misconception(
        "shifted_by_one",
        at="self.weight[x]",
        becomes="self.weight[x - 1]",
        what="a table counted from 1",
        hint="Ids start at 0: token 0 is row 0. (Row -1 exists in Python, so nothing crashed.)",
        caught_by=("values",),
    ),
    Misconception(
        "columns_for_rows",
        at="self.weight[x]",
        becomes="self.weight[:, x]",
        what="picking columns instead of rows",
        hint="The table is (V, E): the first axis counts tokens.",
        caught_by=("values", "gradients", "shape"),
    ),
    Misconception(
        "axes_swapped",
        at="self.weight[x]",
        becomes="self.weight[x].transpose(1, 2)",
        what="(B, E, T) instead of (B, T, E)",
        hint="The numbers of one embedding stand together, last.",
        caught_by=("values", "shape"),
    ),
    Misconception(
        "time_first",
        at="self.weight[x]",
        becomes="self.weight[x].transpose(0, 1)",
        what="(T, B, E) instead of (B, T, E)",
        hint="In this course the batch is the first axis.",
        caught_by=("values", "shape"),
    ),
    Misconception(
        "batch_squeezed",
        at="self.weight[x]",
        becomes="self.weight[x].squeeze()",
        what="dropping every axis of size 1",
        hint="squeeze() without an axis also removes a batch of one and a sequence of one.",
        caught_by=("shape",),
    ),
    Misconception(
        "vocabulary_of_the_batch",
        at="self.weight[x]",
        becomes="F.one_hot(x).to(self.weight.dtype) @ self.weight[: int(x.max()) + 1].flip(0)",
        what="one-hot rows as wide as this batch's largest id",
        hint="The width of a one-hot row is V, the number of rows in the table, whatever the batch holds.",
        caught_by=("values",),
    ),
    Misconception(
        "one_hot_without_table",
        at="self.weight[x]",
        becomes="F.one_hot(x, self.weight.shape[0]).to(self.weight.dtype)",
        what="one-hot rows that never met the table",
        hint="One-hot is the first half: onehot(x) @ W picks the row.",
        caught_by=("values", "gradients", "shape"),
    ),
    Misconception(
        "flattened_by_view",
        at="self.weight[x]",
        becomes="self.weight[x.view(-1)].view(*x.shape, -1)",
        what="view() on ids that do not lie one behind the other in memory",
        hint="A transposed batch has no flat view; reshape copies where it must, and indexing needs neither.",
        caught_by=("values",),
        hidden_only="the visible test looks up ids that lie in order",
    ),
    Misconception(
        "bag_of_words",
        at="self.weight[x]",
        becomes="self.weight[x].mean(dim=1)",
        what="averaging over the sequence",
        hint="Every token keeps a vector of its own; nothing is averaged over time.",
        caught_by=("values", "shape"),
    ),
    Misconception(
        "rows_normalised",
        at="self.weight[x]",
        becomes="F.normalize(self.weight[x], dim=-1)",
        what="scaling every row to length 1",
        hint="A look-up gives the row as it is; its length is learned too.",
        caught_by=("values",),
    ),
    Misconception(
        "scaled_as_in_transformers",
        at="self.weight[x]",
        becomes="self.weight[x] * self.weight.shape[1] ** 0.5",
        what="rows multiplied by the square root of E",
        hint="Some transformers scale their embeddings so; a plain embedding does not.",
        caught_by=("values",),
    ),
    Misconception(
        "drawn_anew",
        at="return self.weight[x]",
        becomes="return torch.randn_like(self.weight, requires_grad=True)[x]",
        what="a table drawn anew at every call",
        hint="The rows must come from self.weight, which was made once, in __init__.",
        caught_by=("values", "gradients"),
    ),
    Misconception(
        "first_sequence_only",
        at="self.weight[x]",
        becomes="self.weight[x[:1]].expand(x.shape[0], -1, -1)",
        what="the first sequence of the batch for all of them",
        hint="With a batch of one nothing shows; give it two different sequences.",
        caught_by=("values",),
        hidden_only="the visible example has one sequence on purpose: it must be checkable by hand",
    ),
    Misconception(
        "table_behind_a_property",
        at="self.weight = nn.Parameter(torch.randn(vocab_size, embed_dim))",
        becomes=(
            "self.rows = nn.Parameter(torch.randn(embed_dim, vocab_size))\n\n"
            "    @property\n    def weight(self):\n        return self.rows.t()"
        ),
        what="a table that is made anew from another parameter at each look",
        hint="self.weight is to be the parameter itself, (V, E): what an optimizer is given, and what gets a gradient.",
        caught_by=("gradients",),
        seen="in public solutions",
    ),
]

# Ideas that reject no entry by themselves: idea -> why they have points of their own all the same.
NEVER_ALONE = {"shape": SHAPE}
