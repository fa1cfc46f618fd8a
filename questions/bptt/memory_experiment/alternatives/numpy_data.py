# sequences from NumPy, rounded shares, a seed for each length
import numpy


def _sequences(count, T):
    return torch.tensor(numpy.random.randint(0, 10, size=(count, T)), dtype=torch.long, device=device)


def test_rnn_memory(model_class, hidden_dim, seq_lengths, steps=100, lr=0.01):
    accuracies = numpy.zeros(len(seq_lengths))
    for i, T in enumerate(seq_lengths):
        torch.manual_seed(i)
        net, losses = model_class(10, 16, hidden_dim, 1).to(device), []
        optimizer = torch.optim.Adam(list(net.parameters()), lr=lr, betas=(0.9, 0.99))
        for _ in range(steps):
            x = _sequences(128, T)
            loss = nn.CrossEntropyLoss()(net(x)[0].select(1, -1), x.select(1, 0))
            net.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), max_norm=5, norm_type=2)
            optimizer.step()
            losses.append(loss.detach())
        net.eval()
        with torch.no_grad():
            x = _sequences(1000, T)
            accuracies[i] = round((net(x)[0][:, -1].argmax(1) == x[:, 0]).double().mean().item(), 3)
    return accuracies.tolist()
