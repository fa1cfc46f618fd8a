# cells; the encoder's state is read at every step of the decoder as well
class EncoderDecoder(nn.Module):
    def __init__(self, source_size, target_size, hidden_dim):
        super().__init__()
        self.hidden_dim = hidden_dim
        self.a, self.b = nn.Embedding(source_size, 12), nn.Embedding(target_size, 12)
        self.encoder, self.decoder = nn.GRUCell(12, hidden_dim), nn.GRUCell(12 + hidden_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, target_size)

    def context(self, source):
        h = torch.zeros(len(source), self.hidden_dim)
        for t in range(source.shape[1]):
            h = torch.where((source[:, t] > 0)[:, None], self.encoder(self.a(source[:, t]), h), h)
        return h

    def step(self, token, h, c):
        h = self.decoder(torch.cat([self.b(token), c], dim=1), h)
        return self.out(h), h

    def forward(self, source, target):
        c = h = self.context(source)
        token, steps = torch.full((len(source),), START), []
        for t in range(target.shape[1]):
            logits, h = self.step(token, h, c)
            steps.append(logits)
            token = target[:, t]
        return torch.stack(steps, dim=1)

    def translate(self, source, longest=20):
        with torch.no_grad():
            c = h = self.context(source)
            token, said, over = torch.full((len(source),), START), [[] for _ in source], [False] * len(source)
            for _ in range(longest):
                logits, h = self.step(token, h, c)
                token = logits.argmax(1)
                for b, word in enumerate(token.tolist()):
                    over[b] = over[b] or word == END
                    if not over[b]:
                        said[b].append(word)
            return said
