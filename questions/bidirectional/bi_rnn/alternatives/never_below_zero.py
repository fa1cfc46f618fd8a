# a distance is never negative: the last step is a ReLU
class CharRegressionBiRNN(nn.Module):
    def __init__(self, vocab_size, embed_dim=128, hidden_dim=128, num_layers=2):
        super().__init__()
        self.lookup = nn.Embedding(vocab_size, embed_dim)
        self.encoder = nn.RNN(embed_dim, hidden_dim, num_layers, bidirectional=True)
        self.to_distance = nn.Linear(hidden_dim + hidden_dim, 1)

    def forward(self, x, hidden=None):
        vectors = self.lookup(x)
        if x.dim() == 2:  # time first, and back again
            states, hidden = self.encoder(vectors.transpose(0, 1), hidden)
            states = states.transpose(0, 1)
        else:
            states, hidden = self.encoder(vectors, hidden)
        return torch.clamp(self.to_distance(states), min=0), hidden
