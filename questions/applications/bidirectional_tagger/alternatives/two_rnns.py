# two networks; the rows are turned round each at its own length
def turned(x, lengths):
    t = torch.arange(x.shape[1]).expand(len(x), -1)
    place = torch.where(t < lengths[:, None], lengths[:, None] - 1 - t, t)
    return x.gather(1, place[..., None].expand(-1, -1, x.shape[2]))


class BidirectionalRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_tags):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.there = nn.RNN(embedding_dim, hidden_dim, batch_first=True)
        self.back = nn.RNN(embedding_dim, hidden_dim, batch_first=True)
        self.fc = nn.Linear(hidden_dim * 2, num_tags)

    def forward(self, x):
        words, lengths = self.embedding(x), (x != 0).sum(1)
        forward, _ = self.there(words)
        backward, _ = self.back(turned(words, lengths))
        return self.fc(torch.cat([forward, turned(backward, lengths)], dim=2))
