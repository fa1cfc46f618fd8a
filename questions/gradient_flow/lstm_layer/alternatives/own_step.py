# a step of its own, with einsum; a dictionary of gates; the last state cut out of all states
class LSTMLayer(nn.Module):
    def __init__(self, input_size, hidden_size):
        super(LSTMLayer, self).__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        self.W_ih = nn.Parameter(torch.zeros(4 * hidden_size, input_size))
        self.W_hh = nn.Parameter(torch.zeros(4 * hidden_size, hidden_size))
        self.b = nn.Parameter(torch.cat([torch.full((hidden_size,), start) for start in (0.0, 1.0, 0.0, 0.0)]))
        nn.init.xavier_uniform_(self.W_ih)
        nn.init.orthogonal_(self.W_hh)

    def step(self, x_t, state):
        h, c = state
        a = torch.einsum("bi,ki->bk", x_t, self.W_ih) + torch.einsum("bh,kh->bk", h, self.W_hh) + self.b
        gate = dict(zip("ifgo", a.view(-1, 4, self.hidden_size).unbind(dim=1)))
        c = gate["f"].sigmoid().mul(c).add(gate["i"].sigmoid().mul(gate["g"].tanh()))
        return gate["o"].sigmoid().mul(c.tanh()), c

    def forward(self, x):
        state, steps = (x.new_zeros(len(x), self.hidden_size),) * 2, []
        for t in range(x.shape[1]):
            state = self.step(x[:, t, :], state)
            steps.append(state)
        self.h_list, self.c_list = map(list, zip(*steps))
        all_h = torch.stack(self.h_list, dim=-2)
        return all_h, all_h[:, -1, :]
