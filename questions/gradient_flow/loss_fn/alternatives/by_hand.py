# squares first, then the choice
def loss_fn(pred, y, last_timestep_only=False):
    squares = (pred - y) ** 2
    return squares[:, -1].mean() if last_timestep_only else squares.mean()
