# all inputs' products at once, the cells as holders of weights
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
        B, T, _ = x.shape
        states = []
        for layer in range(self.num_layers):
            columns = [[None] * T, [None] * T]
            for side, cell in enumerate([self.forward_cells[layer], self.backward_cells[layer]]):
                seen = torch.einsum("bti,hi->bth", x, cell.W_ih) + cell.b_ih + cell.b_hh
                h = seen.new_zeros(B, self.hidden_size) if hidden is None else hidden[2 * layer + side]
                for k in range(T):
                    t = k if side == 0 else T - 1 - k
                    h = torch.tanh(seen[:, t] + h.matmul(cell.W_hh.t()))
                    columns[side][t] = h
                states.append(h)
            x = torch.stack([torch.cat(both, dim=1) for both in zip(*columns)], dim=1)
        return x, torch.stack(states)
