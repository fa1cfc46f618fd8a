# two nn.Linear whose parameters go by the contract's names; prints as it goes
class ManualRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.reads, self.remembers = nn.Linear(input_size, hidden_size), nn.Linear(hidden_size, hidden_size)
        self.W_ih, self.b_ih = self.reads.weight, self.reads.bias
        self.W_hh, self.b_hh = self.remembers.weight, self.remembers.bias

    def forward(self, x, hidden):
        print("one step")
        return torch.tanh(self.reads(x) + self.remembers(hidden))
