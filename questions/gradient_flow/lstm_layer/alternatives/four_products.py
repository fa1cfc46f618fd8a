# every block a matrix of its own
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
        H = self.hidden_size
        W, U, b = self.W_ih.split(H), self.W_hh.split(H), self.b.split(H)
        h, c = torch.zeros(len(x), H, dtype=x.dtype), torch.zeros(len(x), H, dtype=x.dtype)
        self.h_list, self.c_list = [], []
        for t in range(x.shape[1]):
            i, f, g, o = (x[:, t] @ W[k].t() + h @ U[k].t() + b[k] for k in range(4))
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
            self.h_list.append(h)
            self.c_list.append(c)
        return torch.stack(self.h_list, 1), h
