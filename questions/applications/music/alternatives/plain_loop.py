# time first, a plain loop; returns a pair
class TuneRNN(nn.Module):
    def __init__(self, num_tunes, num_notes, hidden_dim):
        super().__init__()
        self.tune = nn.Embedding(num_tunes, hidden_dim)
        self.note = nn.Embedding(num_notes, hidden_dim)
        self.rnn = nn.GRU(hidden_dim, hidden_dim)
        self.fc = nn.Linear(hidden_dim, num_notes)

    def forward(self, tunes, notes):
        out, hidden = self.rnn(self.note(notes).transpose(0, 1), self.tune(tunes)[None])
        return self.fc(out.transpose(0, 1)), hidden


torch.manual_seed(1)
music_model = TuneRNN(13, len(NOTES), 80)
adam = torch.optim.Adam(music_model.parameters(), lr=0.01)
heard = torch.cat([torch.ones(13, 1, dtype=torch.int64), TUNE_ROWS[:, :-1]], dim=1)
for step in range(110):
    logits, _ = music_model(torch.arange(13), heard)
    loss = F.cross_entropy(logits.reshape(-1, len(NOTES)), TUNE_ROWS.reshape(-1), ignore_index=PAD)
    adam.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(music_model.parameters(), 1)
    adam.step()
