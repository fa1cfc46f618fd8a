"""Wrong answers to sequence_labelling: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

from ..hints import LONGER_THAN_SHOWN

MISCONCEPTIONS = [
    Misconception(
        "padding_in_the_loss",
        at=", ignore_index=PAD",
        becomes="",
        what="a loss that counts padding like words",
        hint="Tag 0 at a padding is no tag that should be learned. cross_entropy can be told to leave one out.",
        caught_by=("loss",),
    ),
    Misconception(
        "classes_on_time",
        at="logits.transpose(1, 2)",
        becomes="logits.reshape(len(logits), logits.shape[2], -1)",
        what="a loss whose class axis is filled with steps",
        hint="reshape keeps the numbers in their order and cuts them anew; to swap two axes there is transpose.",
        caught_by=("loss",),
        seen="cross-entropy with the class axis on time",
    ),
    Misconception(
        "softmax_twice",
        at="F.cross_entropy(logits.transpose(1, 2)",
        becomes="F.cross_entropy(logits.softmax(-1).transpose(1, 2)",
        what="a loss that takes the softmax twice",
        hint="F.cross_entropy wants logits and takes the softmax itself.",
        caught_by=("loss",),
        seen="softmax before cross-entropy",
    ),
    Misconception(
        "sum_for_mean",
        at="ignore_index=PAD)",
        becomes='ignore_index=PAD, reduction="sum")',
        what="the sum over the words",
        hint="The mean is asked for: a larger batch is not a worse one.",
        caught_by=("loss",),
    ),
    Misconception(
        "divided_by_all_places",
        at="ignore_index=PAD)",
        becomes='ignore_index=PAD, reduction="none").mean()',
        what="a sum over real words that is divided by all places",
        hint="How many places have a word? Divide by those.",
        caught_by=("loss",),
    ),
    Misconception(
        "mean_of_means",
        at="F.cross_entropy(logits.transpose(1, 2), tags, ignore_index=PAD)",
        becomes="torch.stack([F.cross_entropy(z, y, ignore_index=PAD) for z, y in zip(logits, tags)]).mean()",
        what="the mean of each sentence's mean",
        hint="A word in a short sentence counts more there than one in a long sentence.",
        caught_by=("loss",),
    ),
    Misconception(
        "last_step_only",
        at="F.cross_entropy(logits.transpose(1, 2), tags",
        becomes="F.cross_entropy(logits[:, -1], tags[:, -1]",
        what="a loss on the last step only",
        hint="Every word has a tag, and a loss.",
        caught_by=("loss",),
        seen="logits of the last step only",
    ),
    Misconception(
        "loss_without_a_graph",
        at="F.cross_entropy(logits.transpose(1, 2)",
        becomes="F.cross_entropy(logits.detach().transpose(1, 2)",
        what="a loss that is cut from the logits",
        hint="The number is right, and backward has nothing to go back to.",
        caught_by=("loss",),
    ),
    Misconception(
        "last_state_for_all",
        at="return self.tag(states)",
        becomes="return self.tag(states[:, -1:].expand_as(states))",
        what="the last state's logits for every word",
        hint="Each word is tagged from its own state: nothing has to be picked.",
        caught_by=("time",),
    ),
    Misconception(
        "both_directions",
        at="""self.rnn = nn.RNN(embedding_dim, hidden_dim, batch_first=True)
        self.tag = nn.Linear(hidden_dim, num_tags)""",
        becomes="""self.rnn = nn.RNN(embedding_dim, hidden_dim, batch_first=True, bidirectional=True)
        self.tag = nn.Linear(2 * hidden_dim, num_tags)""",
        what="a tagger that reads from right to left as well",
        hint="This one is to read from left to right; the next question has both.",
        caught_by=("time",),
    ),
    Misconception(
        "word_by_word",
        at="states, _ = self.rnn(self.words(x))",
        becomes="states = self.rnn(self.words(x).flatten(0, 1).unsqueeze(1))[0].view(*x.shape, -1)",
        what="words that are tagged one by one, without a memory",
        hint="Is a state carried from word to word?",
        caught_by=("time",),
    ),
    Misconception(
        "batch_taken_for_time",
        at=", batch_first=True",
        becomes="",
        what="an RNN that takes the batch for the time",
        hint="Without batch_first=True the first axis is time: each sentence goes on from the one above it.",
        caught_by=("batch", "time"),
    ),
    Misconception(
        "cut_from_the_words",
        at="return self.tag(states)",
        becomes="return self.tag(states.detach())",
        what="states that are cut from the graph",
        hint="Nothing before the last layer would ever learn: something took the states out of the graph.",
        caught_by=("gradients",),
    ),
    Misconception(
        "last_word_only",
        at="return self.tag(states)",
        becomes="return self.tag(states[:, -1])",
        what="one row of logits for the sentence",
        hint="That is many to one. Every word gets logits of its own.",
        caught_by=("shape", "time", "gradients"),
    ),
    Misconception(
        "squeezed",
        at="return self.tag(states)",
        becomes="return self.tag(states).squeeze()",
        what="axes of 1 that are lost: a batch of one, a sentence of one word",
        hint="squeeze() drops every axis of 1. One sentence is a batch of one, and stays (1, T, C).",
        caught_by=("shape",),
    ),
    Misconception(
        "begins_anew",
        at="states, _ = self.rnn(self.words(x))",
        becomes="states = torch.cat([self.rnn(part)[0] for part in self.words(x).split(21, dim=1)], dim=1)",
        what="a state that begins anew every twenty-one words",
        hint="Each piece has to start from the state that the piece before it ended with.",
        caught_by=("time",),
        hidden_only=LONGER_THAN_SHOWN,
    ),
    Misconception(
        "pieces_cut_apart",
        at="states, _ = self.rnn(self.words(x))  # (B, T, H)",
        becomes=(
            "states, h = [], None\n"
            "        for part in self.words(x).split(13, dim=1):\n"
            "            step, h = self.rnn(part, h)\n"
            "            states, h = [*states, step], h.detach()\n"
            "        states = torch.cat(states, dim=1)"
        ),
        what="a state that is detached every thirteen words",
        hint="The numbers are right, and words of an earlier piece never learn from a later tag.",
        caught_by=("gradients",),
        hidden_only=LONGER_THAN_SHOWN,
    ),
    Misconception(
        "a_number_without_a_graph",
        at="F.cross_entropy(logits.transpose(1, 2), tags, ignore_index=PAD)",
        becomes="F.cross_entropy(logits.transpose(1, 2), tags, ignore_index=PAD).item()",
        what="a Python number, from which nothing can be learned",
        hint="item() takes the number out of its tensor, and its graph is gone.",
        caught_by=("loss",),
    ),
    Misconception(
        "loss_with_a_limit",
        at="F.cross_entropy(logits.transpose(1, 2), tags, ignore_index=PAD)",
        becomes="F.cross_entropy(logits.transpose(1, 2), tags, ignore_index=PAD).clamp(max=25)",
        what="a loss that is never above 25",
        hint="Beyond the limit the loss does not change, and nothing is learned where most is wrong.",
        caught_by=("loss",),
        hidden_only="the visible test's loss is small",
    ),
    Misconception(
        "probabilities_with_a_floor",
        at="F.cross_entropy(logits.transpose(1, 2), tags, ignore_index=PAD)",
        becomes="F.nll_loss((logits.softmax(-1) + 1e-6).log().transpose(1, 2), tags, ignore_index=PAD)",
        what="the logarithm of a probability that something was added to",
        hint="log_softmax needs no small number to be safe, and stays right for large logits.",
        caught_by=("loss",),
        hidden_only="the visible test's probabilities are far above it",
    ),
]

# Changes of the reference that no check should reject (unrolled.auditing.mutants): mutant -> why it is as right.
EQUIVALENT = {
    "line 18: the result loses its axes of one": "a number has no axes",
    "line 18: logits.transpose: 1 and 2 swapped": "two axes change places, whichever is named first",
}

# Cells of the notebook that are like the solution (unrolled lint): cell -> why it may be.
LIKE_A_CELL = {
    "name_tools": "layers are made alike everywhere; the model is given, since questions 6 and 7 ask for other things",
}
