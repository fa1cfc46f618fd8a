# loops over batch and time
class ManualEmbedding(nn.Module):
    def __init__(self, vocab_size, embed_dim):
        super().__init__()
        self.vocab_size, self.embed_dim = vocab_size, embed_dim
        self.weight = nn.Parameter(torch.randn(vocab_size, embed_dim))

    def forward(self, x):
        sequences = []
        for sequence in x:
            sequences.append(torch.stack([self.weight[int(token)] for token in sequence]))
        return torch.stack(sequences)
