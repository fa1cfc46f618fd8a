# the bias on the recurrent nn.Linear; time first inside, so that the result is not contiguous
class RNNLayer(nn.Module):
    def __init__(self, input_size, hidden_size, nonlinearity=torch.tanh):
        super().__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.nonlinearity = nonlinearity
        self.hh = nn.Linear(hidden_size, hidden_size, bias=True)
        self.xh = nn.Linear(input_size, hidden_size, bias=False)

    def forward(self, x):
        hidden_states = []
        h_t = torch.zeros(x.shape[0], self.hidden_size, device=x.device, dtype=x.dtype)
        for x_t in x.transpose(0, 1):
            h_t = self.nonlinearity(self.xh(x_t) + self.hh(h_t))
            hidden_states.append(h_t)
        self.h_list = tuple(hidden_states)
        return torch.stack(hidden_states).transpose(0, 1), h_t
