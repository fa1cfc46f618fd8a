# each row alone; the two directions are added, not put side by side
class BidirectionalRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_tags):
        super().__init__()
        self.hidden_dim = hidden_dim
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.gru = nn.GRU(embedding_dim, hidden_dim, bidirectional=True, batch_first=True)
        self.fc = nn.Linear(hidden_dim, num_tags)

    def forward(self, x):
        rows = [self.gru(self.embedding(row[row > 0])[None])[0][0] for row in x]
        states = x.new_zeros(*x.shape, 2 * self.hidden_dim, dtype=torch.float32)
        for b, row in enumerate(rows):
            states[b, : len(row)] = row
        return self.fc(states[..., : self.hidden_dim] + states[..., self.hidden_dim :])
