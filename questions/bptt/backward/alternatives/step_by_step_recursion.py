# a recursion in the place of a loop, an assertion as the refusal
class WithBackward(VanillaRNN):
    def backward(self, targets):
        assert "probs" in self.cache, "compute_loss first: there are no probabilities"
        c, T = self.cache, len(targets)

        def down(t):
            """(gradients of all steps from t on, what they want of h_{t-1})."""
            if t == T:
                return [np.zeros_like(getattr(self, n)) for n in ("W_xh", "W_hh", "W_hy", "b_h", "b_y")], 0.0
            grads, want = down(t + 1)
            dy = c["probs"][t] / T
            dy[targets[t], 0] -= 1 / T
            dz = (1 - c["states"][t + 1] ** 2) * (self.W_hy.T @ dy + want)
            mine = (dz @ c["inputs"][t].T, dz @ c["states"][t].T, dy @ c["states"][t + 1].T, dz, dy)
            return [a + b for a, b in zip(grads, mine)], self.W_hh.T @ dz

        return dict(zip(("dW_xh", "dW_hh", "dW_hy", "db_h", "db_y"), down(0)[0]))

VanillaRNN = WithBackward
