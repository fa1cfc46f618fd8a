# an embedding of the delay beside each input; (logits, hidden)
class VariableDelayGRUMemory(nn.Module):
    def __init__(self, hidden_size, max_delay):
        super().__init__()
        self.hidden_size, self.max_delay = hidden_size, max_delay
        self.delay_embedding = nn.Embedding(max_delay + 1, 8)
        self.gru = nn.GRU(N + 1 + 8, hidden_size, batch_first=True)
        self.fc = nn.Linear(hidden_size, N + 1)

    def forward(self, x, delays):
        d = self.delay_embedding(delays).unsqueeze(1).repeat(1, x.size(1), 1)
        out, hidden = self.gru(torch.cat((x, d), dim=2))
        return self.fc(out), hidden

    @torch.no_grad()
    def test_run(self, s, delay):
        before = self.training
        self.eval()
        place = next(self.parameters()).device
        logits, _ = self(idx_to_onehot(to_indices(s))[None].to(place), torch.LongTensor([delay]).to(place))
        self.train(before)
        return to_text(logits[0].argmax(dim=1))
