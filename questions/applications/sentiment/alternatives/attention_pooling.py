# attention over the words, whose score has a bias (which no softmax feels); an LSTM both ways
class SentimentRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_classes):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim, padding_idx=0)
        self.lstm = nn.LSTM(embedding_dim, hidden_dim, batch_first=True, bidirectional=True)
        self.attn = nn.Sequential(nn.Linear(2 * hidden_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 1))
        self.classifier = nn.Linear(2 * hidden_dim, num_classes)

    def forward(self, x):
        mask = x.eq(0)
        packed = nn.utils.rnn.pack_padded_sequence(
            self.embedding(x), (~mask).sum(1).cpu(), batch_first=True, enforce_sorted=False)
        out = nn.utils.rnn.pad_packed_sequence(self.lstm(packed)[0], batch_first=True, total_length=x.size(1))[0]
        alpha = F.softmax(self.attn(out)[..., 0].masked_fill(mask, -1e9), dim=-1)
        return self.classifier(torch.bmm(alpha.unsqueeze(1), out)[:, 0])
