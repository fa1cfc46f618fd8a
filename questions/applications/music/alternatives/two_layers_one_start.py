# two layers whose first states are one table, cut in two; a rate that falls; left in training mode
class TuneRNN(nn.Module):
    def __init__(self, num_tunes, num_notes, hidden_dim):
        super().__init__()
        self.hidden_dim = hidden_dim
        self.first = nn.Linear(num_tunes, 2 * hidden_dim)
        self.rnn = nn.GRU(num_notes, hidden_dim, num_layers=2, batch_first=True)
        self.head = nn.Sequential(nn.Linear(hidden_dim, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, num_notes))
        self.num_notes, self.num_tunes = num_notes, num_tunes

    def forward(self, tunes, notes):
        h0 = self.first(F.one_hot(tunes, self.num_tunes).float()).view(-1, 2, self.hidden_dim)
        h0 = h0.permute(1, 0, 2).contiguous()
        return self.head(self.rnn(F.one_hot(notes, self.num_notes).float(), h0)[0])


torch.manual_seed(5)
music_model = TuneRNN(len(TUNES), len(NOTES), 64)
opt = torch.optim.AdamW(music_model.parameters(), lr=0.02)
sched = torch.optim.lr_scheduler.CosineAnnealingLR(opt, 200)
inputs = torch.roll(TUNE_ROWS, 1, dims=1)
inputs[:, 0] = START
for i in range(200):
    logits = music_model(torch.arange(len(TUNES)), inputs)
    mask = TUNE_ROWS != PAD
    loss = F.cross_entropy(logits[mask], TUNE_ROWS[mask])
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(music_model.parameters(), 1.0)
    opt.step()
    sched.step()
