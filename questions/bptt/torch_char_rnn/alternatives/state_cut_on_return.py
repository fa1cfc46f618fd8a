# a state that is cut from the graph as it is returned, a dropout of nothing, windows by way of NumPy
import numpy


class PyTorchCharRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_layers=1, dropout=0.0):
        super().__init__()
        self.num_layers, self.hidden_dim = num_layers, hidden_dim
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.drop = nn.Dropout(dropout)
        self.rnn = nn.RNN(embedding_dim, hidden_dim, num_layers, batch_first=True, dropout=dropout)
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x, hidden=None):
        embedded = self.drop(self.embedding(x))
        output, hidden = self.rnn(embedded) if hidden is None else self.rnn(embedded, hidden)
        return self.fc(self.drop(output)), hidden.detach()

    def init_hidden(self, batch_size):
        weight = next(self.rnn.parameters()).data
        return weight.new(self.num_layers, batch_size, self.hidden_dim).zero_()


def prepare_sequences(text, char_to_idx, seq_length):
    encoded = numpy.array([char_to_idx[c] for c in text])
    inputs, targets = [], []
    i = 0
    while i + seq_length + 1 <= len(encoded):
        inputs.append(encoded[i : i + seq_length])
        targets.append(encoded[i + 1 : i + seq_length + 1])
        i += seq_length
    return torch.from_numpy(numpy.stack(inputs)).long(), torch.from_numpy(numpy.stack(targets)).long()
