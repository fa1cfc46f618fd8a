# one character at a time through the whole model
class ManualCharRNN(nn.Module):
    def __init__(self, vocab_size, embed_dim=128, hidden_dim=128, num_layers=2):
        super().__init__()
        self.fc = nn.Linear(in_features=hidden_dim, out_features=vocab_size)
        self.rnn = ManualRNN(num_layers=num_layers, input_size=embed_dim, hidden_size=hidden_dim)
        self.embedding = ManualEmbedding(vocab_size=vocab_size, embed_dim=embed_dim)

    def forward(self, x, hidden=None):
        logits = []
        for t in range(x.shape[1]):
            state, hidden = self.rnn(self.embedding(x[:, t : t + 1]), hidden)
            logits.append(self.fc(state))
        return torch.cat(logits, dim=1), hidden
