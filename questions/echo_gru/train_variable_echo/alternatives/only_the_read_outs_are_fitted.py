# a random GRU that is never trained, and nine read-outs by ridge regression
MAX_DELAY = 8
torch.manual_seed(0)
H = 640
model = VariableDelayGRUMemory(H, MAX_DELAY)
start_as_shift_register(model.gru)
with torch.no_grad():
    model.gru.weight_ih_l0[2 * H :].normal_(0, 0.1)
    strings = random_letters(500, 25)
    states = model.gru(idx_to_onehot(strings))[0].flatten(0, 1)
    states = torch.cat([states, torch.ones(len(states), 1)], dim=1)  # (B·T, H + 1)
    gram = states.T @ states + 1e-4 * torch.eye(H + 1)
    wanted = torch.cat([idx_to_onehot(echo(strings, d)).flatten(0, 1) for d in range(9)], dim=1)  # (B·T, 9·27)
    solved = torch.linalg.solve(gram, states.T @ wanted)
    model.heads.weight.copy_(solved[:-1].T)
    model.heads.bias.copy_(solved[-1])
