# one step at a time; the backward state is held at zero in the padding; two layers, added
class BidirectionalRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_tags):
        super().__init__()
        self.words = nn.Embedding(vocab_size, embedding_dim)
        self.f, self.b = nn.GRUCell(embedding_dim, hidden_dim), nn.GRUCell(embedding_dim, hidden_dim)
        self.left, self.right = nn.Linear(hidden_dim, num_tags), nn.Linear(hidden_dim, num_tags, bias=False)

    def forward(self, x):
        B, T = x.shape
        e, real = self.words(x), (x != 0).float().unsqueeze(2)
        h = g = torch.zeros(B, self.f.hidden_size)
        there, back = [], [None] * T
        for t in range(T):
            h = self.f(e[:, t], h)
            there.append(h)
        for t in reversed(range(T)):
            g = self.b(e[:, t], g) * real[:, t]  # zeros until the first real word
            back[t] = g
        return self.left(torch.stack(there, 1)) + self.right(torch.stack(back, 1))
