# the product by einsum
class RecurrentRegressionModel(nn.Module):
    def __init__(self, recurrent_net, output_dim=1):
        super().__init__()
        self.recurrent_net, self.output_dim = recurrent_net, output_dim
        self.head = nn.Linear(recurrent_net.hidden_size, output_dim)

    def forward(self, x):
        (all_h, *_) = self.recurrent_net(x)
        return torch.einsum("bth,oh->bto", all_h, self.head.weight) + self.head.bias, all_h
