# a narrow head with two ReLU layers, of which few units may be awake; a ReLU network that reads
class SentimentRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_classes):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.RNN(embedding_dim, hidden_dim, nonlinearity="relu", batch_first=True)
        self.head = nn.Sequential(
            nn.Linear(hidden_dim, 4), nn.ReLU(), nn.Dropout(0.5), nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, num_classes))

    def forward(self, x):
        h, lengths = self.rnn(self.embed(x))[0], (x != 0).sum(1)
        return self.head(torch.stack([states[n - 1] for states, n in zip(h, lengths)]))
