"""Wrong answers to sentiment: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

from ..hints import AN_INDEX, NUMBERS_ONLY, WHOLE_NUMBERS

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
        caught_by=("order", "gradients"),
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
        caught_by=("order", "gradients"),
    ),
    Misconception(
        "batch_taken_for_time",
        at=", batch_first=True",
        becomes="",
        what="a GRU that takes the batch for the time",
        hint="Without batch_first=True the first axis is time, so that each review goes on from the one above it.",
        caught_by=("padding", "batch"),
    ),
    Misconception(
        "cut_between_words",
        at="self.verdict(states[rows, last])",
        becomes="self.verdict(states[rows, last].detach())",
        what="states that are cut from the graph",
        hint="Nothing before the last layer would ever learn: something took the states out of the graph.",
        caught_by=("gradients",),
        hidden_only=NUMBERS_ONLY,
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
        hidden_only=NUMBERS_ONLY,
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
        caught_by=("shape",),
    ),
]

# Changes of the reference that no check should reject (unrolled.auditing.mutants): mutant -> why it is as right.
EQUIVALENT = {
    "line 13: (x != PAD).sum(dim=1) - 1 detached": WHOLE_NUMBERS,
    "line 14: torch.arange(len(x), device= … detached": WHOLE_NUMBERS,
    "line 14: torch.arange without device=x.device": AN_INDEX,
}
