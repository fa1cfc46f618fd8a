# reads letters as numbers, through an embedding: one-hot rows never exist
class GRUMemory(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.embedding = nn.Embedding(N + 1, 16)
        self.gru = nn.GRU(16, hidden_size, batch_first=True)
        self.linear = nn.Linear(hidden_size, N + 1)

    def forward(self, x):
        out, hidden = self.gru(self.embedding(x))
        return self.linear(out), hidden

    def test_run(self, s):
        before = self.training
        self.eval()
        with torch.no_grad():
            logits, _ = self(to_indices(s).unsqueeze(0).to(self.linear.weight.device))
        self.train(before)
        return to_text(torch.argmax(logits, dim=2).squeeze(0).cpu())
