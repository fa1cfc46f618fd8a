# multiplies every row by 0 or 1 and adds them up
def embed(ids, W):
    picked = one_hot(ids, vocab_size=W.size(0)).unsqueeze(-1)
    return (picked.to(dtype=W.dtype) * W).sum(dim=-2)
