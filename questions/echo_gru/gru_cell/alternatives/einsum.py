# the blocks as the first axis, einsum, the fader as a step from h towards n
class ManualGRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        scale = hidden_size**-0.5
        self.W_ih = nn.Parameter(torch.empty(3 * hidden_size, input_size).uniform_(-scale, scale))
        self.b_ih = nn.Parameter(torch.empty(3 * hidden_size).uniform_(-scale, scale))
        self.W_hh = nn.Parameter(torch.empty(3 * hidden_size, hidden_size).uniform_(-scale, scale))
        self.b_hh = nn.Parameter(torch.empty(3 * hidden_size).uniform_(-scale, scale))

    def forward(self, x, hidden):
        W_ih, W_hh = self.W_ih.view(3, -1, x.size(1)), self.W_hh.view(3, -1, hidden.size(1))
        a = torch.einsum("bi,ghi->gbh", x, W_ih) + self.b_ih.view(3, 1, -1)
        b = torch.einsum("bk,ghk->gbh", hidden, W_hh) + self.b_hh.view(3, 1, -1)
        r, z = torch.sigmoid(a[0] + b[0]), torch.sigmoid(a[1] + b[1])
        new = nn.Tanh()(a[2] + r * b[2])
        return hidden + (1 - z) * (new - hidden)
