# a class of its own with batch normalisation, an LSTM and a ReLU, models left in eval mode
torch.manual_seed(2)
uni_history, bi_history = [], []


class Reader(nn.Module):
    def __init__(self, both, H=24):
        super().__init__()
        self.e = nn.Embedding(len(chars), 12)
        self.lstm = nn.LSTM(12, H, bidirectional=both, batch_first=True)
        width = 2 * H if both else H
        self.norm = nn.BatchNorm1d(width)
        self.mix = nn.Linear(width, 24)
        self.say = nn.Linear(24, 1)

    def forward(self, x, hidden=None):
        states, hidden = self.lstm(self.e(x), hidden)
        normal = self.norm(states.reshape(-1, states.shape[-1])).view(states.shape)
        return self.say(torch.relu(self.mix(normal))), hidden


uni_model, bi_model = Reader(False).to(device), Reader(True).to(device)
for model, history in ((uni_model, uni_history), (bi_model, bi_history)):
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    model.train()
    for step in range(260):
        xb, yb = get_batch("train", 24, 48, device)
        loss = nn.functional.huber_loss(model(xb)[0].squeeze(2), yb.to(torch.float32), delta=3.0)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        history.append(((step + 1) * 24 * 48, loss.item()))
    model.eval()
