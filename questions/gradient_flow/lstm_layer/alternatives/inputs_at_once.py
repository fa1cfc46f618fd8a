# the inputs of all steps in one product; three gates at once
class LSTMLayer(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        scale = hidden_size**-0.5
        self.W_ih = nn.Parameter(torch.empty(4 * hidden_size, input_size).uniform_(-scale, scale))
        self.W_hh = nn.Parameter(torch.empty(4 * hidden_size, hidden_size).uniform_(-scale, scale))
        self.b = nn.Parameter(torch.zeros(4 * hidden_size))
        self.b.data[hidden_size:-2 * hidden_size].fill_(1)

    def forward(self, x):
        read = F.linear(x, self.W_ih, self.b)  # (B, T, 4H)
        states = [(torch.zeros_like(read[:, 0, : self.hidden_size]),) * 2]
        for t in range(x.size(1)):
            h, c = states[-1]
            gates = (read[:, t] + F.linear(h, self.W_hh)).unflatten(1, (4, -1))  # (B, 4, H)
            i, f, o = torch.sigmoid(gates[:, [0, 1, 3]]).unbind(1)
            c = torch.addcmul(f * c, i, torch.tanh(gates[:, 2]))
            states.append((o * torch.tanh(c), c))
        self.h_list = [h for h, _ in states[1:]]
        self.c_list = [c for _, c in states[1:]]
        return torch.stack(self.h_list, dim=1), self.h_list[-1]
