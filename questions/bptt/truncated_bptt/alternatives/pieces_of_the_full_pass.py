# calls the full backward on one piece after the other, weighed by its length
class TruncatedRNN(VanillaRNN):
    def __init__(self, input_dim, hidden_dim, output_dim, k):
        super().__init__(input_dim, hidden_dim, output_dim)
        self.k = k

    def backward(self, targets):
        whole, T = self.cache, len(targets)
        total = {"d" + name: 0.0 for name in PARAMETERS}
        for at in range(0, T, self.k):
            end = min(at + self.k, T)
            self.cache = {"inputs": whole["inputs"][at:end], "states": whole["states"][at : end + 1],
                          "probs": whole["probs"][at:end]}
            part = super().backward(targets[at:end])
            total = {name: total[name] + part[name] * (end - at) / T for name in total}
        self.cache = whole
        return total
