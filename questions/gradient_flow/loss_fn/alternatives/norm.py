# the squared length of the error over how many numbers it has
def loss_fn(pred, y, last_timestep_only=False):
    error = (pred - y).transpose(0, 1)  # (T, B, O)
    if last_timestep_only:
        error = error[-1]
    return torch.linalg.vector_norm(error) ** 2 / error.numel()
