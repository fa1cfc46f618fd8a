# torch's own start, plain Adam, larger batches; the globals N and T mean something else now; stays in training mode
torch.manual_seed(1)
model = GRUMemory(100)
N, T = 64, 16  # strings in a batch, letters in a string
model.train()
adam = torch.optim.Adam(model.parameters(), lr=0.01)
for i in range(700):
    for group in adam.param_groups:
        group["lr"] = 0.01 * (1 - i / 700)
    x = torch.randint(1, 27, (N, T))
    y = torch.cat([torch.zeros(N, DELAY, dtype=torch.long), x[:, :-DELAY]], 1)
    out = model(torch.eye(27)[x])
    loss = nn.CrossEntropyLoss()(out.permute(0, 2, 1), y)
    adam.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    adam.step()
