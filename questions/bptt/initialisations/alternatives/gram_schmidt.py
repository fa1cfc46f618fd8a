# Gram and Schmidt's way, done twice for the rounding
def initial_W_hh(kind, hidden_dim):
    H = hidden_dim
    if kind == "identity":
        return np.diag(np.ones(H))
    draw = np.random.randn(H, H)
    if kind in ("small", "xavier"):
        return draw * {"small": 0.01, "xavier": np.sqrt(2.0 / (H + H))}[kind]
    if kind != "orthogonal":
        raise ValueError("unknown start: " + str(kind))
    for i in range(H):
        for _ in range(2):
            draw[i] -= draw[:i].T @ (draw[:i] @ draw[i])
        draw[i] /= np.linalg.norm(draw[i])
    return draw
