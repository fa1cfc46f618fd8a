# batch normalisation of the embeddings, and states that attend to one another, with a bias in the score
class CharRegressionBiRNN(nn.Module):
    def __init__(self, vocab_size, embed_dim=128, hidden_dim=128, num_layers=2):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.norm = nn.BatchNorm1d(embed_dim)
        self.rnn = nn.RNN(embed_dim, hidden_dim, num_layers, batch_first=True, bidirectional=True)
        self.score = nn.Linear(2 * hidden_dim, 1)
        self.fc = nn.Linear(4 * hidden_dim, 1)

    def forward(self, x, hidden=None):
        e = self.embedding(x)
        e = self.norm(e.reshape(-1, e.shape[-1])).view(e.shape)
        states, hidden = self.rnn(e, hidden)
        weights = torch.softmax(self.score(states), dim=-2)  # over the steps
        context = (weights * states).sum(dim=-2, keepdim=True).expand_as(states)
        return self.fc(torch.cat([states, context], dim=-1)), hidden
