# positional arguments, the first token drawn apart, a hundred sequences to test on
def _batch(T, size):
    first = torch.randint(0, 10, (size, 1))
    return torch.cat([first, torch.randint(0, 10, (size, T - 1))], dim=1).to(device), first.squeeze(1).to(device)


def test_rnn_memory(model_class, hidden_dim, seq_lengths, steps=100, lr=0.01):
    results = []
    for length in seq_lengths:
        model = model_class(10, 16, hidden_dim, 1).to(device)
        optimizer = torch.optim.Adam(model.parameters(), lr=lr)
        criterion = nn.CrossEntropyLoss()
        for step in range(steps):
            model.train()
            inputs, first = _batch(length, 100)
            optimizer.zero_grad()
            output, _ = model(inputs, None)
            loss = criterion(output[:, -1, :], first)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 5)
            optimizer.step()
        model.eval()
        with torch.no_grad():
            inputs, first = _batch(length, 100)
            output, _ = model(inputs, None)
            results.append((output[:, -1].argmax(1) == first).float().mean().item())
    return results
