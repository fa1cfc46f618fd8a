# max pooling over the words' states
class SentimentRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_classes):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.lstm = nn.LSTM(embedding_dim, hidden_dim, batch_first=True)
        self.linear = nn.Linear(hidden_dim, num_classes)

    def forward(self, x):
        output, (hidden, cell) = self.lstm(self.embedding(x))
        output = output.masked_fill((x == 0)[:, :, None], float("-inf"))
        pooled, _ = output.max(dim=1)
        return self.linear(pooled)
