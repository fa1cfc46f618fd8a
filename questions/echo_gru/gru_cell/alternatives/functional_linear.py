# F.linear, an axis for the blocks, both gates at once, the fader as a step from n towards h
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
        reads = F.linear(x, self.W_ih, self.b_ih).unflatten(1, (3, self.hidden_size))  # (B, 3, H)
        keeps = F.linear(hidden, self.W_hh, self.b_hh).unflatten(1, (3, self.hidden_size))
        r, z = (reads[:, :2] + keeps[:, :2]).sigmoid().unbind(dim=1)
        n = (reads[:, 2] + r * keeps[:, 2]).tanh()
        return n + z * (hidden - n)
