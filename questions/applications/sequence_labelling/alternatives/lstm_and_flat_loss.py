# an LSTM with dropout; batch and time flattened for the layer and for the loss
class SequenceLabelingRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_tags):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim, padding_idx=0)
        self.lstm = nn.LSTM(embedding_dim, hidden_dim, batch_first=True)
        self.drop = nn.Dropout(0.2)
        self.fc = nn.Linear(hidden_dim, num_tags)

    def forward(self, x):
        out = self.drop(self.lstm(self.embedding(x))[0])
        return self.fc(out.reshape(-1, out.shape[2])).view(x.shape[0], x.shape[1], -1)


def tagging_loss(logits, tags):
    return F.cross_entropy(logits.flatten(0, 1), tags.flatten(), ignore_index=0)
