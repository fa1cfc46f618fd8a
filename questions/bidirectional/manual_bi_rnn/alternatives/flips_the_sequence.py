# one way to read, and the sequence turned round before and after
class ManualBiRNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers=1):
        super().__init__()
        self.hidden_size, self.num_layers = hidden_size, num_layers
        self.forward_cells, self.backward_cells = nn.ModuleList(), nn.ModuleList()
        for layer in range(num_layers):
            size = input_size if layer == 0 else hidden_size * 2
            self.forward_cells.append(ManualRNNCell(size, hidden_size))
            self.backward_cells.append(ManualRNNCell(size, hidden_size))

    def run(self, cell, x, h):
        out = []
        for t in range(x.size(1)):
            h = cell(x[:, t, :], h)
            out.append(h.unsqueeze(1))
        return torch.cat(out, dim=1), h

    def forward(self, x, hidden=None):
        if hidden is None:
            hidden = torch.zeros(self.num_layers * 2, x.size(0), self.hidden_size, dtype=x.dtype, device=x.device)
        finals = []
        for l in range(self.num_layers):
            f, hf = self.run(self.forward_cells[l], x, hidden[2 * l])
            b, hb = self.run(self.backward_cells[l], torch.flip(x, dims=[1]), hidden[2 * l + 1])
            x = torch.cat((f, torch.flip(b, dims=[1])), dim=-1)
            finals.extend([hf, hb])
        return x, torch.stack(finals, dim=0)
