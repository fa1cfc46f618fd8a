# a mean for every step, and their mean; the flag chooses which steps
def loss_fn(pred, y, last_timestep_only=False):
    T = pred.size(1)
    steps = [T - 1] if last_timestep_only else list(range(T))
    losses = []
    for t in steps:
        diff = y[:, t, :] - pred[:, t, :]
        losses.append(torch.mean(diff * diff))
    return sum(losses) / len(losses)
