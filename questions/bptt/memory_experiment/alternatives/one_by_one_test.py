# a test in ten small batches whose shares are averaged, one-hot targets, an optimizer with momentum of its own
def test_rnn_memory(model_class, hidden_dim, seq_lengths, steps=100, lr=0.01):
    found = []
    for T in seq_lengths:
        model = model_class(10, 16, hidden_dim, num_layers=1).to(device).train()
        opt = torch.optim.NAdam(model.parameters(), lr=lr)
        for step in range(1, steps + 1):
            batch = torch.randint(low=0, high=10, size=(100, T)).to(device)
            wanted = F.one_hot(batch[:, 0], 10).float()
            opt.zero_grad()
            last = model(batch, model.init_hidden(100))[0][:, -1]
            loss = -(wanted * F.log_softmax(last, dim=1)).sum(1).mean()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            opt.step()
        model.eval()
        shares = []
        for _ in range(10):
            with torch.no_grad():
                batch = torch.randint(0, 10, (60, T)).to(device)
                said = model(batch, model.init_hidden(60))[0][:, -1].softmax(-1).max(-1)[1]
            shares.append(float(torch.mean((said == batch[:, 0]).float())))
        found.append(sum(shares) / len(shares))
    return found
