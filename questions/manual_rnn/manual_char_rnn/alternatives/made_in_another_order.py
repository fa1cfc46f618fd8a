# the parts are made in another order; a softmax and a dropout of nothing are there and not in the way
class ManualCharRNN(nn.Module):
    def __init__(self, vocab_size, embed_dim=128, hidden_dim=128, num_layers=2):
        super().__init__()
        self.fc = nn.Linear(hidden_dim, vocab_size)
        self.rnn = ManualRNN(embed_dim, hidden_dim, num_layers)
        self.drop = nn.Dropout(0.0)
        self.embedding = ManualEmbedding(vocab_size, embed_dim)
        self.softmax = nn.Softmax(dim=-1)

    def forward(self, x, hidden=None):
        out, h_n = self.rnn(self.drop(self.embedding(x)), hidden=hidden)
        logits = torch.stack([self.fc(out[:, t]) for t in range(out.size(1))], dim=1)
        return logits, h_n

    def predict(self, x):
        return self.softmax(self(x)[0])
