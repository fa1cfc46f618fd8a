# two layers with dropout, 28 classes of which two are blanks
class GRUMemory(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.gru = nn.GRU(N + 1, hidden_size, num_layers=2, dropout=0.2, batch_first=True)
        self.drop = nn.Dropout(0.1)
        self.output = nn.Linear(hidden_size, N + 2)

    def forward(self, x):
        return self.output(self.drop(self.gru(x)[0]))

    @torch.no_grad()
    def test_run(self, s):
        if self.training:
            self.eval()
            result = self.test_run(s)
            self.train()
            return result
        logits = self(idx_to_onehot(to_indices(s)).unsqueeze(0).to(self.output.bias.device))[0]
        letters = " abcdefghijklmnopqrstuvwxyz "
        return "".join(letters[row.argmax()] for row in logits)
