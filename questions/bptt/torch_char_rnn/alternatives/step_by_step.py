# the RNN called for one step at a time, as when it writes; windows by arange
class PyTorchCharRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_layers=1):
        nn.Module.__init__(self)
        self.sizes = (num_layers, hidden_dim)
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.RNN(batch_first=True, num_layers=num_layers, hidden_size=hidden_dim, input_size=embedding_dim)
        self.fc = nn.Linear(in_features=hidden_dim, out_features=vocab_size)

    def forward(self, x, hidden=None):
        state = self.init_hidden(len(x)) if hidden is None else hidden
        said = []
        for t in range(x.shape[1]):
            out, state = self.rnn(self.embedding(x[:, t : t + 1]), state)
            said.append(self.fc(out[:, 0]))
        return torch.stack(said, 1), state

    def init_hidden(self, batch_size):
        return torch.zeros(self.sizes[0], batch_size, self.sizes[1]).to(self.fc.weight)


def prepare_sequences(text, char_to_idx, seq_length):
    ids = torch.LongTensor(list(map(char_to_idx.__getitem__, text)))
    starts = torch.arange(0, len(ids) - seq_length, seq_length)
    places = starts[:, None] + torch.arange(seq_length)
    return ids[places], ids[places + 1]
