# nn.RNN with ReLU, time first inside, one narrow layer between the two networks; log-probabilities
class EncoderDecoder(nn.Module):
    def __init__(self, source_size, target_size, hidden_dim):
        super().__init__()
        self.digits = nn.Embedding(source_size, hidden_dim, padding_idx=0)
        self.words = nn.Embedding(target_size, hidden_dim, padding_idx=0)
        self.reads = nn.RNN(hidden_dim, hidden_dim, nonlinearity="relu")
        self.between = nn.Sequential(nn.Linear(hidden_dim, 6), nn.ReLU(), nn.Linear(6, hidden_dim))
        self.writes = nn.GRU(hidden_dim, hidden_dim)
        self.dropout = nn.Dropout(0.2)
        self.fc = nn.Linear(hidden_dim, target_size)

    def start(self, source):
        outputs, _ = self.reads(self.digits(source.t()))  # (T, B, H)
        last = source.gt(0).sum(1) - 1
        return self.between(outputs[last, torch.arange(source.size(0))])[None]

    def step(self, tokens, hidden):
        outputs, hidden = self.writes(self.dropout(self.words(tokens.t())), hidden)
        return F.log_softmax(self.fc(outputs), dim=-1).transpose(0, 1), hidden

    def forward(self, source, target):
        shifted = torch.full_like(target, START)
        shifted[:, 1:] = target[:, :-1]
        return self.step(shifted, self.start(source))[0]

    def translate(self, source, longest=20):
        with torch.no_grad():
            hidden, words, said = self.start(source), torch.full((len(source), 1), START), []
            for _ in range(longest):
                scores, hidden = self.step(words, hidden)
                words = scores[:, -1].topk(1).indices
                said.append(words[:, 0])
        result = []
        for row in torch.stack(said).t():
            row = row.tolist()
            result.append(row[: row.index(END)] if END in row else row)
        return result
