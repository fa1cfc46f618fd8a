# a ReLU in the place of tanh, dropout between the layers and above them
class CharRegressionBiRNN(nn.Module):
    def __init__(self, vocab_size, embed_dim=128, hidden_dim=128, num_layers=2):
        super().__init__()
        self.num_layers, self.hidden_dim = num_layers, hidden_dim
        self.emb = nn.Embedding(vocab_size, embed_dim)
        between = 0.2 if num_layers > 1 else 0.0
        self.birnn = nn.RNN(embed_dim, hidden_dim, num_layers=num_layers, nonlinearity="relu",
                            bidirectional=True, batch_first=True, dropout=between)
        self.dropout = nn.Dropout(p=0.2)
        self.out = nn.Linear(2 * hidden_dim, 1)

    def forward(self, x, hidden=None):
        h, last = self.birnn(self.emb(x), hidden)
        return self.out(self.dropout(h)), last
