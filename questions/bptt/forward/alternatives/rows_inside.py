# rows inside and columns outside; np.tanh by way of a sigmoid, a copy of everything kept under other names
class VanillaRNN(object):
    def __init__(self, input_dim, hidden_dim, output_dim):
        super(VanillaRNN, self).__init__()
        self.input_dim = input_dim
        self.hidden_dim = hidden_dim
        self.output_dim = output_dim
        self.W_xh = 0.01 * np.random.randn(hidden_dim, input_dim)
        self.W_hh = 0.01 * np.random.randn(hidden_dim, hidden_dim)
        self.W_hy = 0.01 * np.random.randn(output_dim, hidden_dim)
        self.b_h = np.zeros((hidden_dim, 1))
        self.b_y = np.zeros((output_dim, 1))
        self.cache = {}

    @staticmethod
    def _squash(a):
        return 2.0 / (1.0 + np.exp(-2.0 * a)) - 1.0

    def forward(self, inputs, h_prev=None):
        row = np.zeros(self.hidden_dim) if h_prev is None else np.array(h_prev).reshape(-1)
        hs, ys = np.zeros((len(inputs) + 1, self.hidden_dim)), np.zeros((len(inputs), self.output_dim))
        hs[0] = row
        for t, x in enumerate(inputs, 1):
            drive = x.reshape(1, -1) @ self.W_xh.T + self.b_h.T
            hs[t] = self._squash(drive[0] + hs[t - 1] @ self.W_hh.T)
            ys[t - 1] = hs[t] @ self.W_hy.T + self.b_y[:, 0]
        self.cache["rows"] = hs
        return [y[:, None] for y in ys], [h.reshape(self.hidden_dim, 1) for h in hs[1:]]
