# larger batches and two layers: right, at ten times the cost, far within the limit
torch.manual_seed(6)
model = GRUMemory(96)
model.gru = nn.GRU(27, 96, num_layers=2, batch_first=True)
start_as_shift_register(model.gru)
optimizer = torch.optim.Adam(model.parameters(), lr=0.006, betas=(0.9, 0.98))
for step in range(500):
    optimizer.param_groups[0]["lr"] = 0.006 * warm_up_then_cosine(500)(step)
    letters = random_letters(200, 20)
    loss = F.cross_entropy(model(idx_to_onehot(letters)).flatten(0, 1), echo(letters, DELAY).flatten())
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
