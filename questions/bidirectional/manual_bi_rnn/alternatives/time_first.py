# time first, zeros of the input's own kind, output not contiguous
class ManualBiRNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers=1):
        super().__init__()
        self.hidden_size, self.num_layers = hidden_size, num_layers
        self.forward_cells, self.backward_cells = nn.ModuleList(), nn.ModuleList()
        for layer in range(num_layers):
            size = input_size if layer == 0 else hidden_size * 2
            self.forward_cells.append(ManualRNNCell(size, hidden_size))
            self.backward_cells.append(ManualRNNCell(size, hidden_size))

    def forward(self, x, hidden=None):
        steps = list(x.transpose(0, 1))
        if hidden is None:
            zeros = torch.zeros_like(steps[0][:, :1]).expand(-1, self.hidden_size)
            hidden = [zeros] * (2 * self.num_layers)
        last = {}
        for layer, (ahead, back) in enumerate(zip(self.forward_cells, self.backward_cells)):
            h, left = hidden[2 * layer], []
            for s in steps:
                h = ahead.forward(s, h)
                left += [h]
            last[2 * layer] = h
            h, right = hidden[2 * layer + 1], []
            for s in steps[::-1]:
                h = back.forward(s, h)
                right = [h] + right
            last[2 * layer + 1] = h
            steps = [torch.hstack(pair) for pair in zip(left, right)]
        return torch.stack(steps).transpose(0, 1), torch.stack([last[k] for k in sorted(last)])
