# Xavier from uniform numbers of the same variance, an orthogonal matrix by SVD
def initial_W_hh(kind, hidden_dim):
    shape = (hidden_dim, hidden_dim)
    if kind == "small":
        return np.random.normal(0.0, 0.01, shape)
    elif kind == "xavier":
        limit = np.sqrt(6 / (hidden_dim + hidden_dim))
        return np.random.uniform(-limit, limit, shape)
    elif kind == "orthogonal":
        u, _, vt = np.linalg.svd(np.random.standard_normal(shape))
        return u @ vt
    elif kind == "identity":
        return np.identity(hidden_dim)
    else:
        raise ValueError(kind)
