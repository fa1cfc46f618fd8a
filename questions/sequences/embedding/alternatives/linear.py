# a linear layer without bias
def embed(ids, W):
    return F.linear(one_hot(ids, W.shape[0]).to(W), W.t())
