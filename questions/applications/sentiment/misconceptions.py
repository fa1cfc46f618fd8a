"""Wrong answers to sentiment: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

from ..hints import AN_INDEX, LONGER_THAN_SHOWN, NUMBERS_ONLY, WHOLE_NUMBERS

_READ = "states, _ = self.gru(self.words(x))"
_LAST = "(x != PAD).sum(dim=1) - 1"

MISCONCEPTIONS = [
    Misconception(
        "read_at_the_last_step",
        at="states[rows, last]",
        becomes="states[:, -1]",
        what="reading the state at the last step of the tensor",
        hint="Behind a short review stands padding, and the network has run on through it. Where is the last word?",
        caught_by=("padding",),
        seen="document 002: padding would shift the sentiment logits",
    ),
    Misconception(
        "one_step_too_far",
        at=_LAST,
        becomes="(x != PAD).sum(dim=1).clamp(max=x.shape[1] - 1)",
        what="the state one step behind the last word",
        hint="A row of n words has its last one at step n - 1, because steps are counted from 0.",
        caught_by=("padding",),
    ),
    Misconception(
        "one_step_too_early",
        at=_LAST,
        becomes="((x != PAD).sum(dim=1) - 2).clamp(min=0)",
        what="the state after the last word but one",
        hint="Does the last word of a review change your logits?",
        caught_by=("order",),
    ),
    Misconception(
        "longest_row_for_all",
        at=_LAST,
        becomes="(x != PAD).sum(dim=1).max() - 1",
        what="one length, the longest row's, for all rows",
        hint="Each row has a length of its own.",
        caught_by=("padding",),
    ),
    Misconception(
        "mean_with_padding",
        at="states[rows, last]",
        becomes="states.mean(dim=1)",
        what="a mean over all steps, those of padding among them",
        hint="A mean over a row's own words would do. Whose steps are in yours?",
        caught_by=("padding",),
    ),
    Misconception(
        "first_state",
        at="states[rows, last]",
        becomes="states[:, 0]",
        what="the state after the first word",
        hint="After the first word the network knows one word. When has it read them all?",
        caught_by=("order",),
    ),
    Misconception(
        "bag_of_words",
        at=_READ,
        becomes=(
            "states = self.gru(self.words(x).flatten(0, 1).unsqueeze(1))[0]\n"
            "        states = states.view(*x.shape, -1).cumsum(dim=1)"
        ),
        what="words that are read one by one and added up",
        hint="A sum is the same in any order, and 'not' has to know what it stands before.",
        caught_by=("order",),
    ),
    Misconception(
        "last_word_alone",
        at=_READ,
        becomes="states = self.gru(self.words(x).flatten(0, 1).unsqueeze(1))[0].view(*x.shape, -1)",
        what="a verdict on the last word alone",
        hint="Is a state carried from word to word?",
        caught_by=("order",),
    ),
    Misconception(
        "batch_taken_for_time",
        at=", batch_first=True",
        becomes="",
        what="a GRU that takes the batch for the time",
        hint="Without batch_first=True the first axis is time, so that each review goes on from the one above it.",
        caught_by=("batch", "order"),
    ),
    Misconception(
        "cut_between_words",
        at="self.verdict(states[rows, last])",
        becomes="self.verdict(states[rows, last].detach())",
        what="states that are cut from the graph",
        hint="Nothing before the last layer would ever learn: something took the states out of the graph.",
        caught_by=("gradients",),
    ),
    Misconception(
        "past_cut_off",
        at=_READ,
        becomes=(
            "states, h = [], None\n"
            "        for t in range(x.shape[1]):\n"
            "            step, h = self.gru(self.words(x[:, t : t + 1]), h)\n"
            "            states, h = [*states, step], h.detach()\n"
            "        states = torch.cat(states, dim=1)"
        ),
        what="a state that is detached at every step",
        hint="The numbers are right, and the first words of a review never learn from its label.",
        caught_by=("gradients",),
        hidden_only=NUMBERS_ONLY,
        seen="detached states, in public solutions",
    ),
    Misconception(
        "frozen_words",
        at="self.words = nn.Embedding(vocab_size, embedding_dim)",
        becomes="self.words = nn.Embedding(vocab_size, embedding_dim).requires_grad_(False)",
        what="a frozen embedding",
        hint="requires_grad_(False) keeps the words as they were drawn, for ever.",
        caught_by=("gradients",),
    ),
    Misconception(
        "dropout_always_on",
        at="states[rows, last]",
        becomes="F.dropout(states[rows, last], 0.5)",
        what="dropout that no eval() switches off",
        hint="F.dropout is on by default: give it self.training, or use nn.Dropout.",
        caught_by=("batch",),
        seen="dropout on at test, in public solutions",
    ),
    Misconception(
        "verdict_for_every_word",
        at="states[rows, last]",
        becomes="states",
        what="a verdict after every word",
        hint="That is many to many. One row of logits for each review is asked for.",
        caught_by=("shape", "padding", "order", "gradients"),
    ),
    Misconception(
        "squeezed",
        at="states[rows, last]",
        becomes="states[rows, last].squeeze()",
        what="a batch of one that loses its axis",
        hint="squeeze() drops every axis of 1, that of a batch of one too. Name the axis that is to go, if any is.",
        caught_by=("shape",),
        seen="squeeze() for a batch of one, in public solutions",
    ),
    Misconception(
        "first_words_only",
        at=_READ,
        becomes="x = x[:, :15]\n        " + _READ,
        what="reviews that are cut after fifteen words",
        hint="A review may be longer than any that the notebook shows. What becomes of its last words?",
        caught_by=("order",),
        hidden_only=LONGER_THAN_SHOWN,
        seen="reviews cut to a fixed length, in public solutions",
    ),
    Misconception(
        "last_words_only",
        at=_READ,
        becomes=(
            "words = self.words(x)\n"
            "        late = [self.gru(words[:, t - 24 : t + 1])[0][:, -1:] for t in range(24, x.shape[1])]\n"
            "        states = torch.cat([self.gru(words[:, :24])[0], *late], dim=1)"
        ),
        what="a state that knows the last twenty-five words only",
        hint="In a long review, does the first word still count at the end?",
        caught_by=("order",),
        hidden_only=LONGER_THAN_SHOWN,
    ),
    Misconception(
        "begins_anew",
        at=_READ,
        becomes="states = torch.cat([self.gru(part)[0] for part in self.words(x).split(18, dim=1)], dim=1)",
        what="a state that begins anew every eighteen words",
        hint="Each piece has to start from the state that the piece before it ended with.",
        caught_by=("order",),
        hidden_only=LONGER_THAN_SHOWN,
        seen="states reset every k steps",
    ),
    Misconception(
        "pieces_cut_apart",
        at=_READ,
        becomes=(
            "states, h = [], None\n"
            "        for part in self.words(x).split(22, dim=1):\n"
            "            step, h = self.gru(part, h)\n"
            "            states, h = [*states, step], h.detach()\n"
            "        states = torch.cat(states, dim=1)"
        ),
        what="a state that is detached every twenty-two words",
        hint="The numbers are right, and words of an earlier piece never learn from the label.",
        caught_by=("gradients",),
        hidden_only=LONGER_THAN_SHOWN,
        seen="truncated backpropagation where none is asked for",
    ),
    Misconception(
        "sorted_rows_expected",
        at="""        states, _ = self.gru(self.words(x))  # (B, T, H)
        last = (x != PAD).sum(dim=1) - 1  # (B,): where each row's last word stands
        rows = torch.arange(len(x), device=x.device)
        return self.verdict(states[rows, last])""",
        becomes="""        lengths = (x != PAD).sum(dim=1).cpu()
        packed = nn.utils.rnn.pack_padded_sequence(self.words(x), lengths, batch_first=True)
        return self.verdict(self.gru(packed)[1][0])""",
        what="rows that have to stand in the order of their lengths",
        hint="enforce_sorted=False lets them stand in any order.",
        caught_by=("padding",),
    ),
    Misconception(
        "attention_over_padding",
        at="self.verdict(states[rows, last])",
        becomes="self.verdict(((states @ states[rows, last].unsqueeze(2)).softmax(dim=1) * states).sum(dim=1))",
        what="an attention in which padding has a weight",
        hint="A softmax gives every place a share. Set the scores of padding to minus infinity before it.",
        caught_by=("padding",),
    ),
    Misconception(
        "second_direction_begins_in_the_padding",
        at="""        self.gru = nn.GRU(embedding_dim, hidden_dim, batch_first=True)
        self.verdict = nn.Linear(hidden_dim, num_classes)

    def forward(self, x):
        \"\"\"x: (B, T) ids, 0 is padding on the right. Returns logits (B, num_classes).\"\"\"
        states, _ = self.gru(self.words(x))  # (B, T, H)
        last = (x != PAD).sum(dim=1) - 1  # (B,): where each row's last word stands
        rows = torch.arange(len(x), device=x.device)
        return self.verdict(states[rows, last])""",
        becomes="""        self.gru = nn.GRU(embedding_dim, hidden_dim, batch_first=True, bidirectional=True)
        self.verdict = nn.Linear(2 * hidden_dim, num_classes)

    def forward(self, x):
        states, _ = self.gru(self.words(x))
        last, half = (x != PAD).sum(dim=1) - 1, states.shape[2] // 2
        there = states[torch.arange(len(x), device=x.device), last, :half]
        return self.verdict(torch.cat([there, states[:, 0, half:]], dim=1))""",
        what="a second direction that begins in the padding",
        hint="From right to left padding is read first. What is in the memory when the last word comes?",
        caught_by=("padding",),
        seen="the backward half of a batch that was not packed, in a trial of this course",
    ),
    Misconception(
        "one_unit_normed_by_the_batch",
        at="self.verdict(states[rows, last])",
        becomes="self.verdict(states[rows, last] - states[rows, last].mean(dim=0))",
        what="a verdict that depends on the other reviews of the batch",
        hint="A mean over the batch mixes its rows: a review alone gets another verdict.",
        caught_by=("batch",),
    ),
]

# Changes of the reference that no check should reject (unrolled.auditing.mutants): mutant -> why it is as right.
EQUIVALENT = {
    "line 13: (x != PAD).sum(dim=1) - 1 detached": WHOLE_NUMBERS,
    "line 14: torch.arange(len(x), device= … detached": WHOLE_NUMBERS,
    "line 14: torch.arange without device=x.device": AN_INDEX,
}

# Cells of the notebook that are like the solution (unrolled lint): cell -> why it may be.
LIKE_A_CELL = {
    "name_tools": "layers are made alike everywhere; what is asked is which state is read, and it reads them all",
}
