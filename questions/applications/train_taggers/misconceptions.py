"""Wrong answers to train_taggers: the reference solution with one fault each.

A network is recognised by what it does, so different mistakes may look alike.
"""

from unrolled.checking.catalogue import Misconception

_ANOTHER = "Whose parameters does the training change?"

_BATCH = "x, tags = tag_rows(random.sample(train_tagged, 32))"
_ONE = "fit(one_way, lambda: batch_loss(one_way), steps=120)"
_BOTH = "fit(both_ways, lambda: batch_loss(both_ways), steps=90)"

MISCONCEPTIONS = [
    Misconception(
        "both_read_left_to_right",
        at="both_ways = BidirectionalRNN(",
        becomes="both_ways = SequenceLabelingRNN(",
        what="two networks that read from left to right",
        hint="'her' is decided by the next word. Which of your two networks can see it?",
        caught_by=("accuracy", "after", "network", "budget"),
    ),
    Misconception(
        "both_see_everything",
        at="one_way = SequenceLabelingRNN(",
        becomes="one_way = BidirectionalRNN(",
        what="a one_way that looks ahead",
        hint="What is the other direction good for? Only a network that has it not can show that.",
        caught_by=("before",),
    ),
    Misconception(
        "names_exchanged",
        at=_BOTH,
        becomes=_BOTH + "\none_way, both_ways = both_ways, one_way",
        what="two names that have changed places",
        hint="Which of the two is which?",
        caught_by=("accuracy", "after", "before", "network", "budget"),
    ),
    Misconception(
        "one_way_left_out",
        at=_ONE + "\n",
        becomes="",
        what="a one_way that was never trained",
        hint="Two networks are asked for; how low was the loss of each?",
        caught_by=("before",),
    ),
    Misconception(
        "both_ways_left_out",
        at=_BOTH,
        becomes="",
        what="a both_ways that was never trained",
        hint="Two networks are asked for; how low was the loss of each?",
        caught_by=("accuracy", "after", "network", "budget"),
    ),
    Misconception(
        "the_same_trained_twice",
        at=_BOTH,
        becomes="fit(both_ways, lambda: batch_loss(one_way), steps=90)",
        what="one network's loss for the other's optimizer",
        hint=_ANOTHER,
        caught_by=("accuracy", "after", "network", "budget"),
    ),
    Misconception(
        "stopped_early",
        at=_BOTH,
        becomes="fit(both_ways, lambda: batch_loss(both_ways), steps=8)",
        what="a training that stopped when only frequent tags were known",
        hint="How low was the loss at the end, and was it still falling?",
        caught_by=("accuracy", "after", "network", "budget"),
    ),
    Misconception(
        "shuffled_words",
        at=_BATCH,
        becomes=_BATCH
        + "\n    for row in range(len(x)):\n"
        + "        place = torch.randperm(int((x[row] != PAD).sum()))\n"
        + "        x[row, : len(place)], tags[row, : len(place)] = x[row, place], tags[row, place]",
        what="sentences whose words were shuffled",
        hint="What surrounds a word decides its tag. Are your sentences still sentences?",
        caught_by=("accuracy", "after", "before", "network", "budget"),
    ),
    Misconception(
        "one_word_late",
        at="return tagging_loss(model(x), tags)",
        becomes="return tagging_loss(model(x), F.pad(tags, (1, 0))[:, :-1])",
        what="tags that belong to the word before",
        hint="Print a row of words above its tags: do they stand under each other?",
        caught_by=("accuracy", "after", "before", "network", "budget"),
    ),
    Misconception(
        "last_words_only",
        at="return tagging_loss(model(x), tags)",
        becomes="return tagging_loss(model(x)[:, :1], tags[:, :1])",
        what="a loss on the first word only",
        hint="Every word has a tag, and a loss.",
        caught_by=("accuracy", "after", "before", "network", "budget"),
    ),
]
