# works the probabilities out anew from the last states, so that they cannot be out of date
class WithBackward(VanillaRNN):
    def backward(self, targets):
        xs, hs = self.cache["inputs"], self.cache["states"]
        T, g = len(targets), {"d" + n: 0 * getattr(self, n) for n in ("W_xh", "W_hh", "W_hy", "b_h", "b_y")}
        want = 0 * hs[0]
        for t in sorted(range(T), reverse=True):
            y = self.W_hy @ hs[t + 1] + self.b_y
            d = self.softmax(y)
            d = (d - np.eye(len(d))[:, [targets[t]]]) / T
            z = (self.W_hy.T @ d + want) * (1 - hs[t + 1]) * (1 + hs[t + 1])
            g = {"dW_xh": g["dW_xh"] + z * xs[t].T, "dW_hh": g["dW_hh"] + z * hs[t].T,
                 "dW_hy": g["dW_hy"] + d * hs[t + 1].T, "db_h": g["db_h"] + z, "db_y": g["db_y"] + d}
            want = self.W_hh.T @ z
        return g

VanillaRNN = WithBackward
