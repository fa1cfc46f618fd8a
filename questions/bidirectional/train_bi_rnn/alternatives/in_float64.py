# everything in float64, one function that makes and trains, a loss written out; the best weights so far are kept
import copy

uni_history, bi_history = [], []


def fitted(kind, history, seed=1):
    torch.manual_seed(seed)
    net = kind(len(chars), 16, 32, num_layers=2).double().to(device)
    opt = torch.optim.Adam(net.parameters(), lr=0.006)
    best, kept = float("inf"), None
    for step in range(300):
        ids_, wanted = get_batch("train", batch_size=24, block_size=48, device=device)
        out, _ = net(ids_)
        error = (out[:, :, 0] - wanted.double()).pow(2).mean()
        opt.zero_grad(set_to_none=True)
        error.backward()
        nn.utils.clip_grad_norm_(net.parameters(), max_norm=1.0)
        opt.step()
        history.append((24 * 48 * (step + 1), float(error)))
        recent = sum(value for _, value in history[-20:])
        if step > 200 and recent < best:
            best, kept = recent, copy.deepcopy(net.state_dict())
    net.load_state_dict(kept)
    net.eval()
    return net


uni_model = fitted(CharRegressionRNN, uni_history)
bi_model = fitted(CharRegressionBiRNN, bi_history)
