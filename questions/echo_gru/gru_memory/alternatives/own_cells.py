# the cell of question 1, step by step; test_run never calls forward
class GRUMemory(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.cell = ManualGRUCell(N + 1, hidden_size)
        self.output = nn.Parameter(0.1 * torch.randn(N + 1, hidden_size))
        self.bias = nn.Parameter(torch.zeros(N + 1))

    def forward(self, x):
        hidden, logits = x.new_zeros(len(x), self.hidden_size), []
        for x_t in x.unbind(dim=1):
            hidden = self.cell(x_t, hidden)
            logits.append(hidden @ self.output.T + self.bias)
        return torch.stack(logits, dim=1)

    @torch.no_grad()
    def test_run(self, s):
        mode = self.training
        self.eval()
        hidden, told = torch.zeros(1, self.hidden_size, device=self.bias.device), []
        for c in s:  # letter by letter, the memory is carried along
            hidden = self.cell(idx_to_onehot(to_indices(c)).to(self.bias.device), hidden)
            told.append((hidden @ self.output.T + self.bias).argmax())
        self.train(mode)
        return to_text(torch.stack(told))
