# letters through a matrix that starts as the identity, a head of matrices that einsum multiplies; a rate that cycles
MAX_DELAY = 8
torch.manual_seed(0)


class DelayNet(nn.Module):
    def __init__(self, hidden_size, max_delay, V=27):
        super().__init__()
        self.hidden_size, self.max_delay = hidden_size, max_delay
        self.inp = nn.Linear(V, V, bias=False)
        nn.init.eye_(self.inp.weight)
        self.gru = nn.GRU(V, hidden_size, batch_first=True)
        self.W = nn.Parameter(torch.randn(max_delay + 1, hidden_size, V) / hidden_size**0.5)
        self.b = nn.Parameter(torch.zeros(max_delay + 1, V))

    def forward(self, x, delays):
        out, _ = self.gru(self.inp(x.float()))
        return torch.einsum("bth,bhv->btv", out, self.W[delays]) + self.b[delays][:, None]

    @torch.no_grad()
    def test_run(self, s, delay):
        x = idx_to_onehot(to_indices(s))[None].to(self.W.device)
        return to_text(self(x, torch.tensor([delay], device=self.W.device))[0].argmax(-1))


model = DelayNet(96, MAX_DELAY).to(device)
start_as_shift_register(model.gru)
STEPS = 560
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, betas=(0.9, 0.98))
scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.025, total_steps=STEPS, pct_start=0.15)
for step in range(STEPS):
    x = random_letters(32, 22).to(device)
    out, _ = model.gru(model.inp(idx_to_onehot(x)))
    logits = torch.einsum("bth,dhv->bdtv", out, model.W) + model.b[None, :, None]
    target = torch.stack([echo(x, d) for d in range(MAX_DELAY + 1)], dim=1)
    loss = nn.functional.cross_entropy(logits.reshape(-1, 27), target.reshape(-1))
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    scheduler.step()
model.eval()
