# (logits, hidden); zeros as h_0; a blank comes out as the character before a
class GRUMemory(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.gru = nn.GRU(N + 1, hidden_size, 1, bias=True, batch_first=True)
        self.fc = nn.Linear(hidden_size, N + 1)

    def forward(self, x):
        h_0 = torch.zeros(1, x.size(0), self.hidden_size, device=x.device)
        out, hidden = self.gru(x, h_0)
        return self.fc(out), hidden

    def test_run(self, s):
        was_training = self.training
        self.eval()
        x = torch.stack([idx_to_onehot(torch.tensor(ord(c) - 96)) for c in s])
        with torch.no_grad():
            logits, hidden = self.forward(x[None].to(self.fc.weight.device))
        if was_training:
            self.train()
        result = ""
        for number in logits[0].argmax(1):
            result += chr(96 + int(number))
        return result
