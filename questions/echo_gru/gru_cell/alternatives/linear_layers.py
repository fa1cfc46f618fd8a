# two nn.Linear whose parameters go by the contract's names
class ManualGRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.reads = nn.Linear(input_size, 3 * hidden_size)
        self.keeps = nn.Linear(hidden_size, 3 * hidden_size)
        self.W_ih, self.b_ih = self.reads.weight, self.reads.bias
        self.W_hh, self.b_hh = self.keeps.weight, self.keeps.bias

    def forward(self, x, hidden):
        i_r, i_z, i_n = torch.chunk(self.reads(x), 3, -1)
        h_r, h_z, h_n = torch.tensor_split(self.keeps(hidden), 3, dim=-1)
        reset, update = F.sigmoid(i_r + h_r), F.sigmoid(i_z + h_z)
        candidate = F.tanh(i_n + reset * h_n)
        return candidate * (1 - update) + hidden * update
