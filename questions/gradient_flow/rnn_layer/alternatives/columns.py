# vectors as columns, a bias of shape (H, 1), a helper for the step
class RNNLayer(nn.Module):
    def __init__(self, input_size, hidden_size, nonlinearity=torch.tanh):
        super().__init__()
        self.input_size, self.hidden_size, self.act = input_size, hidden_size, nonlinearity
        k = 1 / math.sqrt(hidden_size)
        self.wx = nn.Parameter(torch.rand(hidden_size, input_size) * 2 * k - k)
        self.wh = nn.Parameter(torch.rand(hidden_size, hidden_size) * 2 * k - k)
        self.c = nn.Parameter(torch.rand(hidden_size, 1) * 2 * k - k)

    def step(self, x_t, h):
        return self.act(self.wx @ x_t.T + self.wh @ h + self.c)  # (H, B)

    def forward(self, x):
        B, T, I = x.shape
        h, kept = x.new_zeros((self.hidden_size, B)), []
        for t in range(T):
            kept.append(self.step(x[:, t], h).T)
            h = kept[-1].T
        self.h_list = kept
        return torch.stack(kept, dim=1), kept[-1]
