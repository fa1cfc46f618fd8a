# one step at a time; nn.CrossEntropyLoss outside the function
class SequenceLabelingRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_tags):
        super().__init__()
        self.table = nn.Embedding(vocab_size, embedding_dim)
        self.cell = nn.RNNCell(embedding_dim, hidden_dim)
        self.W = nn.Parameter(0.1 * torch.randn(num_tags, hidden_dim))
        self.b = nn.Parameter(torch.zeros(num_tags))

    def forward(self, x):
        h, rows = None, []
        for words in self.table(x).unbind(dim=1):
            h = self.cell(words, h)
            rows.append(F.linear(h, self.W, self.b))
        return torch.stack(rows, 1)


criterion = nn.CrossEntropyLoss(ignore_index=PAD)


def tagging_loss(logits, tags):
    B, T, C = logits.shape
    return criterion(logits.permute(0, 2, 1), tags)
