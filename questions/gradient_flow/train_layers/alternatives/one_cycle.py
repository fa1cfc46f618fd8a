# AdamW, one cycle up and down, 24 units, no clipping
losses, models = [[], []], []
torch.manual_seed(1)
for layers in (1, 2):
    net = RecurrentRegressionModel(RNN(1, 24, layers))
    optimizer = torch.optim.AdamW(net.parameters(), lr=0.01, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.01, total_steps=500)
    for step in range(500):
        data, labels = generate_batch(10, 64)
        optimizer.zero_grad()
        pred, h = net(data)
        loss = loss_fn(pred, labels)
        loss.backward()
        optimizer.step()
        schedule.step()
        losses[layers - 1].append(loss.detach())
    models.append(net.eval())
