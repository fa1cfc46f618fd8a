# zeros made here; the linear layer sees (B·T, H)
class ManualCharRNN(nn.Module):
    def __init__(self, vocab_size, embed_dim=128, hidden_dim=128, num_layers=2):
        super().__init__()
        self.hidden_dim, self.num_layers = hidden_dim, num_layers
        self.embedding, self.rnn = ManualEmbedding(vocab_size, embed_dim), ManualRNN(embed_dim, hidden_dim, num_layers)
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x, hidden=None):
        embedded = self.embedding(x)
        if hidden is None:
            hidden = torch.zeros(self.num_layers, x.size(0), self.hidden_dim)
        out, h = self.rnn(embedded, hidden)
        b, t, n = out.shape
        logits = self.fc(out.reshape(b * t, n)).view(b, t, -1)
        return logits, h
