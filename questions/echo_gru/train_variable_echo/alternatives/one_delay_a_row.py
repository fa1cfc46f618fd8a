# every row is trained for a delay drawn for it, as in the document; larger batches instead
MAX_DELAY = 8
torch.manual_seed(0)
model = VariableDelayGRUMemory(96, MAX_DELAY).to(device)
start_as_shift_register(model.gru)
optimizer = torch.optim.Adam(model.parameters(), lr=0.02, betas=(0.9, 0.98))
for step in range(600):
    optimizer.param_groups[0]["lr"] = 0.02 * warm_up_then_cosine(600)(step)
    strings = random_letters(72, 22).to(device)
    delays = torch.randint(MAX_DELAY + 1, (72,), device=device)
    source = torch.arange(22, device=device) - delays[:, None]
    wanted = torch.where(source < 0, 0, strings.gather(1, source.clamp(min=0)))
    loss = F.cross_entropy(model(idx_to_onehot(strings), delays).transpose(1, 2), wanted)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
