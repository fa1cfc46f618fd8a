# a GRUCell in a loop over one-hot letters, in epochs of shuffled names; the loss is summed letter by letter
torch.manual_seed(4)
random.seed(4)


class CharModel(nn.Module):
    def __init__(self, n_chars, hidden_size):
        super().__init__()
        self.n_chars, self.hidden_size = n_chars, hidden_size
        self.cell = nn.GRUCell(n_chars, hidden_size)
        self.fc = nn.Linear(hidden_size, n_chars)

    def forward(self, x, h=None):
        h = torch.zeros(x.shape[0], self.hidden_size) if h is None else h
        steps = []
        for t in range(x.shape[1]):
            h = self.cell(F.one_hot(x[:, t], self.n_chars).float(), h)
            steps.append(self.fc(h))
        return torch.stack(steps, dim=1), h


name_model = CharModel(len(NAME_CHARS), 64)
opt = torch.optim.Adam(name_model.parameters(), lr=0.01)
for epoch in range(8):
    names = random.sample(train_names, len(train_names))
    for i in range(0, len(names), 64):
        y = name_rows(names[i : i + 64])
        x = torch.cat((torch.full_like(y[:, :1], START), y[:, :-1]), dim=1)
        logits, _ = name_model(x)
        loss = sum(F.cross_entropy(logits[:, t], y[:, t], ignore_index=PAD, reduction="sum") for t in range(y.shape[1]))
        loss = loss / (y != PAD).sum()
        opt.zero_grad()
        loss.backward()
        opt.step()
