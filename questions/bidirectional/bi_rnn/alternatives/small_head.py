# a head of two layers with few units and a ReLU; the arguments are given by name
class CharRegressionBiRNN(nn.Module):
    def __init__(self, vocab_size, embed_dim=128, hidden_dim=128, num_layers=2):
        super().__init__()
        self.embedding = nn.Embedding(num_embeddings=vocab_size, embedding_dim=embed_dim)
        self.rnn = nn.GRU(bidirectional=True, batch_first=True, num_layers=num_layers,
                          hidden_size=hidden_dim, input_size=embed_dim)
        few = max(1, hidden_dim // 2)
        self.head = nn.Sequential()
        self.head.append(nn.Linear(in_features=hidden_dim * 2, out_features=few))
        self.head.append(nn.ReLU())
        self.head.append(nn.Linear(in_features=few, out_features=1))

    def forward(self, x, hidden=None):
        if hidden is None:
            states, hidden = self.rnn(self.embedding(x))
        else:
            states, hidden = self.rnn(self.embedding(x), hidden)
        return self.head(states), hidden
