# both directions in one loop, the states with an axis for the side
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
        L, H = self.num_layers, self.hidden_size
        h0 = hidden.view(L, 2, x.shape[0], H) if hidden is not None else x.new_zeros((L, 2, x.shape[0], H))
        ends = [[None, None] for _ in range(L)]
        for l in range(L):
            f, b, T = h0[l, 0], h0[l, 1], x.shape[1]
            outs_f, outs_b = [], []
            for t in range(T):
                f = self.forward_cells[l](x[:, t], f)
                b = self.backward_cells[l](x[:, T - 1 - t], b)
                outs_f.append(f)
                outs_b.append(b)
            outs_b.reverse()
            x = torch.cat([torch.stack(outs_f, 1), torch.stack(outs_b, 1)], 2)
            ends[l] = [f, b]
        return x, torch.stack([h for pair in ends for h in pair])
