# the logarithm of the sum of exponentials, no probability at all
class WithLoss(VanillaRNN):
    def softmax(self, x):
        return np.exp(x - self.log_total(x))

    @staticmethod
    def log_total(x):
        top = x.max()
        return top + np.log(np.exp(x - top).sum())

    def compute_loss(self, outputs, targets):
        self.outputs = outputs
        total = 0.0
        for y, c in zip(outputs, targets, strict=True):
            total += self.log_total(y) - y[c, 0]
        return float(total) / len(targets)

VanillaRNN = WithLoss
