# letters as numbers; embeddings of letter and delay are added, in front of the GRU
class VariableDelayGRUMemory(nn.Module):
    def __init__(self, hidden_size, max_delay):
        super().__init__()
        self.hidden_size, self.max_delay = hidden_size, max_delay
        self.letters = nn.Embedding(N + 1, 12)
        self.delays = nn.Embedding(max_delay + 1, 12)
        self.gru = nn.GRU(12, hidden_size, batch_first=True)
        self.output = nn.Linear(hidden_size, N + 1)

    def forward(self, x, delays):
        return self.output(self.gru(self.letters(x) + self.delays(delays)[:, None])[0])

    @torch.no_grad()
    def test_run(self, s, delay):
        before = self.training
        self.eval()
        place = next(self.parameters()).device
        logits = self(to_indices(s)[None].to(place), torch.tensor([delay], device=place))
        self.train(before)
        return to_text(logits[0].argmax(dim=-1))
