# two layers of nn.RNN with ReLU, dropout, and a ReLU before the last layer: some units are silent
class GRUMemory(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.rnn = nn.RNN(N + 1, hidden_size, 2, nonlinearity="relu", dropout=0.1, batch_first=True)
        self.head = nn.Sequential(nn.Linear(hidden_size, hidden_size), nn.ReLU(), nn.Dropout(0.2))
        self.top = nn.Linear(hidden_size, N + 1)

    def forward(self, x):
        return self.top(self.head(self.rnn(x)[0]))

    def test_run(self, s):
        mode = self.training
        with torch.no_grad():
            out = self.eval()(idx_to_onehot(to_indices(s)).unsqueeze(0).to(self.top.weight.device))
        self.train(mode)
        return to_text(out.argmax(2).flatten())
