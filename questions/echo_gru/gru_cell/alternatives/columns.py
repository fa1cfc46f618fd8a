# vectors as columns, the sigmoid by its formula; the result is not contiguous
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
        h = hidden.T  # (H, B)
        a = self.W_ih @ x.T + self.b_ih[:, None]
        b = self.W_hh @ h + self.b_hh[:, None]
        H = len(h)
        r = 1 / (1 + torch.exp(-(a[:H] + b[:H])))
        z = 1 / (1 + torch.exp(-(a[H:-H] + b[H:-H])))
        n = torch.tanh(a[-H:] + r * b[-H:])
        return ((1 - z) * n + z * h).mT
