# both models in one loop on the same batches, one optimizer for both
torch.manual_seed(9)
one, two = RecurrentRegressionModel(RNN(1, 32, 1)), RecurrentRegressionModel(RNN(1, 32, 2))
optimizer = torch.optim.Adam([*one.parameters(), *two.parameters()], lr=0.005)
losses = [[], []]
for batch in range(600):
    x, y = generate_batch(seq_len=10, batch_size=64)
    parts = [loss_fn(one(x)[0], y), loss_fn(two(x)[0], y)]
    optimizer.zero_grad()
    (parts[0] + parts[1]).backward()
    for model in (one, two):
        torch.nn.utils.clip_grad_value_(model.parameters(), 0.5)
    optimizer.param_groups[0]["lr"] = 0.005 * (1 - batch / 600)
    optimizer.step()
    for curve, part in zip(losses, parts):
        curve.append(part.item())
models = [one, two]
