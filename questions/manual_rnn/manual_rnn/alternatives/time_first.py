# time first inside; the state is one tensor, made anew at each step; the output is not contiguous
class ManualRNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers=1):
        super().__init__()
        sizes = [input_size] + [hidden_size] * num_layers
        self.cells = nn.ModuleList([ManualRNNCell(i, o) for i, o in zip(sizes, sizes[1:])])
        self.size = hidden_size

    def forward(self, x, hidden=None):
        batch = x.shape[0]
        state = torch.zeros(len(self.cells), batch, self.size).to(x) if hidden is None else hidden.clone()
        collected = []
        for row in x.transpose(0, 1):
            new = []
            for cell, h in zip(self.cells, state):
                row = cell(row, h)
                new.append(row)
            state = torch.stack(new)
            collected.append(state[-1])
        return torch.stack(collected).transpose(0, 1), state
