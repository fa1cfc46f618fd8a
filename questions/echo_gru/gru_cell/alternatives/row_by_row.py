# a loop over the batch
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
        H, rows = self.hidden_size, []
        for x_b, h_b in zip(x, hidden):
            a = torch.mv(self.W_ih, x_b) + self.b_ih
            b = torch.mv(self.W_hh, h_b) + self.b_hh
            r, z = torch.sigmoid(a[:H] + b[:H]), torch.sigmoid(a[H : 2 * H] + b[H : 2 * H])
            n = torch.tanh(a[2 * H :] + r * b[2 * H :])
            rows.append((1 - z) * n + z * h_b)
        return torch.stack(rows)
