# batch and steps are one axis for the linear layer; sizes are kept and read back; a first state is always made
class ManualCharRNN(nn.Module):
    def __init__(self, vocab_size, embed_dim=128, hidden_dim=128, num_layers=2):
        super().__init__()
        self.vocab_size, self.hidden_dim, self.num_layers = vocab_size, hidden_dim, num_layers
        self.embedding = ManualEmbedding(vocab_size=vocab_size, embed_dim=embed_dim)
        self.rnn = ManualRNN(embed_dim, hidden_dim, num_layers=num_layers)
        self.fc = nn.Linear(in_features=hidden_dim, out_features=vocab_size)

    def forward(self, x, hidden=None):
        batch_size, seq_len = x.shape
        if hidden is None:
            hidden = torch.zeros(self.num_layers, batch_size, self.hidden_dim, device=x.device)
        emb = self.embedding(x)
        out, hidden = self.rnn(emb, hidden)
        out = out.contiguous().view(-1, self.hidden_dim)
        return self.fc(out).view(batch_size, seq_len, self.vocab_size), hidden
