# layers appended one by one; last states written into zeros; the activation given by name
class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers):
        super(RNN, self).__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        layers = []
        for i in range(num_layers):
            in_dim = input_size if i == 0 else hidden_size
            layers.append(RNNLayer(in_dim, hidden_size, nonlinearity=nn.Tanh()))
        self.rnn_layers = nn.Sequential(*layers)

    def forward(self, x):
        last_step_h = x.new_zeros(self.num_layers, x.size(0), self.hidden_size)
        layer_input = x
        for i, layer in enumerate(self.rnn_layers):
            all_h, _ = layer(layer_input)
            last_step_h[i] = all_h[:, -1, :]
            layer_input = all_h
        return layer_input, last_step_h
