# a dictionary of functions, whose KeyError is the refusal; a generator of its own, random signs
STARTS = {
    "small": lambda H: np.random.randn(H, H) / 100,
    "xavier": lambda H: np.random.default_rng(np.random.randint(2**31)).normal(scale=H**-0.5, size=(H, H)),
    "orthogonal": lambda H: np.linalg.qr(np.random.rand(H, H) - 0.5)[0] * np.random.choice([-1.0, 1.0], H),
    "identity": np.eye,
}


def initial_W_hh(kind, hidden_dim):
    return STARTS[kind](hidden_dim)
