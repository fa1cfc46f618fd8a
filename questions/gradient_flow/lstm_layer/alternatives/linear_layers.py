# two nn.Linear whose parameters go by the contract's names
class LSTMLayer(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        self.reads = nn.Linear(input_size, 4 * hidden_size)
        self.keeps = nn.Linear(hidden_size, 4 * hidden_size, bias=False)
        nn.init.zeros_(self.reads.bias)
        nn.init.ones_(self.reads.bias[hidden_size : 2 * hidden_size])
        self.W_ih, self.b, self.W_hh = self.reads.weight, self.reads.bias, self.keeps.weight

    def forward(self, x):
        h = c = x.new_zeros(x.shape[0], self.hidden_size)
        hs, cs = [], []
        for x_t in x.unbind(1):
            i, f, g, o = torch.split(self.reads(x_t) + self.keeps(h), self.hidden_size, dim=-1)
            c = c * F.sigmoid(f) + F.sigmoid(i) * F.tanh(g)
            h = F.sigmoid(o) * F.tanh(c)
            hs.append(h)
            cs.append(c)
        self.h_list, self.c_list = hs, cs
        return torch.cat([h[:, None] for h in hs], dim=1), h
