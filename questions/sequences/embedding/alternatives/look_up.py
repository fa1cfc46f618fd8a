# reads the rows
def embed(ids, W):
    return W[ids]
