# a convolution of width one over the steps
class RecurrentRegressionModel(nn.Module):
    def __init__(self, recurrent_net, output_dim=1):
        super().__init__()
        self.recurrent_net = recurrent_net
        self.output_dim = output_dim
        self.readout = nn.Conv1d(recurrent_net.hidden_size, output_dim, kernel_size=1)

    def forward(self, x):
        all_h, _ = self.recurrent_net(x)
        out = self.readout(all_h.transpose(1, 2)).transpose(1, 2)  # (B, H, T) -> (B, O, T) -> (B, T, O)
        return out, all_h
