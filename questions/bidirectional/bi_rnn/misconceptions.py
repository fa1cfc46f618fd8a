"""Wrong answers to bi_rnn: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

SHORT = "its sequences are short"

_PARTS = """        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.rnn = nn.RNN(embed_dim, hidden_dim, num_layers, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(2 * hidden_dim, 1)"""

_BOTH = """        both, hidden = self.rnn(self.embedding(x), hidden)  # (B, T) -> (B, T, E) -> (B, T, 2H)
        return self.fc(both), hidden  # (B, T, 2H) -> (B, T, 1)"""

# From the parts of CharRegressionBiRNN to the end of its forward.
_MODEL = (
    _PARTS
    + '''

    def forward(self, x, hidden=None):
        """x: ids (B, T), or (T,). Returns predictions (B, T, 1), or (T, 1); states (2L, B, H), or (2L, H)."""
'''
    + _BOTH
)


def _model(parts: str, body: str) -> str:
    """What stands in the place of _MODEL: other parts, and what forward does with them."""
    parts, body = parts.replace("\n", "\n        "), body.replace("\n", "\n        ")
    return f"        {parts}\n\n    def forward(self, x, hidden=None):\n        {body}"


MISCONCEPTIONS = [
    Misconception(
        "one_direction",
        at=_PARTS,
        becomes=_PARTS.replace(", bidirectional=True", "").replace("2 * hidden_dim", "hidden_dim"),
        what="a network of one direction",
        hint="Which argument of nn.RNN makes it read from both ends? And what does the linear layer read then?",
        caught_by=("directions",),
        seen="document 000's notebook has no test for it",
    ),
    Misconception(
        "forward_half_only",
        at=_MODEL,
        becomes=_model(
            _PARTS.strip().replace("\n        ", "\n").replace("2 * hidden_dim", "hidden_dim"),
            "both, hidden = self.rnn(self.embedding(x), hidden)\n"
            "return self.fc(both[..., : self.fc.in_features]), hidden",
        ),
        what="a linear layer that reads the forward half only",
        hint="The output has 2H numbers for each step, and the second half of them is what comes from the right.",
        caught_by=("directions",),
    ),
    Misconception(
        "backward_half_only",
        at=_MODEL,
        becomes=_model(
            _PARTS.strip().replace("\n        ", "\n").replace("2 * hidden_dim", "hidden_dim"),
            "both, hidden = self.rnn(self.embedding(x), hidden)\n"
            "return self.fc(both[..., self.fc.in_features :]), hidden",
        ),
        what="a linear layer that reads the backward half only",
        hint="The past is in the first H numbers of each step, and they are never read.",
        caught_by=("directions",),
    ),
    Misconception(
        "backward_not_turned_back",
        at=_MODEL,
        becomes=_model(
            """self.embedding = nn.Embedding(vocab_size, embed_dim)
sizes = [embed_dim] + [2 * hidden_dim] * (num_layers - 1)
self.a = nn.ModuleList(nn.RNN(size, hidden_dim, batch_first=True) for size in sizes)
self.b = nn.ModuleList(nn.RNN(size, hidden_dim, batch_first=True) for size in sizes)
self.fc = nn.Linear(2 * hidden_dim, 1)""",
            """h, last = self.embedding(x), []
for k, (a, b) in enumerate(zip(self.a, self.b)):
    ahead, one = a(h, None if hidden is None else hidden[2 * k : 2 * k + 1])
    back, two = b(h.flip(-2), None if hidden is None else hidden[2 * k + 1 : 2 * k + 2])
    h, last = torch.cat([ahead, back], dim=-1), [*last, one, two]
return self.fc(h), torch.cat(last)""",
        ),
        what="a backward half in the order in which it was read",
        hint="The backward half's first state belongs to the last character: turn it round before they meet.",
        caught_by=("directions",),
    ),
    Misconception(
        "last_state_for_all",
        at="return self.fc(both), hidden",
        becomes="return self.fc(both[..., -1:, :] + 0 * both), hidden",
        what="the last step's output for every step",
        hint="One number for each character: every step's own state goes through the linear layer.",
        caught_by=("directions",),
    ),
    Misconception(
        "one_number_for_all",
        at="return self.fc(both), hidden",
        becomes="return self.fc(both[..., -1, :]), hidden",
        what="one prediction for the whole sequence",
        hint="Every character has a distance: (B, T, 1).",
        caught_by=("shape",),
        seen="logits of the last step only, in public solutions",
    ),
    Misconception(
        "scores_for_characters",
        at="self.fc = nn.Linear(2 * hidden_dim, 1)",
        becomes="self.fc = nn.Linear(2 * hidden_dim, vocab_size)",
        what="a score for each character, as in a language model",
        hint="What is predicted is one number, a distance. How many outputs does it need?",
        caught_by=("shape",),
        seen="prose left over from language modelling in document 000",
    ),
    Misconception(
        "last_axis_squeezed",
        at="return self.fc(both), hidden",
        becomes="return self.fc(both).squeeze(-1), hidden",
        what="predictions without their last axis",
        hint="(B, T, 1) is asked for, as CharRegressionRNN has it; the training takes the axis off.",
        caught_by=("shape",),
    ),
    Misconception(
        "batch_taken_for_time",
        at=", batch_first=True",
        becomes="",
        what="a network that takes the batch for the time",
        hint="nn.RNN expects (T, B, E) unless it is told otherwise. Which argument tells it?",
        caught_by=("batch",),
        seen="in public solutions",
    ),
    Misconception(
        "always_a_batch",
        at="        both, hidden = self.rnn(self.embedding(x), hidden)",
        becomes="        x = x.unsqueeze(0) if x.dim() == 1 else x\n"
        "        both, hidden = self.rnn(self.embedding(x), hidden)",
        what="one sequence that comes back as a batch of one",
        hint="Whoever gives (T,) wants (T, 1) back: take the axis off again, or do not add it.",
        caught_by=("unbatched",),
    ),
    Misconception(
        "batches_only",
        at="        both, hidden = self.rnn(self.embedding(x), hidden)",
        becomes="        B, T = x.shape\n        both, hidden = self.rnn(self.embedding(x), hidden)",
        what="a network for batches only",
        hint="One sequence has one axis, and x.shape has one number then.",
        caught_by=("unbatched",),
        seen="an unbatched sequence misread, in public solutions",
    ),
    Misconception(
        "states_ignored",
        at="self.rnn(self.embedding(x), hidden)",
        becomes="self.rnn(self.embedding(x))",
        what="initial states that are never used",
        hint="`hidden` is given to forward, and has to be given on.",
        caught_by=("hidden",),
    ),
    Misconception(
        "states_dropped",
        at="        return self.fc(both), hidden",
        becomes="        return self.fc(both)",
        what="predictions without the states",
        hint="Return two things: the predictions and the states.",
        caught_by=("hidden",),
    ),
    Misconception(
        "initial_states_returned",
        at="both, hidden = self.rnn(self.embedding(x), hidden)",
        becomes="""if hidden is None:
            hidden = torch.zeros(2 * self.rnn.num_layers, *x.shape[:-1], self.rnn.hidden_size)
        both, _ = self.rnn(self.embedding(x), hidden)""",
        what="giving back the states that it started from",
        hint="What the RNN gives second are the last states; those are to come back.",
        caught_by=("hidden",),
    ),
    Misconception(
        "kept_between_calls",
        at="both, hidden = self.rnn(self.embedding(x), hidden)",
        becomes="""kept = getattr(self, "kept", None)
        if hidden is None and kept is not None and kept.shape[1:-1] == x.shape[:-1]:
            hidden = kept
        both, hidden = self.rnn(self.embedding(x), hidden)
        self.kept = hidden.detach()""",
        what="states that are kept from one call to the next",
        hint="A new call begins anew unless it is given states.",
        caught_by=("batch",),
        seen="document 000's tests accept it in the plain RNN",
    ),
    Misconception(
        "always_one_layer",
        at="nn.RNN(embed_dim, hidden_dim, num_layers, batch",
        becomes="nn.RNN(embed_dim, hidden_dim, 1, batch",
        what="one layer whatever num_layers says",
        hint="num_layers is an argument, and has to reach the RNN.",
        caught_by=("hidden",),
    ),
    Misconception(
        "embedding_of_fixed_size",
        at=_PARTS,
        becomes=_PARTS.replace("nn.Embedding(vocab_size, embed_dim)", "nn.Embedding(65, embed_dim)"),
        what="a vocabulary of 65, whatever vocab_size says",
        hint="65 is right for one text. The size of the vocabulary is an argument.",
        caught_by=("shape",),
        hidden_only="a table with too many rows gives the same numbers",
        seen="document 000: vocab_size = 65",
    ),
    Misconception(
        "dropout_always_on",
        at="return self.fc(both), hidden",
        becomes="return self.fc(F.dropout(both, 0.3)), hidden",
        what="dropout that is live in eval mode, too",
        hint="F.dropout does not know the mode: say training=self.training, or use nn.Dropout.",
        caught_by=("batch",),
    ),
    Misconception(
        "squashed",
        at="return self.fc(both), hidden",
        becomes="return torch.tanh(self.fc(both)), hidden",
        what="predictions that went through a tanh",
        hint="A distance may be 5: nothing that keeps numbers between −1 and 1 may come last.",
        caught_by=("shape",),
    ),
    Misconception(
        "never_above_twelve",
        at="return self.fc(both), hidden",
        becomes="return self.fc(both).clamp(0, 12), hidden",
        what="predictions that end at a largest one",
        hint="How long may a word be? A distance has no largest value that you could know.",
        caught_by=("shape",),
    ),
    Misconception(
        "two_layers_at_most",
        at="nn.RNN(embed_dim, hidden_dim, num_layers, batch",
        becomes="nn.RNN(embed_dim, hidden_dim, min(num_layers, 2), batch",
        what="two layers at the most",
        hint="num_layers may be any number, and has to reach the RNN.",
        caught_by=("hidden",),
        hidden_only="the visible test has one layer and two",
    ),
    Misconception(
        "forward_states_only",
        at="return self.fc(both), hidden",
        becomes="return self.fc(both), hidden[::2]",
        what="the last states of the forward halves alone",
        hint="Each layer has two last states: (2L, B, H).",
        caught_by=("hidden",),
    ),
    Misconception(
        "read_in_pieces",
        at="        both, hidden = self.rnn(self.embedding(x), hidden)",
        becomes="        pieces = [self.rnn(piece, hidden) for piece in self.embedding(x).split(24, dim=-2)]\n"
        "        both, hidden = torch.cat([states for states, _ in pieces], dim=-2), pieces[-1][1]",
        what="a text that is read in pieces which know nothing of one another",
        hint="Over a few characters everything is right. What does the 30th know of the 20th?",
        caught_by=("directions",),
        hidden_only=SHORT,
    ),
    Misconception(
        "cut_now_and_then",
        at=_MODEL,
        becomes=_model(
            """self.embedding = nn.Embedding(vocab_size, embed_dim)
sizes = [embed_dim] + [2 * hidden_dim] * (num_layers - 1)
self.a = nn.ModuleList(nn.RNN(size, hidden_dim, batch_first=True) for size in sizes)
self.b = nn.ModuleList(nn.RNN(size, hidden_dim, batch_first=True) for size in sizes)
self.fc = nn.Linear(2 * hidden_dim, 1)""",
            """def walk(rnn, h, state):
    states = []
    for piece in h.split(18, dim=-2):
        out, state = rnn(piece, state if state is None or not states else state.detach())
        states.append(out)
    return torch.cat(states, dim=-2), state

h, last = self.embedding(x), []
for k, (a, b) in enumerate(zip(self.a, self.b)):
    ahead, one = walk(a, h, None if hidden is None else hidden[2 * k : 2 * k + 1])
    back, two = walk(b, h.flip(-2), None if hidden is None else hidden[2 * k + 1 : 2 * k + 2])
    h, last = torch.cat([ahead, back.flip(-2)], dim=-1), [*last, one, two]
return self.fc(h), torch.cat(last)""",
        ),
        what="states that are cut from the graph every few steps",
        hint="The numbers are right; over how many characters does a loss still teach anything?",
        caught_by=("gradients",),
        hidden_only=SHORT,
    ),
    Misconception(
        "all_axes_of_one_dropped",
        at="        both, hidden = self.rnn(self.embedding(x), hidden)",
        becomes="        x = x.squeeze()\n        both, hidden = self.rnn(self.embedding(x), hidden)",
        what="ids without their axes of one",
        hint="A batch of one is a batch: (1, T) goes in, (1, T, 1) comes out.",
        caught_by=("shape",),
    ),
    Misconception(
        "one_character_refused",
        at="        both, hidden = self.rnn(self.embedding(x), hidden)",
        becomes='        if x.shape[-1] < 2:\n            raise ValueError("too short")\n'
        "        both, hidden = self.rnn(self.embedding(x), hidden)",
        what="a model that does not take a sequence of one character",
        hint="T may be 1, as it is when somebody types.",
        caught_by=("shape",),
    ),
    Misconception(
        "centred_over_the_batch",
        at="return self.fc(both), hidden",
        becomes="both = both - 0.5 * both.mean(dim=0, keepdim=True) if both.dim() == 3 else both\n"
        "        return self.fc(both), hidden",
        what="states from which the batch's mean is taken off",
        hint="What a row gives must not depend on the rows beside it.",
        caught_by=("batch",),
    ),
    Misconception(
        "probabilities",
        at="return self.fc(both), hidden",
        becomes="return torch.softmax(self.fc(both), dim=-1), hidden",
        what="a softmax over a single number",
        hint="A softmax over one number is always 1. A distance needs no softmax.",
        caught_by=("shape", "directions", "gradients"),
    ),
    Misconception(
        "cut_from_the_states",
        at="return self.fc(both), hidden",
        becomes="return self.fc(both.detach()), hidden",
        what="states that were cut from the graph",
        hint="Only the linear layer would learn. Is there a detach, a .data or a no_grad in forward?",
        caught_by=("gradients",),
    ),
    Misconception(
        "table_cut",
        at="self.rnn(self.embedding(x), hidden)",
        becomes="self.rnn(self.embedding(x).detach(), hidden)",
        what="an embedding that was cut from the graph",
        hint="The table would stay as it was drawn. Is there a detach, a .data or a no_grad in forward?",
        caught_by=("gradients",),
    ),
]

# Released cells that are like the solution: cell -> why they may be.
LIKE_A_CELL = {
    "regression_model": "the given network of one direction: the question is what to change in it, two words and a size"
}
