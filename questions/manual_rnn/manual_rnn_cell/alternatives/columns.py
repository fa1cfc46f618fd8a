# vectors as columns, as the formula is written; the result is not contiguous
class ManualRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.W_ih = nn.Parameter(torch.randn(hidden_size, input_size))
        self.b_ih = nn.Parameter(torch.zeros(hidden_size))
        self.W_hh = nn.Parameter(torch.randn(hidden_size, hidden_size))
        self.b_hh = nn.Parameter(torch.zeros(hidden_size))

    def forward(self, x, hidden):
        new = self.W_ih.matmul(x.T) + self.W_hh.matmul(hidden.T)
        new = new + self.b_ih[:, None] + self.b_hh.unsqueeze(1)
        return torch.tanh(new).T
