# einsum, parameters in a ParameterDict
class RNNLayer(nn.Module):
    def __init__(self, input_size, hidden_size, nonlinearity=torch.tanh):
        super(RNNLayer, self).__init__()
        self.input_size, self.hidden_size, self.nonlinearity = input_size, hidden_size, nonlinearity
        self.weights = nn.ParameterDict(
            {"x": nn.Parameter(torch.randn(hidden_size, input_size)),
             "h": nn.Parameter(0.3 * torch.randn(hidden_size, hidden_size)),
             "b": nn.Parameter(torch.randn(hidden_size))})

    def forward(self, x):
        w, h, states = self.weights, 0 * x[:, :1, :1].expand(-1, 1, self.hidden_size)[:, 0], []
        for t in range(x.shape[1]):
            a = torch.einsum("bi,hi->bh", x[:, t], w["x"])
            a = a + torch.einsum("bk,hk->bh", h, w["h"]) + w["b"]
            h = self.nonlinearity(a)
            states.append(h)
        self.h_list = states
        return torch.stack(states, axis=1), states[len(states) - 1]
