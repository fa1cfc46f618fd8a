# a module of its own for every step's prediction, kept in a Sequential after an Identity
class Readout(nn.Module):
    def __init__(self, units, outputs):
        super().__init__()
        self.linear = nn.Linear(units, outputs, bias=True)
        nn.init.xavier_uniform_(self.linear.weight)

    def forward(self, states):
        return F.linear(states, self.linear.weight, self.linear.bias)


class RecurrentRegressionModel(nn.Module):
    def __init__(self, recurrent_net, output_dim=1):
        super().__init__()
        self.recurrent_net, self.output_dim = recurrent_net, output_dim
        self.readout = nn.Sequential(nn.Identity(), Readout(self.recurrent_net.hidden_size, output_dim))

    def forward(self, x):
        hidden = self.recurrent_net(x)
        return self.readout(hidden[0]), hidden[0]
