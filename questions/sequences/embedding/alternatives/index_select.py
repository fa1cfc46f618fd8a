# flattens the ids first
def embed(ids, W):
    flat = torch.index_select(W, 0, ids.reshape(-1))
    return flat.view(*ids.shape, W.size(1))
