# writes all ones at once
def one_hot(ids, vocab_size):
    assert vocab_size > 0
    if (ids < 0).any() or (ids >= vocab_size).any():
        raise ValueError('bad id')
    n = ids.numel()
    x = torch.zeros(n, vocab_size, device=ids.device)
    x[torch.arange(n), ids.flatten()] = 1.
    return x.view(ids.size() + torch.Size([vocab_size]))
