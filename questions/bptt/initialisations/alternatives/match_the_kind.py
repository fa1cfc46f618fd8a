# match and case, numbers drawn one row at a time, QR with the signs of R
def initial_W_hh(kind, hidden_dim):
    match kind:
        case "small":
            return np.array([np.random.normal(0, 0.01, hidden_dim) for _ in range(hidden_dim)])
        case "xavier":
            return np.random.normal(0, np.sqrt(2 / (hidden_dim + hidden_dim)), size=(hidden_dim, hidden_dim))
        case "orthogonal":
            A = np.random.randn(hidden_dim, hidden_dim)
            Q, R = np.linalg.qr(A)
            return Q * np.sign(np.diag(R))
        case "identity":
            return np.eye(hidden_dim, dtype=float)
    raise KeyError(f"no start is called {kind!r}")
