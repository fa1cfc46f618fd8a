# one step at a time; at padding the state is kept; log-probabilities
class SentimentRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_classes):
        super().__init__()
        self.hidden_dim = hidden_dim
        self.table = nn.Parameter(torch.randn(vocab_size, embedding_dim))
        self.cell = nn.GRUCell(embedding_dim, hidden_dim)
        self.top = nn.Sequential(nn.Linear(hidden_dim, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, num_classes))

    def forward(self, x):
        h = torch.zeros(x.size(0), self.hidden_dim)
        for t in range(x.size(1)):
            keep = (x[:, t] == 0).unsqueeze(1)
            h = torch.where(keep, h, self.cell(self.table[x[:, t]], h))
        return torch.log_softmax(self.top(h), dim=1)
