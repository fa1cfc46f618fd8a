# a small number inside the logarithm, which changes nothing that is asked here
class VanillaRNN:
    def __init__(self, input_dim, hidden_dim, output_dim):
        self.input_dim, self.hidden_dim, self.output_dim = input_dim, hidden_dim, output_dim
        bound = 1 / np.sqrt(hidden_dim)
        self.W_xh = np.random.uniform(-bound, bound, (hidden_dim, input_dim))
        self.W_hh = np.random.uniform(-bound, bound, (hidden_dim, hidden_dim))
        self.W_hy = np.random.uniform(-bound, bound, (output_dim, hidden_dim))
        self.b_h = np.zeros((hidden_dim, 1))
        self.b_y = np.zeros((output_dim, 1))
        self.cache = {}

    def forward(self, inputs, h_prev=None):
        state = np.zeros((self.hidden_dim, 1)) if h_prev is None else h_prev
        self.xs, self.hs, self.ys, self.ps = inputs, {-1: state}, {}, None
        for t, x_t in enumerate(inputs):
            self.hs[t] = np.tanh(np.dot(self.W_xh, x_t) + np.dot(self.W_hh, self.hs[t - 1]) + self.b_h)
            self.ys[t] = np.dot(self.W_hy, self.hs[t]) + self.b_y
        steps = range(len(inputs))
        return [self.ys[t] for t in steps], [self.hs[t] for t in steps]

    def softmax(self, x):
        shifted = x - np.max(x)
        return np.exp(shifted) / np.exp(shifted).sum()

    def compute_loss(self, outputs, targets):
        self.ps, total = {}, 0
        for t, y in enumerate(outputs):
            self.ps[t] = self.softmax(y)
            total -= np.log(self.ps[t][targets[t], 0] + 1e-10)
        return total / len(outputs)

    def backward(self, targets):
        if self.ps is None:
            raise ValueError("backward needs the loss of the last forward")
        n = len(targets)
        dWx, dWh, dWy = np.zeros_like(self.W_xh), np.zeros_like(self.W_hh), np.zeros_like(self.W_hy)
        dbh, dby, carried = np.zeros_like(self.b_h), np.zeros_like(self.b_y), np.zeros((self.hidden_dim, 1))
        for t in range(n - 1, -1, -1):
            error = np.copy(self.ps[t])
            error[targets[t], 0] -= 1
            error = error / n
            dWy += np.outer(error, self.hs[t])
            dby += error
            back = np.dot(self.W_hy.T, error) + carried
            raw = (1 - np.square(self.hs[t])) * back
            dWx += np.outer(raw, self.xs[t])
            dWh += np.outer(raw, self.hs[t - 1])
            dbh += raw
            carried = np.dot(self.W_hh.T, raw)
        return dict(dW_xh=dWx, dW_hh=dWh, dW_hy=dWy, db_h=dbh, db_y=dby)

    def update_parameters(self, grads, learning_rate):
        self.W_xh -= learning_rate * grads["dW_xh"]
        self.W_hh -= learning_rate * grads["dW_hh"]
        self.W_hy -= learning_rate * grads["dW_hy"]
        self.b_h -= learning_rate * grads["db_h"]
        self.b_y -= learning_rate * grads["db_y"]
