# one-hot rows through a linear layer, a GRU, dropout, two linear layers on top
class CharRegressionBiRNN(nn.Module):
    def __init__(self, vocab_size, embed_dim=128, hidden_dim=128, num_layers=2):
        super().__init__()
        self.vocab_size = vocab_size
        self.embed = nn.Linear(vocab_size, embed_dim, bias=False)
        self.gru = nn.GRU(embed_dim, hidden_dim, num_layers, bidirectional=True, batch_first=True)
        self.drop = nn.Dropout(0.1)
        self.score = nn.Sequential(nn.Linear(2 * hidden_dim, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, 1))

    def forward(self, x, hidden=None):
        e = self.embed(F.one_hot(x, self.vocab_size).float())
        both, last = self.gru(e, hidden)
        return self.score(self.drop(both)), last
