# two layers of LSTM with dropout, gather; prints as it goes
class SentimentRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_classes):
        super().__init__()
        self.emb = nn.Embedding(vocab_size, embedding_dim)
        self.lstm = nn.LSTM(embedding_dim, hidden_dim, num_layers=2, dropout=0.2, batch_first=True)
        self.drop = nn.Dropout(0.3)
        self.out = nn.Linear(hidden_dim, num_classes)

    def forward(self, x):
        print("a batch of", len(x))
        out, (h, c) = self.lstm(self.emb(x))
        last = x.ne(0).long().sum(1).sub(1).view(-1, 1, 1).expand(-1, 1, out.size(2))
        return self.out(self.drop(out.gather(1, last).squeeze(1)))
