# one nn.Linear over [h, x] in each layer
class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers):
        super().__init__()
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        for i in range(num_layers):
            setattr(self, f"joint_{i}", nn.Linear((input_size if i < 1 else hidden_size) + hidden_size, hidden_size))

    def forward(self, x):
        last = []
        for i in range(self.num_layers):
            joint, h, states = getattr(self, f"joint_{i}"), x.new_zeros(len(x), self.hidden_size), []
            for x_t in x.unbind(1):
                h = joint(torch.cat([h, x_t], dim=-1)).tanh()
                states.append(h)
            x = torch.stack(states, 1)
            last.append(x[:, -1])
        return x, torch.stack(last)
