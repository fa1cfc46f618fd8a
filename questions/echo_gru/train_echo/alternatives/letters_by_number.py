# its own class: an embedding, log-probabilities of 28 classes beside the state, `X` for a blank
torch.manual_seed(2)


class Echoes(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(28, 27)
        self.gru = nn.GRU(27, 96)
        self.top = nn.Sequential(nn.Linear(96, 28), nn.LogSoftmax(dim=-1))
        nn.init.normal_(self.table.weight, 0, 0.3)
        start_as_shift_register(self.gru)

    def forward(self, numbers):
        h, last = self.gru(self.table(numbers.t()))  # (T, B, 96)
        return self.top(h).transpose(0, 1), last

    def test_run(self, s):
        self.eval()
        with torch.no_grad():
            best = self.forward(torch.tensor([[ord(c) - 96 for c in s]]))[0][0].argmax(-1)
        return "".join(chr(96 + int(i)) if 0 < i < 27 else "X" for i in best)


model = Echoes()
optimizer = torch.optim.AdamW(model.parameters(), lr=0.015, betas=(0.9, 0.98), weight_decay=0.0)
for step in range(300):
    for group in optimizer.param_groups:
        group["lr"] = 0.015 * min(1, (step + 1) / 30) * (1 - step / 300)
    x = torch.randint(1, 27, (32, 15))
    y = F.pad(x, (DELAY, 0))[:, :15]
    loss = F.nll_loss(model(x)[0].reshape(-1, 28), y.reshape(-1))
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
