# a loop over the steps
class RecurrentRegressionModel(nn.Module):
    def __init__(self, recurrent_net, output_dim=1):
        super().__init__()
        self.output_dim = output_dim
        self.linear = nn.Linear(recurrent_net.hidden_size, output_dim)
        self.recurrent_net = recurrent_net

    def forward(self, x):
        states, last = self.recurrent_net(x)
        predictions = [self.linear(states[:, t]) for t in range(states.shape[1])]
        return torch.stack(predictions, dim=1), states
