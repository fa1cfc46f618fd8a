# gathers from a table repeated for each sequence
class ManualEmbedding(nn.Module):
    def __init__(self, vocab_size, embed_dim):
        super().__init__()
        self.vocab_size, self.embed_dim = vocab_size, embed_dim
        self.weight = nn.Parameter(torch.randn(vocab_size, embed_dim))

    def forward(self, x):
        batch, steps = x.size()
        ids = x.unsqueeze(-1).expand(batch, steps, self.embed_dim)
        return self.weight.unsqueeze(0).expand(batch, -1, -1).gather(1, ids)
