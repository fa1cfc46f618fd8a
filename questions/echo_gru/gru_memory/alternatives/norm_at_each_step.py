# nn.GRUCell step by step with BatchNorm in between, which wants more than one row in training; keeps gradients to look at
class GRUMemory(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.cell, self.norm = nn.GRUCell(N + 1, hidden_size), nn.BatchNorm1d(hidden_size)
        self.read_out = nn.Linear(hidden_size, N + 1)

    def forward(self, x):
        self.states, h = [], None
        for letter in x.unbind(1):
            h = self.cell(letter, h)
            if h.requires_grad:
                h.retain_grad()
            self.states.append(h)
        return torch.stack([self.read_out(self.norm(h)) for h in self.states], 1)

    @torch.no_grad()
    def test_run(self, s):
        before = self.training
        self.eval()
        text = ""
        for row in self(idx_to_onehot(to_indices(s))[None].to(self.read_out.weight.device))[0]:
            text += to_text(row.argmax()[None])
        self.train(before)
        return text
