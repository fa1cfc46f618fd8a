# the last step counts a little more; one drop of the learning rate
models, losses = [], []
torch.manual_seed(3)
for n in [1, 2]:
    rnn = RecurrentRegressionModel(RNN(1, 40, n))
    opt, curve = torch.optim.Adam(rnn.parameters(), lr=5e-3), []
    for i in range(600):
        data, labels = generate_batch(seq_len=10, batch_size=50)
        pred, _ = rnn(data)
        loss = loss_fn(pred, labels) + 0.2 * loss_fn(pred, labels, last_timestep_only=True)
        for p in rnn.parameters():
            p.grad = None
        loss.backward()
        if i == 400:
            opt.param_groups[0]["lr"] = 1e-3
        opt.step()
        curve.append(loss.item())
    models += [rnn]
    losses += [curve]
