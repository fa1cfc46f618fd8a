# running maximum and minimum in NumPy
def label_fn(x, space):
    a = x.detach().cpu().numpy()
    n = a.shape[-1]
    i = np.broadcast_to(np.arange(n), a.shape)
    left = np.maximum.accumulate(np.where(a == space, i, -1), axis=-1)
    right = np.minimum.accumulate(np.where(a == space, i, n)[..., ::-1], axis=-1)[..., ::-1]
    print("labelled", a.shape)
    return torch.as_tensor(np.minimum(i - left, right - i), device=x.device)
