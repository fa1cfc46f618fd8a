# softmax at the end, a hidden layer before it
class GRUMemory(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.hidden_size, self.gru = hidden_size, nn.GRU(27, hidden_size, batch_first=True)
        self.head = nn.Sequential(nn.Linear(hidden_size, 2 * hidden_size), nn.ReLU(), nn.Linear(2 * hidden_size, 27))

    def forward(self, x):
        states, last = self.gru(x)
        B, T, H = states.shape
        return torch.softmax(self.head(states.reshape(B * T, H)), dim=-1).view(B, T, 27)

    def test_run(self, s):
        before = self.training
        try:
            self.eval()
            with torch.inference_mode():
                p = self(idx_to_onehot(to_indices(s)[None]).to(next(self.parameters()).device))
        finally:
            self.train(before)
        return to_text(p.max(dim=2)[1][0])
