# vectors as columns, the sigmoid by its formula; prints as it goes
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
        H, B = self.hidden_size, x.shape[0]
        h = c = x.new_zeros(H, B)
        self.h_list, self.c_list = [], []
        for x_t in x.permute(1, 2, 0):  # (I, B)
            a = self.W_ih @ x_t + self.W_hh @ h + self.b.unsqueeze(1)
            gate = lambda k: 1 / (1 + torch.exp(-a[k * H : (k + 1) * H]))
            self.c_list.append((gate(1) * c + gate(0) * torch.tanh(a[2 * H : 3 * H])).T)
            c = self.c_list[-1].T
            self.h_list.append((gate(3) * torch.tanh(c)).T)
            h = self.h_list[-1].T
        print(len(self.h_list), "steps")
        return torch.stack(self.h_list, dim=1), self.h_list[-1]
