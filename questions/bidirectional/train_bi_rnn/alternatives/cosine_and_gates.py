# classes of its own, one gated layer and a small network on top, a cosine
torch.manual_seed(0)
uni_history, bi_history = [], []
class Gated(nn.Module):
    def __init__(self, both):
        super().__init__()
        self.e = nn.Embedding(len(chars), 12)
        self.g = nn.GRU(12, 20, batch_first=True, bidirectional=both)
        self.f = nn.Sequential(nn.Linear(40 if both else 20, 20), nn.Tanh(), nn.Linear(20, 1))

    def forward(self, x, hidden=None):
        states, hidden = self.g(self.e(x), hidden)
        return self.f(states), hidden


def fit(model, steps=300):
    adam = torch.optim.AdamW(model.parameters(), 1e-2)
    plan = torch.optim.lr_scheduler.CosineAnnealingLR(adam, steps)
    for _ in range(steps):
        x, y = get_batch("train", 16, 48)
        (model(x)[0].squeeze() - y).square().mean().backward()
        adam.step()
        adam.zero_grad()
        plan.step()
    return model


uni_model, bi_model = fit(Gated(False)), fit(Gated(True))
