# two layers with dropout between them, a plain RNN of ReLUs with an identity to start from
def trained(core, hidden, rate, steps):
    net = nn.Sequential(core, StatesAlone(), nn.Linear(hidden, 27))
    optimizer = torch.optim.Adam(net.parameters(), lr=rate)
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = rate * warm_up_then_cosine(steps)(step)
        x = marked_letters(32, 20)
        loss = F.cross_entropy(net(F.one_hot(x, 27).float()).flatten(0, 1), behind_last(x).flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
    return net


torch.manual_seed(5)
latch_gru = trained(nn.GRU(27, 64, num_layers=2, batch_first=True, dropout=0.1), 64, 0.01, 500)
plain = nn.RNN(27, 64, batch_first=True, nonlinearity="relu")
nn.init.eye_(plain.weight_hh_l0)
latch_rnn = trained(plain, 64, 0.003, 400)
