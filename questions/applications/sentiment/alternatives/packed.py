# packed rows, nn.RNN, the final state; a padding row of zeros in the embedding
class SentimentRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_classes):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim, padding_idx=0)
        self.rnn = nn.RNN(embedding_dim, hidden_dim, batch_first=True)
        self.fc = nn.Linear(hidden_dim, num_classes)

    def forward(self, x):
        lengths = torch.count_nonzero(x, dim=1)
        rows = nn.utils.rnn.pack_padded_sequence(self.embedding(x), lengths.cpu(), True, enforce_sorted=False)
        _, hidden = self.rnn(rows)
        return self.fc(hidden.squeeze(0))
