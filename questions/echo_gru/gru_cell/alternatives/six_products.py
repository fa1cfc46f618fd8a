# as the formula is written: every block a matrix of its own; prints as it goes
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
        H = hidden.shape[1]
        W_ir, W_iz, W_in = self.W_ih[:H], self.W_ih[H : 2 * H], self.W_ih[2 * H :]
        W_hr, W_hz, W_hn = self.W_hh[:H], self.W_hh[H : 2 * H], self.W_hh[2 * H :]
        r = torch.sigmoid(x @ W_ir.t() + self.b_ih[:H] + hidden @ W_hr.t() + self.b_hh[:H])
        z = torch.sigmoid(x @ W_iz.t() + self.b_ih[H : 2 * H] + hidden @ W_hz.t() + self.b_hh[H : 2 * H])
        n = torch.tanh(x @ W_in.t() + self.b_ih[2 * H :] + r * (hidden @ W_hn.t() + self.b_hh[2 * H :]))
        print("r", r.shape, "z", z.shape)
        return (1 - z) * n + z * hidden
