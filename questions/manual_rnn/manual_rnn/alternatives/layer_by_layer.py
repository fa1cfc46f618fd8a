# one layer over the whole sequence after the other
class ManualRNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers=1):
        super().__init__()
        self.hidden_size = hidden_size
        cells = [ManualRNNCell(input_size, hidden_size)]
        while len(cells) < num_layers:
            cells.append(ManualRNNCell(hidden_size, hidden_size))
        self.cells = nn.ModuleList(cells)

    def forward(self, x, hidden=None):
        last = []
        for layer in range(len(self.cells)):
            if hidden is None:
                h = torch.zeros(x.size(0), self.hidden_size, device=x.device, dtype=x.dtype)
            else:
                h = hidden[layer]
            steps = []
            for x_t in x.unbind(dim=1):
                h = self.cells[layer].forward(x_t, h)
                steps.append(h.unsqueeze(1))
            x = torch.cat(steps, dim=1)
            last.append(h)
        return x, torch.stack(last, 0)
