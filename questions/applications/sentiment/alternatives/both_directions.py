# the two last states of a bidirectional GRU, time first
class SentimentRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_classes):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.gru = nn.GRU(embedding_dim, hidden_dim, bidirectional=True)
        self.fc = nn.Linear(2 * hidden_dim, num_classes)

    def forward(self, x):
        words = self.embedding(x).transpose(0, 1)
        packed = nn.utils.rnn.pack_padded_sequence(words, (x > 0).sum(1).cpu(), enforce_sorted=False)
        hidden = self.gru(packed)[1]
        return self.fc(torch.cat([hidden[0], hidden[1]], dim=-1))
