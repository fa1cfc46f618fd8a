# the number beside each note: more than was asked for, and it plays the tunes as well
class TuneRNN(nn.Module):
    def __init__(self, num_tunes, num_notes, hidden_dim):
        super().__init__()
        self.tunes, self.notes = nn.Embedding(num_tunes, 32), nn.Embedding(num_notes, 32)
        self.gru = nn.GRU(64, hidden_dim, batch_first=True)
        self.following = nn.Linear(hidden_dim, num_notes)

    def forward(self, tunes, notes):
        which = self.tunes(tunes)[:, None].expand(-1, notes.shape[1], -1)
        return self.following(self.gru(torch.cat([self.notes(notes), which], dim=2))[0])


torch.manual_seed(3)
music_model = TuneRNN(len(TUNES), len(NOTES), 72)
tunes = torch.arange(len(TUNES))
heard = F.pad(TUNE_ROWS, (1, 0), value=START)[:, :-1]
fit(music_model, lambda: F.cross_entropy(
    music_model(tunes, heard).transpose(1, 2), TUNE_ROWS, ignore_index=PAD), steps=100, rate=0.015)
