# the first layer apart, and registered after the others
class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers):
        super().__init__()
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.others = nn.ModuleList()
        for _ in range(num_layers - 1):
            self.others.append(RNNLayer(hidden_size, hidden_size, nonlinearity=torch.tanh))
        self.first = RNNLayer(input_size, hidden_size)

    def forward(self, x):
        h, last = self.first(x)
        lasts = [last.unsqueeze(0)]
        for layer in self.others:
            h, last = layer.forward(h)
            lasts.append(last.unsqueeze(0))
        return h, torch.cat(lasts, dim=0)
