# nn.RNN with ReLU over letter and delay together, dropout and a ReLU head: some units are silent
class VariableDelayGRUMemory(nn.Module):
    def __init__(self, hidden_size, max_delay):
        super().__init__()
        self.hidden_size, self.max_delay = hidden_size, max_delay
        self.told = nn.Linear(max_delay + 1, 2 * hidden_size)
        self.rnn = nn.RNN(N + 1 + 2 * hidden_size, hidden_size, nonlinearity="relu", batch_first=True)
        self.head = nn.Sequential(nn.Dropout(0.3), nn.Linear(hidden_size, 64), nn.ReLU(), nn.Linear(64, N + 1))

    def forward(self, x, delays):
        told = self.told(F.one_hot(delays.long(), self.max_delay + 1).to(x.dtype))  # (B, 2H)
        return self.head(self.rnn(torch.cat([x, told[:, None].expand(-1, x.shape[1], -1)], 2))[0])

    def test_run(self, s, delay):
        mode = self.training
        with torch.no_grad():
            place = next(self.parameters()).device
            out = self.eval()(idx_to_onehot(to_indices(s))[None].to(place), torch.LongTensor([delay]).to(place))
        self.train(mode)
        return to_text(out.squeeze(0).argmax(1))
