# packed rows, two layers, LayerNorm and a narrow ReLU head; the loss through a mask and a mean
class SequenceLabelingRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_tags):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim, padding_idx=PAD)
        self.gru = nn.GRU(embedding_dim, hidden_dim, 2, batch_first=True, dropout=0.3)
        self.norm = nn.LayerNorm(hidden_dim + 1)
        self.hidden2tag = nn.Sequential(nn.Linear(hidden_dim + 1, 5), nn.ReLU(), nn.Linear(5, num_tags))

    def forward(self, x):
        lengths = x.bool().sum(1).cpu()
        packed = nn.utils.rnn.pack_padded_sequence(
            self.embedding(x), lengths, batch_first=True, enforce_sorted=False)
        out, _ = self.gru(packed)
        out, _ = nn.utils.rnn.pad_packed_sequence(out, batch_first=True, total_length=x.size(1))
        return self.hidden2tag(self.norm(F.pad(out, (0, 1), value=1.0)))


def tagging_loss(logits, tags):
    losses = F.cross_entropy(logits.reshape(-1, logits.size(-1)), tags.reshape(-1), reduction="none")
    mask = tags.reshape(-1) != PAD
    return losses[mask].mean()
