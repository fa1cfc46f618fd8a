# batch and time in one axis; prints as it goes
class RecurrentRegressionModel(nn.Module):
    def __init__(self, recurrent_net, output_dim=1):
        super().__init__()
        self.recurrent_net = recurrent_net
        self.output_dim = output_dim
        self.fc = nn.Sequential(nn.Linear(recurrent_net.hidden_size, output_dim))

    def forward(self, x):
        all_h, last_h = self.recurrent_net.forward(x)
        B, T, H = all_h.shape
        out = self.fc(all_h.reshape(B * T, H)).view(B, T, self.output_dim)
        print(out.shape)
        return out, all_h
