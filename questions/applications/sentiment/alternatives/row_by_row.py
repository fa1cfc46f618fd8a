# each row alone, without its padding
class SentimentRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_classes):
        super().__init__()
        self.words = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.GRU(embedding_dim, hidden_dim, batch_first=True)
        self.fc = nn.Linear(hidden_dim, num_classes)

    def forward(self, x):
        states = [self.rnn(self.words(row[row != 0]).unsqueeze(0))[1][0] for row in x]
        return self.fc(torch.cat(states))
