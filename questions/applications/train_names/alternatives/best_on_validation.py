# keeps the network that was best on the validation names
import copy

torch.manual_seed(2)
random.seed(2)
net = NameRNN(len(NAME_CHARS), 16, 64)
adam, best = torch.optim.Adam(net.parameters(), lr=0.01), 9.0


def cost(names):
    rows = name_rows(names)
    read = F.pad(rows, (1, 0), value=START)[:, :-1]
    return F.cross_entropy(net(read)[0].transpose(1, 2), rows, ignore_index=PAD)


for step in range(160):
    adam.zero_grad()
    cost(random.sample(train_names, 50)).backward()
    adam.step()
    if step % 10 == 9:
        with torch.no_grad():
            now = cost(valid_names).item()
        if now < best:
            best, name_model = now, copy.deepcopy(net)
