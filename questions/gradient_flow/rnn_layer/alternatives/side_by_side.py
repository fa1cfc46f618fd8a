# one nn.Linear over [x, h]
class RNNLayer(nn.Module):
    def __init__(self, input_size, hidden_size, nonlinearity=torch.tanh):
        super().__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        self.nonlinearity = nonlinearity
        self.both = nn.Linear(input_size + hidden_size, hidden_size)

    def forward(self, x):
        h, hidden_states = torch.zeros(x.size(0), self.hidden_size, dtype=x.dtype), []
        for t in range(x.size(1)):
            h = self.nonlinearity(self.both(torch.cat([x[:, t, :], h], dim=1)))
            hidden_states.append(h)
        self.h_list = hidden_states
        return torch.stack(hidden_states, dim=1), hidden_states[-1]
