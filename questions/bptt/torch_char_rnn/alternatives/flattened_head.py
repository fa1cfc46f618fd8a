# the head on flattened rows; lists that are reshaped
class PyTorchCharRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_layers=1):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.RNN(embedding_dim, hidden_dim, num_layers=num_layers, nonlinearity="tanh", batch_first=True)
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x, hidden=None):
        B, T = x.shape
        states, last = self.rnn(self.embedding(x), hidden)
        logits = self.fc(states.reshape(B * T, -1)).view(B, T, -1)
        return logits, last

    def init_hidden(self, batch_size):
        return torch.zeros(self.rnn.num_layers, batch_size, self.rnn.hidden_size)


def prepare_sequences(text, char_to_idx, seq_length):
    n = (len(text) - 1) // seq_length
    ids = [char_to_idx[c] for c in text][: n * seq_length + 1]
    return torch.tensor(ids[:-1]).reshape(-1, seq_length), torch.tensor(ids[1:]).reshape(-1, seq_length)
