# heads on the last axis, picked by gather; takes one-hot letters and numbers
class VariableDelayGRUMemory(nn.Module):
    def __init__(self, hidden_size, max_delay):
        super().__init__()
        self.hidden_size, self.max_delay = hidden_size, max_delay
        self.embedding = nn.Embedding(27, 27)
        self.gru = nn.GRU(27, hidden_size, batch_first=True)
        self.output = nn.Linear(hidden_size, 27 * (max_delay + 1))

    def forward(self, x, delays):
        letters = x.argmax(dim=-1) if x.dim() == 3 else x
        states, hidden = self.gru(self.embedding(letters))
        every = self.output(states).view(*letters.shape, 27, self.max_delay + 1)
        place = delays.view(-1, 1, 1, 1).expand(-1, letters.shape[1], 27, 1)
        return every.gather(-1, place).squeeze(-1), hidden

    def test_run(self, s, delay):
        mode = self.training
        self.eval()
        place = next(self.parameters()).device
        with torch.no_grad():
            logits, _ = self(to_indices(s)[None].to(place), torch.tensor([delay], device=place))
        self.train(mode)
        return to_text(logits[0].argmax(-1).cpu())
