# norms from singular values, the product kept as its transpose
def spectral_radius(W):
    return float(np.sort(np.abs(np.linalg.eigvals(np.array(W, dtype=complex))))[-1])


def simulate_gradient_flow(W_hh, num_steps=50, states=None):
    P = np.eye(W_hh.shape[0])
    out = []
    for n in range(num_steps + 1):
        out.append(float(np.sqrt(np.sum(np.linalg.svd(P, compute_uv=False) ** 2))))
        if n < num_steps:
            s = 1.0 if states is None else 1.0 - np.asarray(states[-(n + 1)]).reshape(1, -1) ** 2
            P = (P * s) @ W_hh
    return tuple(out)
