# a function of its own for a layer, states from a deque, and the cells made one at a time
from collections import deque


class ManualBiRNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers=1):
        super().__init__()
        self.num_layers = num_layers
        self.hidden_size = hidden_size
        self.forward_cells = nn.ModuleList()
        self.backward_cells = nn.ModuleList()
        width = input_size
        while len(self.forward_cells) < num_layers:
            self.forward_cells.append(ManualRNNCell(width, hidden_size))
            self.backward_cells.append(ManualRNNCell(width, hidden_size))
            width = hidden_size + hidden_size

    def _layer(self, number, inputs, ahead, back):
        left, right = [], deque()
        for step in inputs:
            ahead = self.forward_cells[number](step, ahead)
            left.append(ahead)
        for step in reversed(inputs):
            back = self.backward_cells[number](step, back)
            right.appendleft(back)
        return [torch.cat((a, b), dim=-1) for a, b in zip(left, right)], ahead, back

    def forward(self, x, hidden=None):
        if hidden is None:
            states = [x.new_zeros((x.size(0), self.hidden_size))] * (2 * self.num_layers)
        else:
            states = list(torch.unbind(hidden, dim=0))
        inputs = [x[:, t] for t in range(x.size(1))]
        for number in range(self.num_layers):
            inputs, *ends = self._layer(number, inputs, *states[2 * number : 2 * number + 2])
            states[2 * number : 2 * number + 2] = ends
        return torch.stack(inputs, dim=1), torch.stack(states)
