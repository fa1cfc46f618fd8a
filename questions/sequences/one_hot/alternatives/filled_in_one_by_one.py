# a loop over all ids
def one_hot(ids, vocab_size):
    flat = ids.reshape(-1)
    rows = torch.zeros((flat.shape[0], vocab_size), dtype=torch.float32)
    for row, id in enumerate(flat.tolist()):
        if not 0 <= id < vocab_size:
            raise ValueError(f"{id} is not in 0..{vocab_size - 1}")
        rows[row, id] = 1
    return rows.reshape(ids.shape + (vocab_size,))
