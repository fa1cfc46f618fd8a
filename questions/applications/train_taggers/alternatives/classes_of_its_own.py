# GRUs of the answer's own, log-probabilities
torch.manual_seed(3)


class Tagger(nn.Module):
    def __init__(self, both):
        super().__init__()
        self.e = nn.Embedding(len(TAG_WORDS), 16)
        self.r = nn.GRU(16, 24, batch_first=True, bidirectional=both)
        self.o = nn.Linear(48 if both else 24, len(TAGS))

    def forward(self, x):
        words = nn.utils.rnn.pack_padded_sequence(self.e(x), (x > 0).sum(1), batch_first=True, enforce_sorted=False)
        states, _ = nn.utils.rnn.pad_packed_sequence(self.r(words)[0], batch_first=True, total_length=x.shape[1])
        return self.o(states).log_softmax(-1)


one_way, both_ways = Tagger(False), Tagger(True)
for net in (one_way, both_ways):
    def cost():
        x, tags = tag_rows(random.choices(train_tagged, k=40))
        return F.nll_loss(net(x)[tags > 0], tags[tags > 0])
    fit(net, cost, steps=90, rate=0.012)
