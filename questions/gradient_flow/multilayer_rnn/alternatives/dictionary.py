# layers in a ModuleDict; prints as it goes
class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers):
        super().__init__()
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.net = nn.ModuleDict()
        for i in range(num_layers):
            self.net[str(i)] = RNNLayer(hidden_size if i else input_size, hidden_size)

    def forward(self, x):
        out, last_step_h = x, torch.zeros(self.num_layers, x.shape[0], self.hidden_size)
        last_step_h = list(last_step_h)
        for i in range(self.num_layers):
            out, last_step_h[i] = self.net[str(i)](out)
        print(out.shape)
        return out, torch.stack(last_step_h)
