# the transposed product, which has the same norm; an array for a list
def spectral_radius(W):
    a = np.linalg.eigvals(W)
    return max(np.sqrt(a.real**2 + a.imag**2))


def simulate_gradient_flow(W_hh, num_steps=50, states=None):
    product = np.eye(len(W_hh))
    result = np.zeros(num_steps + 1)
    result[0] = np.linalg.norm(product, "fro")
    for i in range(num_steps):
        factor = W_hh if states is None else (1 - states[-(i + 1)] ** 2) * W_hh
        product = product @ factor
        result[i + 1] = np.linalg.norm(product, "fro")
    return result
