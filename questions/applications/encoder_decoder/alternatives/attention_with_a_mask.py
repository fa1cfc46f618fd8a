# attention over the source's states, padding masked out before the softmax
class EncoderDecoder(nn.Module):
    def __init__(self, source_size, target_size, hidden_dim):
        super().__init__()
        self.src, self.tgt = nn.Embedding(source_size, 24), nn.Embedding(target_size, 24)
        self.encoder = nn.LSTM(24, hidden_dim, batch_first=True)
        self.decoder = nn.LSTM(24, hidden_dim, batch_first=True)
        self.key = nn.Linear(hidden_dim, hidden_dim)
        self.out = nn.Linear(2 * hidden_dim, target_size)

    def encode(self, source):
        packed = nn.utils.rnn.pack_padded_sequence(
            self.src(source), source.ne(0).sum(1).cpu(), batch_first=True, enforce_sorted=False)
        packed, state = self.encoder(packed)
        memory, _ = nn.utils.rnn.pad_packed_sequence(packed, batch_first=True, total_length=source.size(1))
        return memory, state

    def decode(self, tokens, memory, mask, state):
        h, state = self.decoder(self.tgt(tokens), state)
        scores = torch.bmm(h, self.key(memory).transpose(1, 2)).masked_fill(~mask[:, None], float("-inf"))
        return self.out(torch.cat([h, torch.bmm(F.softmax(scores, -1), memory)], -1)), state

    def forward(self, source, target):
        memory, state = self.encode(source)
        tokens = torch.cat([target.new_full((target.size(0), 1), START), target[:, :-1]], 1)
        return self.decode(tokens, memory, source.ne(0), state)[0]

    @torch.no_grad()
    def translate(self, source, longest=20):
        memory, state = self.encode(source)
        tokens = source.new_full((source.size(0), 1), START)
        outputs, done = [[] for _ in range(source.size(0))], [False] * source.size(0)
        for _ in range(longest):
            logits, state = self.decode(tokens[:, -1:], memory, source.ne(0), state)
            tokens = torch.cat([tokens, logits.argmax(-1)], 1)
            for i, token in enumerate(tokens[:, -1].tolist()):
                done[i] = done[i] or token == END
                if not done[i]:
                    outputs[i].append(token)
            if all(done):
                break
        return outputs
