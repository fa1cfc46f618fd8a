# an LSTM in the place of the GRU, with its forget gate open at the start; a loop without a function
torch.manual_seed(3)
nets = {}
for kind, steps in {"RNN": 200, "LSTM": 500}.items():
    net = reader(kind, 64)
    if kind == "LSTM":
        net.core.bias_ih_l0.data[64:128] = 1.0
    optimizer = torch.optim.Adam(net.parameters(), lr=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.02, total_steps=steps)
    for _ in range(steps):
        x = marked_letters(48, 22)
        loss = F.cross_entropy(net(idx_to_onehot(x)).transpose(1, 2), behind_last(x))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    nets[kind] = net
latch_rnn, latch_gru = nets["RNN"], nets["LSTM"]
