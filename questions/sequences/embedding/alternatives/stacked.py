# row by row; prints
def embed(ids, W):
    print(ids.shape)
    return torch.stack([W[int(i)] for i in ids.flatten()]).reshape(list(ids.shape) + [-1])
