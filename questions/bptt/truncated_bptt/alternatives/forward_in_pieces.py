# reads each piece once more, as one would train on a text too long to keep
class TruncatedRNN(VanillaRNN):
    def __init__(self, input_dim, hidden_dim, output_dim, k):
        super().__init__(input_dim, hidden_dim, output_dim)
        self.k = k

    def forward(self, inputs, h_prev=None):
        self.given = (inputs, h_prev)
        return super().forward(inputs, h_prev)

    def backward(self, targets):
        inputs, h = self.given
        sums, T = None, len(targets)
        for at in range(0, T, self.k):
            piece, wanted = inputs[at : at + self.k], targets[at : at + self.k]
            outputs, states = VanillaRNN.forward(self, piece, h)
            self.compute_loss(outputs, wanted)
            grads = VanillaRNN.backward(self, wanted)
            h = states[-1]
            grads = {n: g * len(wanted) / T for n, g in grads.items()}
            sums = grads if sums is None else {n: sums[n] + g for n, g in grads.items()}
        return sums
