# one-hot rows and a linear layer for the embedding, two layers with ReLU; a loss on picked words
class SequenceLabelingRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_tags):
        super().__init__()
        self.words = nn.Linear(vocab_size, embedding_dim)
        self.vocab_size = vocab_size
        self.rnn = nn.RNN(embedding_dim, hidden_dim, num_layers=2, nonlinearity="relu", batch_first=True)
        self.fc = nn.Linear(hidden_dim, num_tags)

    def forward(self, x):
        states, last = self.rnn(self.words(F.one_hot(x, self.vocab_size).float()))
        return self.fc(states)


def tagging_loss(logits, tags):
    real = tags > 0
    return F.nll_loss(F.log_softmax(logits[real], dim=1), tags[real])
