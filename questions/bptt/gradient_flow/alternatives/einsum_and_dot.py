# one row of numbers, filled from the front; einsum for the slopes
def spectral_radius(W):
    eigenvalues, eigenvectors = np.linalg.eig(W)
    return np.abs(eigenvalues).max(axis=0)


def simulate_gradient_flow(W_hh, num_steps=50, states=None):
    back = None if states is None else [h.flatten() for h in reversed(states)]
    J = np.diag(np.ones(len(W_hh)))
    norms = np.full(num_steps + 1, np.nan)
    norms[0] = np.sqrt(np.trace(J.T @ J))
    for step in range(1, num_steps + 1):
        if back is not None:
            J = np.einsum("i,ij->ij", 1 - back[step - 1] ** 2, J)
        J = np.dot(W_hh.transpose(), J)
        norms[step] = np.sqrt(np.trace(J.T @ J))
    return norms.tolist()
