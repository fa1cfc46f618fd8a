# dropout between two layers while training; left in training mode, so that a test has to switch it off
torch.manual_seed(3)


class GRUMemory(GRUMemory):
    def __init__(self, hidden_size):
        super().__init__(hidden_size)
        self.gru = nn.GRU(27, hidden_size, num_layers=2, batch_first=True, dropout=0.1)
        start_as_shift_register(self.gru)


model = GRUMemory(80)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01, betas=(0.9, 0.98))
schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.01, total_steps=400)
for _ in range(400):
    letters = random_letters(32, 15)
    loss = F.cross_entropy(model(idx_to_onehot(letters)).transpose(1, 2), echo(letters, DELAY))
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    schedule.step()
