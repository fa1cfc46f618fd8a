# time first inside; the loss by its formula
class SequenceLabelingRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_tags):
        super().__init__()
        self.hidden_dim = hidden_dim
        self.emb, self.gru = nn.Embedding(vocab_size, embedding_dim), nn.GRU(embedding_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, num_tags)

    def forward(self, x):
        h_0 = torch.zeros(1, len(x), self.hidden_dim)
        out, _ = self.gru(self.emb(x.T), h_0)
        return self.out(out).transpose(0, 1)


def tagging_loss(logits, tags):
    log_p = logits.log_softmax(-1)
    real = (tags != 0).float()
    return -(log_p.gather(-1, tags[..., None])[..., 0] * real).sum() / real.sum()
