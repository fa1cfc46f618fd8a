# scatter_, which refuses what does not exist with a RuntimeError
def one_hot(ids, vocab_size):
    out = torch.zeros(*ids.shape, vocab_size)
    out.scatter_(-1, ids[..., None], 1.0)
    return out
