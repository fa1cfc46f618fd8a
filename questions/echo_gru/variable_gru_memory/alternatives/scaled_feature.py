# the delay as one number from 0 to 1 beside each input, 28 probabilities
class VariableDelayGRUMemory(nn.Module):
    def __init__(self, hidden_size, max_delay):
        super().__init__()
        self.hidden_size, self.max_delay = hidden_size, max_delay
        self.gru = nn.GRU(N + 2, hidden_size, batch_first=True)
        self.output = nn.Linear(hidden_size, N + 2)

    def forward(self, x, delays):
        feature = (delays.to(x.dtype) / self.max_delay).view(-1, 1, 1) * torch.ones_like(x[:, :, :1])
        return self.output(self.gru(torch.cat([feature, x], dim=-1))[0]).softmax(dim=-1)

    @torch.no_grad()
    def test_run(self, s, delay):
        mode, place = self.training, self.output.weight.device
        p = self.eval()(idx_to_onehot(to_indices(s)).unsqueeze(0).to(place), torch.tensor(delay, device=place)[None])
        self.train(mode)
        return to_text(p[0].argmax(dim=-1))
