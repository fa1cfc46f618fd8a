# the time axis first inside; slices for the gates; in-place filled bias; results stacked and permuted
class LSTMLayer(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        bound = 1.0 / math.sqrt(hidden_size)
        self.W_ih = nn.Parameter(torch.rand(4 * hidden_size, input_size) * 2 * bound - bound)
        self.W_hh = nn.Parameter(torch.rand(4 * hidden_size, hidden_size) * 2 * bound - bound)
        bias = torch.zeros(4 * hidden_size)
        bias[hidden_size:2 * hidden_size].fill_(1.0)
        self.b = nn.Parameter(bias)

    def init_state(self, x):
        zeros = torch.zeros(x.size(0), self.hidden_size, dtype=x.dtype, device=x.device)
        return zeros, zeros.clone()

    def forward(self, x):
        n = self.hidden_size
        h_t, c_t = self.init_state(x)
        self.h_list, self.c_list = [], []
        for x_t in x.permute(1, 0, 2):
            gates = torch.mm(x_t, self.W_ih.t()) + torch.mm(h_t, self.W_hh.t()) + self.b
            i_t = torch.sigmoid(gates[:, :n])
            f_t = torch.sigmoid(gates[:, n:n * 2])
            g_t = torch.tanh(gates[:, n * 2:n * 3])
            o_t = torch.sigmoid(gates[:, n * 3:])
            c_t = f_t * c_t + i_t * g_t
            h_t = o_t * torch.tanh(c_t)
            self.c_list.append(c_t)
            self.h_list.append(h_t)
        return torch.stack(self.h_list).permute(1, 0, 2), h_t
