# a linear layer for each delay, of which only the one that is asked for is used
class VariableDelayGRUMemory(nn.Module):
    def __init__(self, hidden_size, max_delay):
        super().__init__()
        self.hidden_size, self.max_delay = hidden_size, max_delay
        self.gru = nn.GRU(N + 1, hidden_size)
        self.heads = nn.ModuleList(nn.Linear(hidden_size, N + 1) for _ in range(max_delay + 1))

    def forward(self, x, delays):
        states = self.gru(x.transpose(0, 1))[0].transpose(0, 1)
        return torch.stack([self.heads[int(d)](row) for row, d in zip(states, delays)])

    @torch.no_grad()
    def test_run(self, s, delay):
        before = self.training
        self.eval()
        x = idx_to_onehot(to_indices(s)).to(next(self.parameters()).device)
        logits = self.heads[delay](self.gru(x.unsqueeze(1))[0].squeeze(1))
        self.train(before)
        return to_text(logits.argmax(dim=-1))
