# a method runs one layer; the layers are folded over the sequence; steps are joined by cat
class ManualRNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers=1):
        super().__init__()
        self.hidden_size, self.num_layers = hidden_size, num_layers
        self.cells = nn.ModuleList()
        for depth in range(num_layers):
            self.cells.append(ManualRNNCell([hidden_size, input_size][depth == 0], hidden_size))

    def _layer(self, cell, sequence, state):
        """(B, T, I) and (B, H) -> (B, T, H) and (B, H)."""
        if sequence.shape[1] == 1:
            state = cell(sequence.squeeze(1), state)
            return state.unsqueeze(1), state
        first, state = self._layer(cell, sequence[:, :1], state)
        rest, state = self._layer(cell, sequence[:, 1:], state)
        return torch.cat([first, rest], dim=1), state

    def forward(self, x, hidden=None):
        if hidden is None:
            hidden = torch.zeros(self.num_layers, len(x), self.hidden_size).type_as(x)
        finals = ()
        for cell, start in zip(self.cells, hidden):
            x, final = self._layer(cell, x, start)
            finals += (final,)
        return x, torch.stack(finals)
