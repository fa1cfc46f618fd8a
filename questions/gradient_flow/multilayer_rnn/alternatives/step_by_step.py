# a recurrence of its own, all layers at each step
class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers):
        super().__init__()
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.U = nn.ModuleList([nn.Linear(hidden_size, hidden_size, bias=False) for _ in range(num_layers)])
        self.W = nn.ModuleList(
            [nn.Linear(input_size if i == 0 else hidden_size, hidden_size) for i in range(num_layers)])

    def forward(self, x):
        h = [torch.zeros(x.shape[0], self.hidden_size) for _ in range(self.num_layers)]
        top = []
        for t in range(x.shape[1]):
            below = x[:, t]
            for layer in range(self.num_layers):
                h[layer] = torch.tanh(self.W[layer](below) + self.U[layer](h[layer]))
                below = h[layer]
            top.append(below)
        return torch.stack(top, dim=1), torch.stack(h, dim=0)
