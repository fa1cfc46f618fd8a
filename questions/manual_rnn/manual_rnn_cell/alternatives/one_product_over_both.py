# one matrix for input and memory side by side
class ManualRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.W_ih = nn.Parameter(torch.randn(hidden_size, input_size))
        self.b_ih = nn.Parameter(torch.zeros(hidden_size))
        self.W_hh = nn.Parameter(torch.randn(hidden_size, hidden_size))
        self.b_hh = nn.Parameter(torch.zeros(hidden_size))

    def forward(self, x, hidden):
        both = torch.cat([x, hidden], dim=1)
        weights = torch.cat([self.W_ih, self.W_hh], dim=1)
        return (both @ weights.t() + self.b_ih + self.b_hh).tanh()
