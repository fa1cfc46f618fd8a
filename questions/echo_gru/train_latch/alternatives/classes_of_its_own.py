# its own class: letters by number, a pair (logits, state), log-probabilities of 28 classes; a plain RNN of cells


class Cells(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell, self.top = nn.RNNCell(27, 40), nn.Linear(40, 27)

    def forward(self, x):
        h, out = x.new_zeros(len(x), 40), []
        for x_t in x.unbind(1):
            h = self.cell(x_t, h)
            out.append(self.top(h))
        return torch.stack(out, 1)


class ByNumber(nn.Module):
    def __init__(self):
        super().__init__()
        self.table, self.gru, self.top = nn.Embedding(27, 24), nn.GRU(24, 72, batch_first=True), nn.Linear(72, 28)

    def forward(self, numbers):
        states, last = self.gru(self.table(numbers))
        return F.log_softmax(self.top(states), -1), last


torch.manual_seed(8)
latch_rnn, latch_gru = Cells(), ByNumber()
both = [*latch_rnn.parameters(), *latch_gru.parameters()]
optimizer = torch.optim.AdamW(both, lr=0.015, weight_decay=0.0)
for step in range(400):
    optimizer.param_groups[0]["lr"] = 0.015 * min(1, (step + 1) / 40) * (1 - step / 400)
    x = marked_letters(32, 20)
    y = behind_last(x).reshape(-1)
    loss = F.cross_entropy(latch_rnn(idx_to_onehot(x)).reshape(-1, 27), y)
    loss = loss + F.nll_loss(latch_gru(x)[0].reshape(-1, 28), y)
    optimizer.zero_grad()
    loss.backward()
    for part in (latch_rnn, latch_gru):
        nn.utils.clip_grad_norm_(part.parameters(), 1.0)
    optimizer.step()
