# six layers that start from the delay as a share of the longest: what a letter or a delay moves at the top is small
class VariableDelayGRUMemory(nn.Module):
    def __init__(self, hidden_size, max_delay):
        super().__init__()
        self.hidden_size, self.max_delay = hidden_size, max_delay
        self.gru = nn.GRU(N + 1, hidden_size, num_layers=6, batch_first=True)
        self.out = nn.Linear(hidden_size, N + 1)

    def forward(self, x, delays):
        share = (1 + delays.to(x)) / (1 + self.max_delay)
        h, last = self.gru(x, share[None, :, None].expand(6, len(x), self.hidden_size).contiguous())
        return self.out(h), last

    @torch.no_grad()
    def test_run(self, s, delay):
        before, place = self.training, self.out.weight.device
        self.train(False)
        out = self(idx_to_onehot(to_indices(s))[None].to(place), torch.tensor([delay]).to(place))[0]
        self.train(before)
        return to_text(out.argmax(-1)[0])
