# a tensor of zeros for each layer's result, into which every new state is written; states are never read from it
class ManualBiRNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers=1):
        super().__init__()
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        in_sizes = [input_size if i == 0 else 2 * hidden_size for i in range(num_layers)]
        self.forward_cells = nn.ModuleList([ManualRNNCell(input_size=s, hidden_size=hidden_size) for s in in_sizes])
        self.backward_cells = nn.ModuleList([ManualRNNCell(input_size=s, hidden_size=hidden_size) for s in in_sizes])

    def init_hidden(self, x):
        return torch.zeros(2 * self.num_layers, x.shape[0], self.hidden_size, device=x.device, dtype=x.dtype)

    def forward(self, x, hidden=None):
        h = self.init_hidden(x) if hidden is None else hidden
        B, T, _ = x.shape
        H = self.hidden_size
        layer_input, h_n = x, []
        for i in range(self.num_layers):
            result = torch.zeros(B, T, 2 * H, device=x.device, dtype=x.dtype)
            h_f, h_b = h[2 * i], h[2 * i + 1]
            for t in range(T):
                h_f = self.forward_cells[i](layer_input[:, t, :], h_f)
                result[:, t, :H] = h_f
            for t in range(T - 1, -1, -1):
                h_b = self.backward_cells[i](layer_input[:, t, :], h_b)
                result[:, t, H:] = h_b
            h_n.append(h_f)
            h_n.append(h_b)
            layer_input = result
        return layer_input, torch.stack(h_n, dim=0)
