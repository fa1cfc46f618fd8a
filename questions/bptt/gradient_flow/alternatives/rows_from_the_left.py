# eig, and a diagonal matrix for the slopes
def spectral_radius(W):
    values, _ = np.linalg.eig(np.asarray(W))
    return float(np.max(np.absolute(values)))


def simulate_gradient_flow(W_hh, num_steps=50, states=None):
    H = W_hh.shape[0]
    grad, norms = np.identity(H), [np.sqrt(H)]
    for back in range(1, num_steps + 1):
        slope = np.ones(H) if states is None else 1 - np.ravel(states[len(states) - back]) ** 2
        grad = W_hh.T @ np.diag(slope) @ grad
        norms.append(np.sqrt(np.sum(grad**2)))
    return norms
