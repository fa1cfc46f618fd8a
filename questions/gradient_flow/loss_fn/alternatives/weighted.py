# a weight for each step
def loss_fn(pred, y, last_timestep_only=False):
    weight = torch.ones(pred.shape[1])
    if last_timestep_only is True:
        weight[:-1] = 0
    per_step = F.mse_loss(pred, y, reduction="none").mean(dim=(0, 2))  # (T,)
    return (weight * per_step).sum() / weight.sum()
