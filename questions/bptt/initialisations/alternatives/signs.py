# plus or minus one spread for Xavier, reflections one after the other for the orthogonal start
def _reflected(H):
    Q = np.eye(H)
    for _ in range(H + 3):
        v = np.random.randn(H, 1)
        v /= np.linalg.norm(v)
        Q = Q - 2 * v @ (v.T @ Q)
    return Q


def initial_W_hh(kind, hidden_dim):
    if kind not in ("small", "xavier", "orthogonal", "identity"):
        raise ValueError("kind is one of small, xavier, orthogonal, identity")
    if kind == "xavier":
        return np.random.choice([-1.0, 1.0], (hidden_dim, hidden_dim)) / hidden_dim**0.5
    if kind == "orthogonal":
        return _reflected(hidden_dim)
    return np.identity(hidden_dim) if kind == "identity" else np.random.standard_normal((hidden_dim,) * 2) * 1e-2
