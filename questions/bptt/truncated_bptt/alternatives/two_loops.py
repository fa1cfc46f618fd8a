# a loop over the pieces and one inside each
class TruncatedRNN(VanillaRNN):
    def __init__(self, input_dim, hidden_dim, output_dim, k):
        VanillaRNN.__init__(self, input_dim, hidden_dim, output_dim)
        self.k = k

    def backward(self, targets):
        c, T = self.cache, len(targets)
        out = dict(dW_xh=0 * self.W_xh, dW_hh=0 * self.W_hh, dW_hy=0 * self.W_hy, db_h=0 * self.b_h, db_y=0 * self.b_y)
        for first in range(0, T, self.k):
            g = np.zeros((self.hidden_dim, 1))
            for t in range(min(first + self.k, T) - 1, first - 1, -1):
                e = c["probs"][t] - np.eye(self.output_dim)[:, targets[t]].reshape(-1, 1)
                e = e / T
                z = (self.W_hy.T @ e + g) * (1 - c["states"][t + 1] ** 2)
                g = self.W_hh.T @ z
                for name, d in (("dW_xh", z @ c["inputs"][t].T), ("dW_hh", z @ c["states"][t].T), ("db_h", z),
                                ("dW_hy", e @ c["states"][t + 1].T), ("db_y", e)):
                    out[name] = out[name] + d
        return out
