# a list of factors first, the slopes on the columns of W_hhᵀ
from functools import reduce


def spectral_radius(W):
    return abs(np.linalg.eigvals(W.T)).max()


def simulate_gradient_flow(W_hh, num_steps=50, states=None):
    steps = [W_hh.T] * num_steps
    if states is not None:
        used = states[-num_steps:][::-1] if num_steps else []
        steps = [W_hh.T * (1 - h**2).reshape(1, -1) for h in used]
    products = [np.eye(W_hh.shape[1])]
    for factor in steps:
        products.append(reduce(np.matmul, [factor, products[-1]]))
    return [float(np.linalg.norm(J)) for J in products]
