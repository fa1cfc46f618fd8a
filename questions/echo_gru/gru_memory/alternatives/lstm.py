# an LSTM, whose state is a pair
class GRUMemory(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.lstm = nn.LSTM(N + 1, hidden_size, batch_first=True)
        self.norm = nn.LayerNorm(hidden_size)
        self.output = nn.Linear(hidden_size, N + 1, bias=False)

    def forward(self, x):
        states, (h, c) = self.lstm(x)
        return self.output(self.norm(states)), (h, c)

    @torch.no_grad()
    def test_run(self, s):
        before, place = self.training, next(self.parameters()).device
        logits, _ = self.eval()(idx_to_onehot(to_indices(s)).to(place).unsqueeze(0))
        self.train(before)
        return to_text(logits[0].argmax(-1))
