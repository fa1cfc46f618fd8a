"""Wrong answers to bidirectional_tagger: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

from ..hints import LONGER_THAN_SHOWN, ON_A_GPU_ONLY, WHOLE_NUMBERS

MISCONCEPTIONS = [
    Misconception(
        "begins_in_the_padding",
        at="""        packed, _ = self.rnn(words)
        states, _ = nn.utils.rnn.pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])""",
        becomes="        states, _ = self.rnn(self.words(x))",
        what="a second direction that begins in the padding",
        hint="From right to left padding is read first. What is in the memory when the last word comes?",
        caught_by=("padding",),
        seen="document 002",
    ),
    Misconception(
        "as_long_as_the_longest",
        at=", total_length=x.shape[1]",
        becomes="",
        what="a result that is as long as the longest row, not as x",
        hint="pad_packed_sequence does not know how wide x was: total_length tells it.",
        caught_by=("shape",),
    ),
    Misconception(
        "left_to_right_only",
        at="return self.tag(states)",
        becomes=(
            "half = states.shape[2] // 2\n"
            "        return self.tag(torch.cat([states[..., :half], states[..., :half]], dim=-1))"
        ),
        what="the direction from left to right, twice",
        hint="Which half of the 2H numbers comes from the other direction?",
        caught_by=("context",),
    ),
    Misconception(
        "right_to_left_only",
        at="return self.tag(states)",
        becomes=(
            "half = states.shape[2] // 2\n"
            "        return self.tag(torch.cat([states[..., half:], states[..., half:]], dim=-1))"
        ),
        what="the direction from right to left, twice",
        hint="Which half of the 2H numbers knows the words before?",
        caught_by=("context",),
    ),
    Misconception(
        "one_direction",
        at="""self.rnn = nn.RNN(embedding_dim, hidden_dim, batch_first=True, bidirectional=True)
        self.tag = nn.Linear(2 * hidden_dim, num_tags)""",
        becomes="""self.rnn = nn.RNN(embedding_dim, hidden_dim, batch_first=True)
        self.tag = nn.Linear(hidden_dim, num_tags)""",
        what="one direction",
        hint="Does another last word change the logits of the first?",
        caught_by=("context",),
        seen="document 002's demonstration accepts any network",
    ),
    Misconception(
        "not_turned_back",
        at="""        packed, _ = self.rnn(words)
        states, _ = nn.utils.rnn.pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])""",
        becomes="""        states, _ = self.rnn(self.words(x))
        half = states.shape[2] // 2
        states = torch.cat([states[..., :half], states[..., half:].flip(1)], dim=-1)""",
        what="backward states in the order in which they were made",
        hint="The first of them belongs to the last word. torch's layers have turned them back already.",
        caught_by=("context", "padding"),
    ),
    Misconception(
        "last_states_for_all",
        at="return self.tag(states)",
        becomes="return self.tag(states[:, :1].expand_as(states))",
        what="the first place's states for every word",
        hint="Each word has two states of its own.",
        caught_by=("context",),
    ),
    Misconception(
        "sorted_rows_expected",
        at="enforce_sorted=False",
        becomes="enforce_sorted=True",
        what="rows that have to stand in the order of their lengths",
        hint="enforce_sorted=False lets them stand in any order.",
        caught_by=("padding",),
    ),
    Misconception(
        "rows_left_in_another_order",
        at="""        words = nn.utils.rnn.pack_padded_sequence(
            self.words(x), lengths, batch_first=True, enforce_sorted=False)""",
        becomes="""        order = torch.argsort(lengths, descending=True)
        words = nn.utils.rnn.pack_padded_sequence(self.words(x[order]), lengths[order], batch_first=True)""",
        what="rows that were sorted by length and not put back",
        hint="Row 0 of the result has to belong to row 0 of x.",
        caught_by=("padding",),
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
        "dropout_always_on",
        at="return self.tag(states)",
        becomes="return self.tag(F.dropout(states, 0.3))",
        what="dropout that no eval() switches off",
        hint="F.dropout is on by default: give it self.training, or use nn.Dropout.",
        caught_by=("batch",),
    ),
    Misconception(
        "one_row_for_the_sentence",
        at="return self.tag(states)",
        becomes="return self.tag(states[:, -1])",
        what="one row of logits for the sentence",
        hint="Every word gets logits of its own.",
        caught_by=("shape", "context", "padding", "gradients"),
    ),
    Misconception(
        "squeezed",
        at="return self.tag(states)",
        becomes="return self.tag(states).squeeze(0)",
        what="a batch of one that loses its axis",
        hint="One sentence is a batch of one, and its logits stay (1, T, C).",
        caught_by=("shape",),
    ),
    Misconception(
        "first_words_only",
        at="lengths = (x != PAD).sum(dim=1).cpu()",
        becomes="lengths = (x != PAD).sum(dim=1).cpu().clamp(max=28)",
        what="lengths with a limit",
        hint="What becomes of the words behind the twenty-eighth?",
        caught_by=("context",),
        hidden_only=LONGER_THAN_SHOWN,
    ),
    Misconception(
        "pieces_by_themselves",
        at="""        packed, _ = self.rnn(words)
        states, _ = nn.utils.rnn.pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])""",
        becomes="""        words, real = self.words(x), (x != PAD).unsqueeze(2)
        parts = []
        for part, there in zip(words.split(24, dim=1), real.split(24, dim=1)):
            long = there.sum(dim=(1, 2)).clamp(min=1).cpu()
            packed = nn.utils.rnn.pack_padded_sequence(part, long, batch_first=True, enforce_sorted=False)
            parts.append(nn.utils.rnn.pad_packed_sequence(
                self.rnn(packed)[0], batch_first=True, total_length=part.shape[1])[0])
        states = torch.cat(parts, dim=1)""",
        what="pieces of twenty-four words that know nothing of one another",
        hint="A word is to be felt in the whole sentence. What does the state do at the end of a piece?",
        caught_by=("context",),
        hidden_only=LONGER_THAN_SHOWN,
    ),
]

_PACKED = "packed rows have no axis for the batch, so batch_first says nothing about them"

# Changes of the reference that no check should reject (unrolled.auditing.mutants): mutant -> why it is as right.
EQUIVALENT = {
    "line 7: nn.RNN without batch_first=True": _PACKED,
    "line 7: True becomes False": _PACKED,
    "line 12: (x != PAD).sum(dim=1).cpu() detached": WHOLE_NUMBERS,
    "line 12: .cpu() dropped": ON_A_GPU_ONLY,
}
