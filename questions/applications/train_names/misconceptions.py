"""Wrong answers to train_names: the reference solution with one fault each.

A network is recognised by what it does, so different mistakes may look alike.
"""

from unrolled.checking.catalogue import Misconception

_INPUTS = "inputs = F.pad(rows, (1, 0), value=START)[:, :-1]"
_LOSS = "F.cross_entropy(logits.transpose(1, 2), rows, ignore_index=PAD)"
_FIT_NAMES = "fit(name_model, names_loss, steps=90)"

MISCONCEPTIONS = [
    Misconception(
        "trained_too_long",
        at="steps=90",
        becomes="steps=500",
        what="a network that knows the training names by heart",
        hint="Look at the loss on valid_names while it trains. When is it lowest?",
        caught_by=("likelihood", "network", "budget"),
    ),
    Misconception(
        "stopped_early",
        at="steps=90",
        becomes="steps=4",
        what="a network that has hardly begun to learn",
        hint="The loss was still falling.",
        caught_by=("likelihood", "ends", "network", "budget"),
    ),
    Misconception(
        "says_what_it_reads",
        at=_INPUTS,
        becomes="inputs = rows",
        what="a network that repeats what it has just read",
        hint="What goes in stands one step behind what should come out.",
        caught_by=("likelihood", "ends", "network", "budget"),
    ),
    Misconception(
        "no_end_learned",
        at=_LOSS,
        becomes="F.cross_entropy(logits.transpose(1, 2), torch.where(rows == END, PAD, rows), ignore_index=PAD)",
        what="a loss that leaves END out",
        hint="END is the last thing that should come out of each name: it has a loss like a letter.",
        caught_by=("likelihood", "ends", "network", "budget"),
    ),
    Misconception(
        "padding_learned",
        at=_LOSS,
        becomes="F.cross_entropy(logits.transpose(1, 2), torch.where(rows == END, PAD, rows))",
        what="a loss in which names end with padding",
        hint="What should come out after the last letter is END, and after that nothing is asked.",
        caught_by=("likelihood", "ends", "network", "budget"),
    ),
    Misconception(
        "no_start",
        at=_INPUTS,
        becomes="inputs, rows = rows[:, :-1], rows[:, 1:]",
        what="names that are learned from their second letter on",
        hint="Who says the first letter? START goes in before it.",
        caught_by=("likelihood", "network", "budget"),
    ),
    Misconception(
        "names_backwards",
        at="rows = name_rows(random.sample(train_names, 64))",
        becomes="rows = name_rows([name[::-1] for name in random.sample(train_names, 64)])",
        what="names that were learned backwards",
        hint="Print a row of what should come out, as letters.",
        caught_by=("likelihood", "network", "budget"),
    ),
    Misconception(
        "never_trained",
        at=_FIT_NAMES,
        becomes="",
        what="a network that was never trained",
        hint="Which line changes the weights?",
        caught_by=("likelihood", "ends", "network", "budget"),
    ),
    Misconception(
        "one_batch_by_heart",
        at="rows = name_rows(random.sample(train_names, 64))",
        becomes="rows = name_rows(train_names[:8])",
        what="a network that has seen eight names",
        hint="Is every batch another one? Eight names do not say what a name is.",
        caught_by=("likelihood", "network", "budget"),
    ),
    Misconception(
        "letters_only_counted",
        at=_INPUTS,
        becomes="inputs = torch.full_like(rows, START)",
        what="a network that was never told the letters so far",
        hint="What goes in at a step is the letter before.",
        caught_by=("likelihood", "network", "budget"),
    ),
]
