# sorted rows that are put back; padded to T by hand
class BidirectionalRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_tags):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim, padding_idx=0)
        self.lstm = nn.LSTM(embedding_dim, hidden_dim, batch_first=True, bidirectional=True)
        self.drop = nn.Dropout(0.1)
        self.fc = nn.Linear(hidden_dim * 2, num_tags)

    def forward(self, x):
        lengths, order = (x != 0).sum(1).sort(descending=True)
        packed = nn.utils.rnn.pack_padded_sequence(self.embedding(x[order]), lengths.tolist(), batch_first=True)
        out, _ = nn.utils.rnn.pad_packed_sequence(self.lstm(packed)[0], batch_first=True)
        out = F.pad(out, (0, 0, 0, x.size(1) - out.size(1)))
        return self.fc(self.drop(out[order.argsort()]))
