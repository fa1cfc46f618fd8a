# a plain matrix, transposed
class RecurrentRegressionModel(nn.Module):
    def __init__(self, recurrent_net, output_dim=1):
        super().__init__()
        self.recurrent_net = recurrent_net
        H = recurrent_net.hidden_size
        self.W_f = nn.Parameter(torch.randn(H, output_dim) / H)
        self.b_f = nn.Parameter(torch.zeros(output_dim))

    def forward(self, x):
        all_h = self.recurrent_net(x)[0]
        return all_h @ self.W_f + self.b_f, all_h
