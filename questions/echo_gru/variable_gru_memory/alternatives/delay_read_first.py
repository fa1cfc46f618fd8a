# the cell of question 1; the delay is read as a step of its own, before the letters
class VariableDelayGRUMemory(nn.Module):
    def __init__(self, hidden_size, max_delay):
        super().__init__()
        self.hidden_size, self.max_delay = hidden_size, max_delay
        self.first = nn.Embedding(max_delay + 1, N + 1)
        self.cell = ManualGRUCell(N + 1, hidden_size)
        self.output = nn.Linear(hidden_size, N + 1)

    def forward(self, x, delays):
        h = self.cell(self.first(delays), x.new_zeros(len(x), self.hidden_size))  # the delay is read before the letters
        states = []
        for t in range(x.shape[1]):
            h = self.cell(x[:, t], h)
            states.append(h)
        return self.output(torch.stack(states, dim=1)), h

    @torch.no_grad()
    def test_run(self, s, delay):
        before = self.training
        self.eval()
        place = next(self.parameters()).device
        logits, _ = self(idx_to_onehot(to_indices(s))[None].to(place), torch.tensor([delay], device=place))
        self.train(before)
        return to_text(logits[0].argmax(dim=-1))
