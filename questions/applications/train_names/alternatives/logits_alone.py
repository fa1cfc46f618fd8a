# an LSTM with dropout that gives its logits alone
torch.manual_seed(3)


class Spelling(nn.Module):
    def __init__(self):
        super().__init__()
        self.e, self.r = nn.Embedding(29, 12), nn.LSTM(12, 48, batch_first=True)
        self.d, self.o = nn.Dropout(0.2), nn.Linear(48, 29)

    def forward(self, x, hidden=None):
        out, hidden = self.r(self.e(x), hidden)
        return self.o(self.d(out))


name_model = Spelling()


def spelling_loss():
    rows = name_rows(random.choices(train_names, k=64))
    read = F.pad(rows, (1, 0), value=START)[:, :-1]
    return F.cross_entropy(name_model(read).transpose(1, 2), rows, ignore_index=0)


fit(name_model, spelling_loss, steps=130)
