# a VanillaRNN with the same weights for each piece, and the old way to call super()
class TruncatedRNN(VanillaRNN):
    def __init__(self, input_dim, hidden_dim, output_dim, k):
        super(TruncatedRNN, self).__init__(input_dim, hidden_dim, output_dim)
        self.k = k

    def forward(self, inputs, h_prev=None):
        self.pieces, outputs, states = [], [], []
        for at in range(0, len(inputs), self.k):
            net = VanillaRNN(self.input_dim, self.hidden_dim, self.output_dim)
            for name in PARAMETERS:
                setattr(net, name, getattr(self, name))
            ys, hs = net.forward(inputs[at : at + self.k], h_prev)
            h_prev = hs[-1]
            outputs, states = outputs + list(ys), states + list(hs)
            self.pieces.append((net, ys))
        return outputs, states

    def backward(self, targets):
        total, at = {}, 0
        for net, ys in self.pieces:
            part = targets[at : at + len(ys)]
            at += len(ys)
            net.compute_loss(ys, part)
            for name, d in net.backward(part).items():
                total[name] = total.get(name, 0) + d * len(part) / len(targets)
        return total
