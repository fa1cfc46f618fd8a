# a stack is a smaller stack and a layer on top
class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers):
        super().__init__()
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.below = RNN(input_size, hidden_size, num_layers - 1) if num_layers > 1 else None
        self.top = RNNLayer(hidden_size if self.below else input_size, hidden_size)

    def forward(self, x):
        if self.below is None:
            states, last = self.top(x)
            return states, last[None]
        lower, lasts = self.below(x)
        states, last = self.top(lower)
        return states, torch.cat((lasts, last[None]))
