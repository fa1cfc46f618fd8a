# every tune by itself, in a shuffled order, without padding
class TuneRNN(nn.Module):
    def __init__(self, num_tunes, num_notes, hidden_dim):
        super().__init__()
        self.tune_embedding = nn.Embedding(num_tunes, hidden_dim)
        self.note_embedding = nn.Embedding(num_notes, hidden_dim)
        self.gru = nn.GRU(hidden_dim, hidden_dim, batch_first=True)
        self.fc = nn.Linear(hidden_dim, num_notes)

    def forward(self, tunes, notes):
        h0 = torch.tanh(self.tune_embedding(tunes))[None]
        out, _ = self.gru(self.note_embedding(notes), h0)
        return self.fc(out)


torch.manual_seed(4)
random.seed(4)
music_model = TuneRNN(len(TUNES), len(NOTES), 64)
optimizer = torch.optim.Adam(music_model.parameters(), lr=0.006)
scheduler = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.1, total_iters=120)
for epoch in range(120):
    for i in random.sample(range(len(TUNES)), len(TUNES)):
        row = TUNE_ROWS[i][TUNE_ROWS[i] != PAD]  # (U,), its END included
        played = torch.cat([torch.tensor([START]), row[:-1]])
        logits = music_model(torch.tensor([i]), played[None])
        loss = F.cross_entropy(logits[0], row)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(music_model.parameters(), 1.0)
        optimizer.step()
    scheduler.step()
