# the linear layer's product by einsum; an extra method
class ManualCharRNN(nn.Module):
    def __init__(self, vocab_size, embed_dim=128, hidden_dim=128, num_layers=2):
        super(ManualCharRNN, self).__init__()
        self.embedding = ManualEmbedding(vocab_size, embed_dim)
        self.rnn = ManualRNN(embed_dim, hidden_dim, num_layers)
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x, hidden=None):
        x = self.embedding.forward(x)
        (out, last) = self.rnn.forward(x, hidden)
        return torch.einsum("bth,vh->btv", out, self.fc.weight) + self.fc.bias, last

    def init_hidden(self, batch_size, device="cpu"):
        return torch.zeros(self.rnn.num_layers, batch_size, self.rnn.hidden_size).to(device)
