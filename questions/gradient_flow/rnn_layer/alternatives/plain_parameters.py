# plain matrices, transposed; the inputs of all steps in one product
class RNNLayer(nn.Module):
    def __init__(self, input_size, hidden_size, nonlinearity=torch.tanh):
        super().__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        self.f = nonlinearity
        self.bias_term = nn.Parameter(torch.zeros(hidden_size))
        self.W_hidden = nn.Parameter(torch.randn(hidden_size, hidden_size) / hidden_size**0.5)
        self.W_in = nn.Parameter(torch.randn(input_size, hidden_size) / hidden_size**0.5)

    def forward(self, x):
        projected = x @ self.W_in + self.bias_term  # (B, T, H), all steps at once
        h = torch.zeros_like(projected[:, 0])
        self.h_list = []
        for t in range(x.shape[1]):
            h = self.f(projected[:, t] + h @ self.W_hidden)
            self.h_list += [h]
        return torch.stack(self.h_list, 1), h
