# two LSTM layers, time first inside, a rate that rises and falls; the state is a pair
torch.manual_seed(5)
random.seed(5)


class TwoLayers(nn.Module):
    def __init__(self, V, H):
        super().__init__()
        self.emb = nn.Embedding(V, 16)
        self.lstm = nn.LSTM(16, H, num_layers=2)
        self.fc = nn.Linear(H, V)

    def forward(self, x, state=None):
        out, state = self.lstm(self.emb(x.t()), state)
        return self.fc(out).transpose(0, 1), state


name_model = TwoLayers(len(NAME_CHARS), 64)
opt = torch.optim.AdamW(name_model.parameters(), lr=1e-3)
sched = torch.optim.lr_scheduler.OneCycleLR(opt, 0.02, total_steps=160)
for i in range(160):
    target = name_rows(random.choices(train_names, k=64))
    source = torch.hstack([torch.full((64, 1), START), target[:, :-1]])
    loss = F.cross_entropy(name_model(source)[0].permute(0, 2, 1), target, ignore_index=PAD)
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(name_model.parameters(), 1.0)
    opt.step()
    sched.step()
name_model.eval()
