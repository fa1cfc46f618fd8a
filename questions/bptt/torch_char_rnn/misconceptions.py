"""Wrong answers to torch_char_rnn: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

from ..hints import NO_GRAPH

MISCONCEPTIONS = [
    Misconception(
        "time_first",
        at="num_layers, batch_first=True)",
        becomes="num_layers)",
        what="an RNN that takes the batch for time",
        hint="x is (B, T): tell the RNN with batch_first=True.",
        caught_by=("values",),
        seen="in public solutions",
    ),
    Misconception(
        "hidden_ignored",
        at="self.rnn(self.embedding(x), hidden)",
        becomes="self.rnn(self.embedding(x))",
        what="a model that does not look at the state it is given",
        hint="Pass hidden on to self.rnn.",
        caught_by=("values",),
    ),
    Misconception(
        "hidden_cut",
        at="self.rnn(self.embedding(x), hidden)",
        becomes="self.rnn(self.embedding(x), hidden if hidden is None else hidden.detach())",
        what="a state that is cut from the graph in forward",
        hint="Where to cut is up to the training loop, not to the model.",
        caught_by=("gradients",),
    ),
    Misconception(
        "embedding_cut",
        at="self.rnn(self.embedding(x), hidden)",
        becomes="self.rnn(self.embedding(x).detach(), hidden)",
        what="an embedding that never learns",
        hint="The numbers are right, and no gradient reaches the table.",
        caught_by=("gradients",),
    ),
    Misconception(
        "probabilities",
        at="return self.fc(states), hidden",
        becomes="return torch.softmax(self.fc(states), dim=-1), hidden",
        what="probabilities in the place of logits",
        hint="F.cross_entropy takes logits and does the softmax itself.",
        caught_by=("values",),
        seen="softmax before cross-entropy, in public solutions",
    ),
    Misconception(
        "last_step_only",
        at="return self.fc(states), hidden",
        becomes="return self.fc(states[:, -1]), hidden",
        what="logits of the last step only",
        hint="There is a prediction after every character: (B, T, V).",
        caught_by=("values",),
        seen="in public solutions",
    ),
    Misconception(
        "old_hidden_returned",
        at="        states, hidden = self.rnn",
        becomes="        states, _ = self.rnn",
        what="the state that came in, returned unchanged",
        hint="Return the state that self.rnn gave back.",
        caught_by=("hidden",),
    ),
    Misconception(
        "hidden_of_ones",
        at="self.fc.weight.new_zeros(",
        becomes="self.fc.weight.new_ones(",
        what="an initial state of ones",
        hint="Nothing has been read yet: zeros.",
        caught_by=("hidden",),
    ),
    Misconception(
        "hidden_batch_first",
        at="new_zeros(self.num_layers, batch_size, self.hidden_dim)",
        becomes="new_zeros(batch_size, self.num_layers, self.hidden_dim)",
        what="a state whose first axis is the batch",
        hint="The state is (L, B, H) even with batch_first=True.",
        caught_by=("hidden",),
    ),
    Misconception(
        "one_layer",
        at="nn.RNN(embedding_dim, hidden_dim, num_layers, batch_first=True)",
        becomes="nn.RNN(embedding_dim, hidden_dim, 1, batch_first=True)",
        what="a single layer",
        hint="num_layers says how many.",
        caught_by=("values",),
    ),
    Misconception(
        "last_window_lost",
        at="(len(ids) - 1) // seq_length",
        becomes="(len(ids) - 2) // seq_length",
        what="a window that is lost at the end",
        hint="With n · m + 1 characters there are m windows: count the last one by hand.",
        caught_by=("sequences",),
        seen="document 002's prepare_sequences",
    ),
    Misconception(
        "targets_not_shifted",
        at="ids[1 : end + 1]",
        becomes="ids[:end]",
        what="targets that are the inputs",
        hint="A target is the character that comes next.",
        caught_by=("sequences",),
    ),
    Misconception(
        "targets_before",
        at="return ids[:end].view(windows, seq_length), ids[1 : end + 1].view(windows, seq_length)",
        becomes="return ids[1 : end + 1].view(windows, seq_length), ids[:end].view(windows, seq_length)",
        what="targets that are the character before",
        hint="Inputs first, then what comes after each of them.",
        caught_by=("sequences",),
    ),
    Misconception(
        "every_second_character",
        at="ids[:end].view(windows, seq_length), ids[1 : end + 1].view(windows, seq_length)",
        becomes="ids[:end].view(seq_length, windows).T, ids[1 : end + 1].view(seq_length, windows).T",
        what="windows of characters that do not follow one another",
        hint="Each window reads seq_length characters in a row.",
        caught_by=("sequences",),
    ),
    Misconception(
        "overlapping_windows",
        at="    return ids[:end].view(windows, seq_length), ids[1 : end + 1].view(windows, seq_length)",
        becomes="    cut = ids.unfold(0, seq_length + 1, 1)\n    return cut[:, :-1], cut[:, 1:]",
        what="a window at each character",
        hint="Here the windows follow one another, without overlap.",
        caught_by=("sequences",),
    ),
    Misconception(
        "no_biases",
        at="nn.RNN(embedding_dim, hidden_dim, num_layers, batch_first=True)",
        becomes="nn.RNN(embedding_dim, hidden_dim, num_layers, batch_first=True, bias=False)",
        what="an RNN without biases",
        hint="nn.RNN has two biases a layer unless it is told otherwise.",
        caught_by=("values",),
    ),
    Misconception(
        "windows_at_most",
        at="(len(ids) - 1) // seq_length",
        becomes="min(64, (len(ids) - 1) // seq_length)",
        what="sixty-four windows at most",
        hint="Every window whose targets lie in the text.",
        caught_by=("sequences",),
        hidden_only="the visible test's texts are short",
    ),
]

# Changes of the reference that no check should reject (unrolled.auditing.mutants): mutant -> why it is as right.
EQUIVALENT = {
    "line 18: the result is clamped to 45": "it is zeros",
    "line 18: self.fc.weight.new_zeros(sel … detached": NO_GRAPH,
    "line 23: torch.tensor([char_to_idx[c] … detached": NO_GRAPH,
    "line 26: ids[:end].view(windows, seq_ … detached": NO_GRAPH,
    "line 26: ids[1:end + 1].view(windows, … detached": NO_GRAPH,
}

# Ideas that reject no entry by themselves: idea -> why they have points of their own all the same.
NEVER_ALONE = {"values": "wrong logits have wrong gradients too; they are what the question asks for first"}
