# an LSTM with heads; before a row's own delay the blank is written in by hand, as log-probability 0
class VariableDelayGRUMemory(nn.Module):
    def __init__(self, hidden_size, max_delay):
        super().__init__()
        self.hidden_size, self.max_delay = hidden_size, max_delay
        self.lstm = nn.LSTM(N + 1, hidden_size, batch_first=True)
        self.heads = nn.ModuleList([nn.Linear(hidden_size, N + 1) for _ in range(max_delay + 1)])

    def forward(self, x, delays):
        states, pair = self.lstm(x)
        out = torch.stack([F.log_softmax(self.heads[d](row), -1) for d, row in zip(delays.tolist(), states)])
        silent = torch.arange(x.size(1), device=x.device).expand(len(x), -1) < delays.unsqueeze(1)
        blank = out.new_full((N + 1,), -100.0)
        blank[0] = 0
        return torch.where(silent.unsqueeze(-1), blank, out), pair

    def test_run(self, s, delay):
        before, place = self.training, self.heads[0].weight.device
        self.eval()
        with torch.no_grad():
            out, _ = self(idx_to_onehot(to_indices(s)).to(place)[None], torch.tensor([delay], device=place))
        self.train(before)
        return to_text(out[0].argmax(-1))
