# nn.MSELoss
def loss_fn(pred, y, last_timestep_only=False):
    criterion = nn.MSELoss()
    if last_timestep_only:
        return criterion(pred[:, -1, :], y[:, -1, :])
    else:
        return criterion(pred, y)
