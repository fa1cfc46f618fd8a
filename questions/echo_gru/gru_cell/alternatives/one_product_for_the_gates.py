# one matrix for input and memory side by side; the candidate's parts alone; lerp is the fader
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
        H = self.hidden_size
        both = torch.cat([x, hidden], dim=1)  # (B, I + H)
        weights = torch.cat([self.W_ih, self.W_hh], dim=1)[: 2 * H]  # (2H, I + H)
        gates = torch.sigmoid(both @ weights.T + (self.b_ih + self.b_hh)[: 2 * H])
        r, z = torch.split(gates, H, dim=-1)
        candidate = torch.addmm(self.b_ih[2 * H :], x, self.W_ih[2 * H :].T)
        candidate = candidate + r * torch.addmm(self.b_hh[2 * H :], hidden, self.W_hh[2 * H :].T)
        return torch.lerp(torch.tanh(candidate), hidden, z)
