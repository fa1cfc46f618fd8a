# two bidirectional LSTM layers with dropout, a ReLU head; logits at padding are set to something of their own
class BidirectionalRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_tags):
        super().__init__()
        self.emb = nn.Embedding(vocab_size, embedding_dim, padding_idx=0)
        self.dropout = nn.Dropout(0.5)
        self.lstm = nn.LSTM(embedding_dim, hidden_dim, num_layers=2, bidirectional=True, batch_first=True, dropout=0.2)
        self.fc1 = nn.Linear(2 * hidden_dim, hidden_dim)
        self.fc2 = nn.Linear(hidden_dim, num_tags)

    def forward(self, x):
        mask = x.ne(0)
        packed = nn.utils.rnn.pack_padded_sequence(
            self.dropout(self.emb(x)), mask.sum(1).cpu(), batch_first=True, enforce_sorted=False)
        out, _ = nn.utils.rnn.pad_packed_sequence(self.lstm(packed)[0], batch_first=True, total_length=x.size(1))
        logits = self.fc2(self.dropout(F.relu(self.fc1(out))))
        return logits.masked_fill(~mask.unsqueeze(-1), float("-inf"))
