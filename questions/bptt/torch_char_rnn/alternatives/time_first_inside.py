# time first inside; windows with one character too many, cut in two
class PyTorchCharRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_layers=1):
        super().__init__()
        self.num_layers, self.hidden_dim = num_layers, hidden_dim
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.RNN(embedding_dim, hidden_dim, num_layers)
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x, hidden=None):
        steps, hidden = self.rnn(self.embedding(x.t()), hidden)
        return self.fc(steps).transpose(0, 1), hidden

    def init_hidden(self, batch_size):
        return next(self.parameters()).new_zeros((self.num_layers, batch_size, self.hidden_dim))


def prepare_sequences(text, char_to_idx, seq_length):
    ids = torch.as_tensor([char_to_idx[c] for c in text], dtype=torch.long)
    rows = ids.unfold(0, seq_length + 1, seq_length)
    return rows[:, :-1], rows[:, 1:]
