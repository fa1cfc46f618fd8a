# a bidirectional encoder and a bridge; a pair from forward; tensors from translate
class EncoderDecoder(nn.Module):
    def __init__(self, source_size, target_size, hidden_dim):
        super().__init__()
        self.emb_in, self.emb_out = nn.Embedding(source_size, 8), nn.Embedding(target_size, 8)
        self.enc = nn.GRU(8, hidden_dim, batch_first=True, bidirectional=True)
        self.bridge = nn.Linear(2 * hidden_dim, hidden_dim)
        self.dec = nn.GRU(8, hidden_dim, num_layers=2, batch_first=True)
        self.dropout = nn.Dropout(0.1)
        self.fc = nn.Linear(hidden_dim, target_size)

    def start(self, source):
        packed = nn.utils.rnn.pack_padded_sequence(
            self.emb_in(source), (source != 0).sum(1).cpu(), batch_first=True, enforce_sorted=False)
        _, h = self.enc(packed)
        return torch.tanh(self.bridge(torch.cat([h[0], h[1]], 1))).repeat(2, 1, 1)

    def forward(self, source, target):
        shifted = target.roll(1, dims=1)
        shifted[:, 0] = START
        out, hidden = self.dec(self.dropout(self.emb_out(shifted)), self.start(source))
        return self.fc(out), hidden

    def translate(self, source, longest=20):
        was = self.training
        self.eval()
        rows = []
        for row in source:
            h, word, words = self.start(row[None]), START, []
            for _ in range(longest):
                out, h = self.dec(self.emb_out(torch.tensor([[word]])), h)
                word = self.fc(out)[0, 0].argmax().item()
                if word == END:
                    break
                words.append(word)
            rows.append(torch.tensor(words, dtype=torch.int64))
        self.train(was)
        return rows
