# states in a dictionary; prints as it goes
class ManualRNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers=1):
        super().__init__()
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.cells = nn.ModuleList()
        for layer in range(num_layers):
            self.cells.append(ManualRNNCell(input_size if not layer else hidden_size, hidden_size))

    def forward(self, x, hidden=None):
        B, T, _ = x.shape
        if hidden is None:
            hidden = torch.zeros((self.num_layers, B, self.hidden_size), dtype=x.dtype)
        h = {layer: hidden[layer, :, :] for layer in range(self.num_layers)}
        output = []
        for t in range(T):
            inp = x[:, t, :]
            for layer in h:
                h[layer] = self.cells[layer](inp, h[layer])
                inp = h[layer]
            output += [inp]
        print(len(output), "steps")
        return torch.stack(output, 1), torch.cat([h[layer][None] for layer in h])
