# the student's own layers, other names; an unbatched sequence gets a batch of one and loses it again
class CharRegressionBiRNN(nn.Module):
    def __init__(self, vocab_size, embed_dim=128, hidden_dim=128, num_layers=2):
        super().__init__()
        self.table = nn.Parameter(torch.randn(vocab_size, embed_dim) * 0.1)
        self.reader = ManualBiRNN(embed_dim, hidden_dim, num_layers)
        self.head = nn.Linear(hidden_dim * 2, 1)

    def forward(self, x, hidden=None):
        alone = x.dim() == 1
        if alone:
            x = x[None]
            hidden = None if hidden is None else hidden[:, None]
        out, hidden = self.reader(self.table[x], hidden)
        out = self.head(out)
        return (out[0], hidden[:, 0]) if alone else (out, hidden)
