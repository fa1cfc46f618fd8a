# the cuts in a set, sums by matrix products, an __init__ that takes names
class TruncatedRNN(VanillaRNN):
    def __init__(self, input_dim, hidden_dim, output_dim, k=5):
        super().__init__(input_dim=input_dim, hidden_dim=hidden_dim, output_dim=output_dim)
        self.k, self.cuts = k, None

    def backward(self, targets):
        T = len(targets)
        self.cuts = set(range(0, T, self.k))
        H, X = np.hstack(self.cache["states"]), np.hstack(self.cache["inputs"])
        E = np.hstack(self.cache["probs"])
        E = E - np.eye(len(E))[:, np.array(targets)]
        E /= T
        Z, g = np.zeros((self.hidden_dim, T)), np.zeros(self.hidden_dim)
        for t in range(T - 1, -1, -1):
            Z[:, t] = (1 - H[:, t + 1] ** 2) * (self.W_hy.T @ E[:, t] + g)
            g = np.zeros(self.hidden_dim) if t in self.cuts else Z[:, t] @ self.W_hh
        return dict(dW_xh=Z @ X.T, dW_hh=Z @ H[:, :T].T, dW_hy=E @ H[:, 1:].T,
                    db_h=Z.sum(1, keepdims=True), db_y=E.sum(1, keepdims=True))
