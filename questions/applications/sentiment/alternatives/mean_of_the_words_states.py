# a mean over the states at real words
class SentimentRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_classes):
        super().__init__()
        self.words = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.RNN(embedding_dim, hidden_dim, batch_first=True)
        self.fc = nn.Linear(hidden_dim, num_classes)

    def forward(self, x):
        real = (x != PAD).unsqueeze(-1).float()
        states = self.rnn(self.words(x))[0] * real
        return self.fc(states.sum(1) / real.sum(1))
