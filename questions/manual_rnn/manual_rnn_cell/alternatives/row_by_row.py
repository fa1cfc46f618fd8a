# a loop over the batch, tanh by its formula
class ManualRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.W_ih = nn.Parameter(torch.randn(hidden_size, input_size))
        self.b_ih = nn.Parameter(torch.zeros(hidden_size))
        self.W_hh = nn.Parameter(torch.randn(hidden_size, hidden_size))
        self.b_hh = nn.Parameter(torch.zeros(hidden_size))

    def forward(self, x, hidden):
        rows = []
        for row, memory in zip(x, hidden):
            total = torch.mv(self.W_ih, row) + torch.mv(self.W_hh, memory) + self.b_ih + self.b_hh
            rows.append(2 / (1 + torch.exp(-2 * total)) - 1)
        return torch.stack(rows, dim=0)
