# an LSTM, whose first state is a pair; log-probabilities
class TuneRNN(nn.Module):
    def __init__(self, num_tunes, num_notes, hidden_dim):
        super().__init__()
        self.h, self.c = nn.Embedding(num_tunes, hidden_dim), nn.Embedding(num_tunes, hidden_dim)
        self.notes = nn.Embedding(num_notes, 24)
        self.lstm = nn.LSTM(24, hidden_dim, batch_first=True)
        self.out = nn.Linear(hidden_dim, num_notes)

    def forward(self, tunes, notes):
        state = self.h(tunes).unsqueeze(0), self.c(tunes).unsqueeze(0)
        return F.log_softmax(self.out(self.lstm(self.notes(notes), state)[0]), -1)


torch.manual_seed(2)
music_model = TuneRNN(len(TUNES), len(NOTES), 64)
fit(music_model, lambda: F.nll_loss(
    music_model(torch.arange(len(TUNES)), F.pad(TUNE_ROWS, (1, 0), value=START)[:, :-1]).transpose(1, 2),
    TUNE_ROWS, ignore_index=PAD), steps=150, rate=0.02)
