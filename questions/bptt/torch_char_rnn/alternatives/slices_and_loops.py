# a state of its own making, windows by slices
class PyTorchCharRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_layers=1):
        super(PyTorchCharRNN, self).__init__()
        self.vocab_size, self.hidden_dim, self.num_layers = vocab_size, hidden_dim, num_layers
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.RNN(embedding_dim, hidden_size=hidden_dim, batch_first=True, num_layers=num_layers)
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x, hidden=None):
        if hidden is None:
            hidden = self.init_hidden(x.size(0))
        out, h = self.rnn(self.embedding(x), hidden)
        return self.fc(out), h

    def init_hidden(self, batch_size):
        return torch.zeros(self.num_layers, batch_size, self.hidden_dim, device=self.fc.bias.device)


def prepare_sequences(text, char_to_idx, seq_length):
    rows, later = [], []
    for i in range(0, (len(text) - 1) // seq_length * seq_length, seq_length):
        rows.append([char_to_idx[c] for c in text[i : i + seq_length]])
        later.append([char_to_idx[c] for c in text[i + 1 : i + 1 + seq_length]])
    return torch.tensor(rows), torch.LongTensor(later)
