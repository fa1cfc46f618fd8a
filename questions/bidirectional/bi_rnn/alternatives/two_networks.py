# two nn.RNNs for each layer, and a linear layer for each half, added
class CharRegressionBiRNN(nn.Module):
    def __init__(self, vocab_size, embed_dim=128, hidden_dim=128, num_layers=2):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        sizes = [embed_dim] + [2 * hidden_dim] * (num_layers - 1)
        self.right = nn.ModuleList(nn.RNN(size, hidden_dim, batch_first=True) for size in sizes)
        self.left = nn.ModuleList(nn.RNN(size, hidden_dim, batch_first=True) for size in sizes)
        self.from_right, self.from_left = nn.Linear(hidden_dim, 1), nn.Linear(hidden_dim, 1, bias=False)

    def forward(self, x, hidden=None):
        h, last = self.embedding(x), []
        for k, (right, left) in enumerate(zip(self.right, self.left)):
            f, f_end = right(h, None if hidden is None else hidden[2 * k : 2 * k + 1])
            b, b_end = left(h.flip(-2), None if hidden is None else hidden[2 * k + 1 : 2 * k + 2])
            b = b.flip(-2)
            h = torch.cat([f, b], dim=-1)
            last += [f_end, b_end]
        return self.from_right(f) + self.from_left(b), torch.cat(last)
