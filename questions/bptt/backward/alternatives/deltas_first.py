# every δz in a list first, then one sum for each gradient; entries are changed in a copy by np.put
class WithBackward(VanillaRNN):
    def backward(self, targets):
        kept = self.cache
        if kept.get("probs") is None:
            raise ValueError("the loss of this forward pass has not been computed yet")
        hs, n = kept["states"], len(targets)
        errors = []
        for p, c in zip(kept["probs"], targets):
            e = np.array(p, dtype=float)
            np.put(e, c, e[c] - 1.0)
            errors.append(e / n)
        deltas, carried = [None] * n, np.zeros_like(self.b_h)
        t = n
        while t > 0:
            t -= 1
            want = np.dot(self.W_hy.T, errors[t]) + carried
            deltas[t] = want - want * hs[t + 1] * hs[t + 1]
            carried = np.dot(self.W_hh.T, deltas[t])
        add = lambda pairs: sum(np.outer(a, b) for a, b in pairs)
        return {
            "dW_hy": add(zip(errors, hs[1:])),
            "db_y": sum(errors),
            "dW_hh": add(zip(deltas, hs[:-1])),
            "dW_xh": add(zip(deltas, kept["inputs"])),
            "db_h": sum(deltas),
        }

VanillaRNN = WithBackward
