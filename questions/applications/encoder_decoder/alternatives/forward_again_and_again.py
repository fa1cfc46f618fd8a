# LSTMs, packed sources; translate calls forward with what has been said so far
class EncoderDecoder(nn.Module):
    def __init__(self, source_size, target_size, hidden_dim):
        super().__init__()
        self.src = nn.Embedding(source_size, hidden_dim, padding_idx=0)
        self.tgt = nn.Embedding(target_size, hidden_dim)
        self.enc = nn.LSTM(hidden_dim, hidden_dim, batch_first=True)
        self.dec = nn.LSTM(hidden_dim, hidden_dim, batch_first=True)
        self.fc = nn.Linear(hidden_dim, target_size)

    def forward(self, source, target):
        lengths = (source != 0).sum(1).cpu()
        packed = nn.utils.rnn.pack_padded_sequence(self.src(source), lengths, batch_first=True, enforce_sorted=False)
        _, state = self.enc(packed)
        start = torch.full((len(target), 1), START)
        out, _ = self.dec(self.tgt(torch.cat([start, target[:, :-1]], dim=1)), state)
        return self.fc(out)

    @torch.no_grad()
    def translate(self, source, longest=20):
        result = []
        for row in source:
            said = []
            while len(said) < longest:
                logits = self(row.unsqueeze(0), torch.tensor([said + [0]]))
                word = int(logits[0, -1].argmax())
                if word == END:
                    break
                said.append(word)
            result.append(said)
        return result
