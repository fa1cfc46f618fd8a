# small functions beside the class
def part(cell, k, x, hidden):
    """The input's and the memory's share of block k."""
    H = hidden.shape[1]
    rows = slice(k * H, (k + 1) * H)
    return x.matmul(cell.W_ih[rows].T) + cell.b_ih[rows], hidden.matmul(cell.W_hh[rows].T) + cell.b_hh[rows]


def gate(cell, k, x, hidden):
    return torch.sigmoid(sum(part(cell, k, x, hidden)))


class ManualGRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        scale = hidden_size**-0.5
        self.W_ih = nn.Parameter(torch.empty(3 * hidden_size, input_size).uniform_(-scale, scale))
        self.b_ih = nn.Parameter(torch.empty(3 * hidden_size).uniform_(-scale, scale))
        self.W_hh = nn.Parameter(torch.empty(3 * hidden_size, hidden_size).uniform_(-scale, scale))
        self.b_hh = nn.Parameter(torch.empty(3 * hidden_size).uniform_(-scale, scale))

    def forward(self, x, hidden):
        from_x, from_h = part(self, 2, x, hidden)
        n = torch.tanh(from_x + gate(self, 0, x, hidden) * from_h)
        z = gate(self, 1, x, hidden)
        return torch.mul(1 - z, n).add(torch.mul(z, hidden))
