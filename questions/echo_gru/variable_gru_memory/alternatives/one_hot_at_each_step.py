# a one-hot delay beside each input, two layers, log-softmax, X for blank
class VariableDelayGRUMemory(nn.Module):
    def __init__(self, hidden_size, max_delay):
        super().__init__()
        self.hidden_size, self.max_delay = hidden_size, max_delay
        self.gru = nn.GRU(N + 1 + max_delay + 1, hidden_size, num_layers=2, dropout=0.1, batch_first=True)
        self.output = nn.Linear(hidden_size, N + 1)

    def forward(self, x, delays):
        kind = idx_to_onehot(delays, self.max_delay + 1)[:, None].expand(-1, x.shape[1], -1)
        return F.log_softmax(self.output(self.gru(torch.cat([x, kind], dim=-1))[0]), dim=-1)

    def test_run(self, s, delay):
        before = self.training
        self.eval()
        with torch.no_grad():
            place = next(self.parameters()).device
            x = idx_to_onehot(to_indices(s)).to(place)
            logits = self(x.unsqueeze(0), torch.full((1,), delay, device=place))
        self.train(before)
        return to_text(logits.squeeze(0).argmax(-1)).replace(" ", "X")
