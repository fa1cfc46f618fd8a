# the loop makes only δz; the weights' gradients are matrix products over all steps
class WithBackward(VanillaRNN):
    def backward(self, targets):
        if "probs" not in self.cache:
            raise RuntimeError("the loss has not been computed")
        T = len(targets)
        X = np.hstack(self.cache["inputs"])  # (I, T)
        H = np.hstack(self.cache["states"])  # (H, T + 1)
        dY = np.hstack(self.cache["probs"])
        dY = (dY - np.eye(dY.shape[0])[:, targets]) / T
        dZ = np.zeros((H.shape[0], T))
        later = np.zeros(H.shape[0])
        for t in range(T)[::-1]:
            dZ[:, t] = (self.W_hy.T @ dY[:, t] + later) * (1 - H[:, t + 1] ** 2)
            later = dZ[:, t] @ self.W_hh
        return {"dW_xh": dZ @ X.T, "dW_hh": dZ @ H[:, :-1].T, "dW_hy": dY @ H[:, 1:].T,
                "db_h": dZ.sum(axis=1, keepdims=True), "db_y": dY.sum(1)[:, None]}

VanillaRNN = WithBackward
